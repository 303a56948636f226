"""What changed in the rules of a process type besides its timeline, in words."""

from collections.abc import Iterator

from autoscaler.core.days import BusinessDays, CalendarDays, Days
from autoscaler.core.notices import Notice
from autoscaler.core.policies import Limits, Policies, Policy
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
    if old.on_manual_change != new.on_manual_change:
        yield f"on_manual_change is {new.on_manual_change} instead of {old.on_manual_change}"
    if old.settle != new.settle:
        yield f"it settles for {_length(new.settle)} instead of {_length(old.settle)}"
    before, after = ({window.name: window for window in policy.windows} for policy in (old, new))
    for name in dict.fromkeys([*before, *after]):
        yield from _window(name, before.get(name), after.get(name))


def file_changes(old: Policies, new: Policies) -> Iterator[str]:
    """What changes for whole apps, or for all of them. What a probe asks is not shown: it may hold an address."""
    if old.at_once != new.at_once:
        yield f"at_once is {new.at_once or 'not given'} instead of {old.at_once or 'not given'}"
    apps = {*old.apps, *new.apps}
    for app, name in sorted(key for key in old.probes.keys() | new.probes.keys() if key[0] in apps):
        before, after = old.probes.get((app, name)), new.probes.get((app, name))
        if before is None or after is None:
            yield f"{app} probe {name} is {'new' if before is None else 'gone'}"
        elif before != after:
            yield f"{app} probe {name} asks something else, or is asked elsewhere"
    told, tells = (frozenset(map(_notice, policies.notices)) for policies in (old, new))
    yield from (f"{who} no longer" for who in sorted(told - tells))
    yield from (f"{who} from now on" for who in sorted(tells - told))


def _notice(notice: Notice) -> str:
    topics = f" of {', '.join(sorted(notice.topics))}" if notice.topics else ""
    signed = f", signed by {notice.secret}," if notice.secret else ""
    return f"{notice.app or 'everything'}: {notice.way} {notice.url}{signed} is told{topics}"


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


def _length(seconds: int) -> str:
    return spoken_length(seconds) or "0m"


def _lead(window: Window) -> str:
    return f"a lead of {spoken_length(window.lead)}" if window.lead else "no lead"


def _limits(limits: Limits) -> str:
    return "none" if limits == Limits() else str(limits)


def _told(policy: Policy) -> tuple[object, ...]:
    manual = policy.on_manual_change, policy.settle
    return policy.zone.name, policy.quantity, policy.size, policy.limits, policy.allow_zero, manual


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
