"""`autoscaler pin`: what a person wants for a while, whatever the file says."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from autoscaler.cli import Failure, completing, moments
from autoscaler.cli.in_force import policies_in_force
from autoscaler.cli.overruling import SOON, by_whom, in_store, name_of, note
from autoscaler.clock import RealClock
from autoscaler.core.globs import covers, matched
from autoscaler.core.guard import Ourselves
from autoscaler.core.journal import EVERYTHING, Pin
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.zones import DAY, Zone, instant, moment
from autoscaler.environment import environment, ourselves
from autoscaler.policyfile.spelling import did_you_mean
from autoscaler.store import Store
from autoscaler.views.moments import full
from autoscaler.views.plan_text import home_zone

LONGEST = 31
"""Days that a pin may last: what is meant for longer belongs in the policy file."""

_NO_END = (
    "--until is missing: nothing is pinned without an end; write --until 18:00, --until 2h or --until 2026-11-27T18:00"
)
_WHAT = "say what is pinned: APP TYPE=QUANTITY, such as `example-shop web=8`, or --all for a pause"
_PAIR = re.compile(r"([-\w]{1,128})=([0-9]{1,6})", re.ASCII)

Pinned = tuple[Pin, Zone]
"""A pin, and the zone in which people are told of it."""


@click.command()
@click.argument("app", required=False, shell_complete=completing.apps)
@click.argument("pairs", metavar="TYPE=QUANTITY...", nargs=-1, shell_complete=completing.quantities)
@click.option("--all", "everything", is_flag=True, help="A pause: every formation stays as it is.")
@click.option("--until", metavar="TIME|LENGTH", help="When it ends: 18:00, 2026-11-27T18:00 or 2h.  [required]")
@click.option("--reason", metavar="TEXT", default="", help="Why, for whoever looks at plan, status and history.")
@click.option("--policies", "file", metavar="FILE", help="The policy file.  [default: ./policies.yaml]")
def command(
    app: str | None, pairs: tuple[str, ...], everything: bool, until: str | None, reason: str, file: str | None
) -> None:
    """Give process types a quantity for a while, whatever their windows say; or, with --all, leave all as it is.

    A TIME is in the process type's zone where it names no offset; 18:00 is the next one. A pin lasts 31 days at most,
    and no quantity outside `limits` is taken. It is written into the daemon's store, which DATABASE_URL (or
    AUTOSCALER_STATE) names.

    Example: autoscaler pin example-shop web=8 --until 18:00 --reason "sale"
    """
    if until is None:
        raise click.UsageError(_NO_END)
    if everything == bool(pairs) or everything == bool(app):
        raise click.UsageError(_WHAT)
    environ, now = environment(), RealClock().now()
    written = policies_in_force(file, environ)
    by = by_whom(environ)
    if app is None:
        zone = home_zone(written)
        pinned = [(Pin(EVERYTHING, EVERYTHING, None, now, _end(until, now, zone), reason, by), zone)]
    else:
        policies = matched(written, [app])
        wanted = list(_wanted(app, pairs, policies, ourselves(environ)))
        pinned = [
            (Pin(app, policy.target.type, quantity, now, _end(until, now, policy.zone), reason, by), policy.zone)
            for policy, quantity in wanted
        ]
    in_store(lambda store: _pin(store, [pin for pin, _ in pinned]), "nothing was pinned")
    for each in pinned:
        click.echo(_sentence(*each))
    glob = next((glob for glob in written.globs if app and app not in written.apps and covers(glob, app)), None)
    if glob is not None:
        click.echo(
            f"Note: {app} is named by the glob {glob} alone; whether there is such an app was not checked", err=True
        )


async def _pin(store: Store, pins: Sequence[Pin]) -> None:
    await store.pin(*pins)
    await note(store, "pinned", pins, pins[0].made, pins[0].by)


def _sentence(pin: Pin, zone: Zone) -> str:
    what = "everything stays as it is" if pin.quantity is None else f"{name_of(pin)} stays at {pin.quantity}"
    return f"{what} until {full(instant(pin.until), zone)}; {SOON}"


def _end(until: str, now: datetime, zone: Zone) -> datetime:
    at = moments.end(until, "--until", instant(now), zone)
    if at - instant(now) > LONGEST * DAY:
        raise click.UsageError(
            f"--until: {until!r} is more than {LONGEST} days ahead: what is meant for longer belongs in the policy file"
        )
    return moment(at)


def _wanted(app: str, pairs: Sequence[str], policies: Policies, own: Ourselves) -> Iterator[tuple[Policy, int]]:
    """The process types and their quantities. Raises Failure for what must not be, UsageError for what is none."""
    seen: set[str] = set()
    for pair in pairs:
        found = _PAIR.fullmatch(pair)
        if found is None:
            raise click.UsageError(f"{pair!r} is no TYPE=QUANTITY: expected a process type and a number, such as web=8")
        if found[1] in seen:
            raise click.UsageError(f"{found[1]} is named twice")
        seen.add(found[1])
        policy = _policy(Target(app, found[1]), policies)
        _check(policy, int(found[2]), policies, own)
        yield policy, int(found[2])


def _policy(target: Target, policies: Policies) -> Policy:
    if target.app not in policies.apps:
        names = [*policies.apps, *policies.globs]
        hint = did_you_mean(target.app, names) or f"it has: {', '.join(names)}"
        raise Failure(f"{policies.file} names no app {target.app!r}; {hint}")
    unknown = next((process for process in policies.unknown if process.target == target), None)
    if unknown is not None:
        raise Failure(f"{target} is held by the daemon and cannot be pinned: {unknown.reason}")
    policy = policies.of(target)
    if policy is None:
        types = [each.type for each in policies.targets if each.app == target.app]
        hint = did_you_mean(target.type, types) or f"it has: {', '.join(types)}"
        raise Failure(f"{policies.file} names no process type {target.type!r} of {target.app}; {hint}")
    return policy


def _check(policy: Policy, quantity: int, policies: Policies, own: Ourselves) -> None:
    """The daemon's guards would hold it, and a person should know at once."""
    target, where = policy.target, f"{policies.file}, line {policy.line}"
    if own.includes(target):
        raise Failure(f"{target} is this program itself: it never scales itself")
    if not policy.limits.allows(quantity):
        raise Failure(
            f"{target}={quantity} is outside its limits {policy.limits} ({where}): pin a quantity within them"
        )
    if quantity == 0 and target.type == "web" and not policy.allow_zero:
        raise Failure(f"{target} is never scaled to 0 without `allow_zero: true` ({where})")
