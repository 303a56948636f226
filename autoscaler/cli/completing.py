"""What a shell completes: apps and process types as the policy file names them. Quick and silent, whatever it holds."""

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from autoscaler.core.policies import Policies


def apps(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The apps of the policy file."""
    named = dict.fromkeys(app for policies in _policies(ctx) for app in policies.apps)
    return [CompletionItem(app) for app in named if app.startswith(incomplete)]


def types(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The process types of the app that is named before; of all apps where it is none of the file's."""
    found = [policy.target for policies in _policies(ctx) for policy in policies.policies]
    of_app = [target for target in found if target.app == ctx.params.get("app")]
    named = dict.fromkeys(target.type for target in of_app or found)
    return [CompletionItem(name) for name in named if name.startswith(incomplete)]


def quantities(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same with the sign that a quantity follows, web=."""
    return [CompletionItem(f"{item.value}=") for item in types(ctx, param, incomplete)]


def _policies(ctx: click.Context) -> Iterator[Policies]:
    """The policies of the file that the command line names, or of the usual one; none where it has faults."""
    from autoscaler.environment import environment, ourselves, policies_file
    from autoscaler.policyfile import PolicyFileError, load_policies

    environ = environment()
    try:
        yield load_policies(ctx.params.get("file") or policies_file(environ), ourselves(environ))
    except (PolicyFileError, OSError):
        return


APPS_OPTION = click.option(
    "--app", "apps", metavar="APP", multiple=True, shell_complete=apps, help="Only this app; may be repeated."
)
