"""What changed in the rules of a process type besides its timeline, in words."""

from collections.abc import Iterator

from autoscaler.core.days import BusinessDays, CalendarDays, Days
from autoscaler.core.policies import Limits, Policy
from autoscaler.core.spoken import spoken_length
from autoscaler.core.windows import Close, Window


def same_rules(old: Policy, new: Policy) -> bool:
    """Whether nobody needs to look at the two timelines: there is no difference at any time."""
    plain = _told(old) == _told(new) and len(old.windows) == len(new.windows)
    return plain and all(_same(before, after) for before, after in zip(old.windows, new.windows, strict=True))


def rule_changes(old: Policy, new: Policy) -> Iterator[str]:
    """What a reader of the timeline would not see: limits, leads, unbroken and closing windows, the time zone."""
    if old.zone.name != new.zone.name:
        yield f"its time zone is {new.zone.name} instead of {old.zone.name}"
    if old.limits != new.limits:
        yield f"its limits are {_limits(new.limits)} instead of {_limits(old.limits)}"
    if old.allow_zero != new.allow_zero:
        yield "it may be scaled to 0" if new.allow_zero else "it may no longer be scaled to 0"
    before, after = ({window.name: window for window in policy.windows} for policy in (old, new))
    for name in dict.fromkeys([*before, *after]):
        yield from _window(name, before.get(name), after.get(name))


def _window(name: str, old: Window | None, new: Window | None) -> Iterator[str]:
    unbroken = (old.unbroken if old else False, new.unbroken if new else False)
    close = (old.close if old else None, new.close if new else None)
    if old is not None and new is not None and old.lead != new.lead:
        yield f"{name} has {_lead(new)} instead of {_lead(old)}"
    if unbroken[0] != unbroken[1] and new is None:
        yield f"{name}, which was unbroken, is gone"
    elif unbroken[0] != unbroken[1]:
        yield f"{name} is unbroken" if unbroken[1] else f"{name} is no longer unbroken: daily restarts may fall into it"
    if close[0] != close[1] and new is None:
        yield f"{name}, which closed {_close(close[0])}, is gone"
    elif close[0] != close[1]:
        yield f"{name} closes {_close(close[1])}" + (f" instead of {_close(close[0])}" if old else "")


def _close(close: Close | None) -> str:
    if close is None:
        return "at its end"
    early = f", early after {spoken_length(close.early)} idle" if close.early is not None else ""
    return f"when {close.probe} is idle, at most {spoken_length(close.latest)} late{early}"


def _lead(window: Window) -> str:
    return f"a lead of {spoken_length(window.lead)}" if window.lead else "no lead"


def _limits(limits: Limits) -> str:
    return "none" if limits == Limits() else str(limits)


def _told(policy: Policy) -> tuple[object, ...]:
    return policy.zone.name, policy.quantity, policy.size, policy.limits, policy.allow_zero


def _same(old: Window, new: Window) -> bool:
    """In all but their lines; windows that depend on a calendar are never taken for the same: its days may differ."""
    values = ("name", "quantity", "size", "lead", "unbroken", "close")
    if any(getattr(old, value) != getattr(new, value) for value in values):
        return False
    same = old.phrases == new.phrases and old.excluded == new.excluded
    return same and not any(isinstance(days, BusinessDays | CalendarDays) for days in _days(new))


def _days(window: Window) -> Iterator[Days]:
    yield from (phrase.days for phrase in window.phrases)
    yield from window.excluded
