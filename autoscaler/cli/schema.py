"""`autoscaler schema`: the JSON Schema of policies.yaml, for editors."""

from pathlib import Path

import click

SCHEMA = Path(__file__).parents[1] / "policies.schema.json"


@click.command()
def command() -> int:
    """Print the JSON Schema of policies.yaml, for editors.

    An editor that knows it completes keys and sizes, explains them, and marks what is wrong. The first line of
    policies.yaml names it: # yaml-language-server: $schema=./policies.schema.json

    Example: autoscaler schema > policies.schema.json
    """
    click.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)
    return 0
