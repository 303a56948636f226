"""`autoscaler completion`: the script with which a shell completes this command."""

import click
from click.shell_completion import get_completion_class

from autoscaler.cli import COMPLETE, NAME, cli

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the script with which a shell completes commands, options, apps and process types.

    bash: eval "$(autoscaler completion bash)" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc, after compinit; fish:
    autoscaler completion fish > ~/.config/fish/completions/autoscaler.fish

    Example: autoscaler completion bash
    """
    chosen = get_completion_class(shell)
    assert chosen is not None, "click knows all of SHELLS"
    click.echo(chosen(cli, {}, NAME, COMPLETE).source())
    return 0
