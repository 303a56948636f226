"""The doors: one file a command. This room alone knows every other; a command's imports happen when it is called."""

import errno
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from typing import TYPE_CHECKING

import click

from autoscaler import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMMANDS = {
    "demo": "The whole thing with no account: a night of the shipped policies in seconds.",
    "check": "Find every fault of a policy file.",
    "plan": "Show what would change now, and the timeline ahead.",
    "explain": "Say why a process type has its quantity at a time.",
    "apply": "Do what the plan says, once.",
    "run": "Run the daemon.",
    "simulate": "Live through a year of the policies in seconds, against simulated dynos.",
    "close": "End the present opening of a window: its work is done.",
    "status": "Show how each process type does: wanted, live, why, and since when.",
    "history": "Show what was done, held and failed, by whom and why.",
    "pin": "Give a process type a quantity for a while, whatever its windows say.",
    "unpin": "End a pin before its time.",
    "init": "Write a first policies.yaml, from what apps have now or from nothing.",
    "import": "Turn a crontab, Scheduler lines or SCALING_SCHEDULE settings into policies.yaml.",
    "schema": "Print the JSON Schema of policies.yaml, for editors.",
    "completion": "Print the script with which a shell completes commands, apps and process types.",
    "sandbox": "Run Heroku's Platform API in miniature on this machine.",
}

NAME = "autoscaler"
COMPLETE = "_AUTOSCALER_COMPLETE"
"""The variable by which a shell asks for completions (click, "Shell Completion")."""

USAGE = 64
INTERRUPTED = 130


_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What becomes of output that goes to a file on a disk that is full or broken."""


class Failure(click.ClickException):
    """What a command could not do, in one paragraph for people."""

    exit_code = 1


class _Commands(click.Group):
    """The commands by name; a command's module is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"autoscaler.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Commands, also without importing one, and our own options."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=told) for name, told in _COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        stranger = bool(args) and args[0] not in _COMMANDS and not args[0].startswith("-")
        if stranger and not ctx.resilient_parsing:
            ctx.fail(_unknown(args[0]))
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="autoscaler")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Scale Heroku dynos by the time windows in policies.yaml.

    Start with `autoscaler demo`; then edit policies.yaml and look at `autoscaler plan`.
    """


def main() -> None:
    """Run the command line; every way out is an exit status of the contract, never a traceback."""
    _open_what_is_closed()
    _print_what_can_be()
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        sys.exit(_status(arguments, debug))
    except BrokenPipeError:  # whoever read our output has seen enough
        _let_go_of_stdout()
        sys.exit(1)


def _open_what_is_closed() -> None:
    """Where stdout or stderr is closed (`>&-`), what is said goes nowhere, and not into the next file opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 for as long as it runs
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _let_go_of_stdout() -> None:
    """What is not written yet goes nowhere, so that the interpreter's end does not try once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _print_what_can_be() -> None:
    """A locale that lacks a letter gets a question mark for it; where all of them can be shown, nothing changes."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def _status(arguments: list[str], debug: bool) -> int:
    try:
        result = cli.main(arguments, prog_name=NAME, complete_var=COMPLETE, standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in _UNWRITTEN and error.filename is None:
            click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
            _let_go_of_stdout()
            return 1
        told = f"{type(error).__name__}: {error}"
        click.echo(f"Error: this should not have happened: {told}. `--debug` shows where; please report it.", err=True)
        return 1


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, _COMMANDS, 1)
    hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(_COMMANDS)}."
    return f"there is no command {name!r}.{hint}"
