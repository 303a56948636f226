"""A policy file for a command, or its faults as the command's error."""

from collections.abc import Mapping

from autoscaler.cli import Failure
from autoscaler.core.policies import Policies
from autoscaler.environment import ourselves, policies_file
from autoscaler.policyfile import PolicyFileError, load_policies


def policies_for(file: str | None, environ: Mapping[str, str]) -> Policies:
    """The policies of `file`, or of the environment's file. Raises Failure that tells every fault."""
    from autoscaler.cli.terminal import paint
    from autoscaler.views.faults import counted, faults_text

    try:
        return load_policies(file or policies_file(environ), ourselves(environ))
    except PolicyFileError as error:
        errors = [fault for fault in error.faults if fault.severity == "error"]
        raise Failure(f"{counted(errors)} in the policy file\n{faults_text(errors, paint())}") from None


def narrowed(policies: Policies, apps: tuple[str, ...]) -> Policies:
    """The policies of the apps named on the command line; all, where none is named. Raises Failure for a stranger."""
    unknown = [app for app in apps if app not in policies.apps]
    if unknown:
        raise Failure(f"{policies.file} names no app {unknown[0]!r}; it has: {', '.join(policies.apps)}")
    return policies.only(apps) if apps else policies
