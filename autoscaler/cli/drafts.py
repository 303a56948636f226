"""Drafts on their way to a policy file: looked at as `check` would, and never written over a file by accident."""

from collections.abc import Mapping
from pathlib import Path

import click

from autoscaler.cli import Failure
from autoscaler.cli.policies import refused
from autoscaler.clock import RealClock
from autoscaler.core.drafts import Draft
from autoscaler.environment import ourselves
from autoscaler.policyfile import examine_text, zone
from autoscaler.views.policies_yaml import policies_yaml

ZONE_OPTION = click.option("--timezone", metavar="ZONE", help="Of the windows' hours, such as Asia/Tokyo.")


def drawn(draft: Draft, environ: Mapping[str, str]) -> str:
    """The draft as a policies.yaml that passes `check`. Raises Failure that tells why it would not."""
    text = policies_yaml(draft)
    found = examine_text(text.encode(), "the new policies.yaml", ourselves(environ), RealClock().now())
    if found.policies is None:
        raise refused(found.faults)
    return text


def write(text: str, output: str, force: bool) -> None:
    """Make the file `output`; one that is there only with `force`. Raises Failure."""
    try:
        with Path(output).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Failure(f"{output} is there already, and stays as it is; --force writes over it") from None
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}") from None


def known_zone(name: str, option: str) -> str:
    """The zone's name if it is one. Raises UsageError."""
    if zone(name) is not None:
        return name
    from autoscaler.policyfile.spelling import did_you_mean
    from autoscaler.policyfile.zones import zone_names

    hint = did_you_mean(name, zone_names(), "such as Asia/Tokyo")
    raise click.UsageError(f"{option}: there is no time zone {name!r}; {hint}")
