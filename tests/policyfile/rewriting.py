"""What a file was read as, written down once more in the words in which its windows are spoken."""

import json
import re

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import BusinessDays, CalendarDays, Days
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.spoken import spoken, spoken_days, spoken_length
from autoscaler.core.windows import Window
from tests.policyfile import reference


def meaning(policies: Policies) -> list[tuple[object, ...]]:
    """All that a file says of its process types, as plain values."""
    return [
        (policy.target, policy.zone.name, policy.quantity, policy.size, policy.limits, policy.allow_zero,
         policy.on_manual_change, policy.settle if policy.target.type == "web" else None,
         [_meaning(window) for window in policy.windows])
        for policy in policies.policies
    ]  # fmt: skip


def _meaning(window: Window) -> tuple[object, ...]:
    phrases = [reference.told(phrase) for phrase in window.phrases]
    excluded = [reference.told_days(days) for days in window.excluded]
    return (phrases, excluded, window.quantity, window.size, window.lead)


def rewritten(policies: Policies) -> str:
    """A file that says the same; its calendars have their names and no days."""
    named = {calendar.name for policy in policies.policies for calendar in _calendars(policy)}
    lines = ["calendars:", *(f"  {name}: {{dates: []}}" for name in sorted(named))] if named else []
    lines += ["apps:"]
    for app in policies.apps:
        lines += [f"  {json.dumps(app)}:", "    formation:"]
        for policy in policies.policies:
            if policy.target.app == app:
                lines += [f"      {json.dumps(policy.target.type)}:", *(f"        {line}" for line in _type(policy))]
    return "\n".join(lines) + "\n"


def _type(policy: Policy) -> list[str]:
    lines = [f"timezone: {policy.zone.name}", f"quantity: {policy.quantity}"]
    lines += [f"size: {policy.size}"] if policy.size else []
    lines += ["allow_zero: true"] if policy.allow_zero else []
    lines += [f"on_manual_change: {policy.on_manual_change}"]
    lines += [f"settle: {policy.settle // 60}m"] if policy.target.type == "web" else []
    bounds = {"min": policy.limits.min, "max": policy.limits.max}
    written = ", ".join(f"{key}: {value}" for key, value in bounds.items() if value is not None)
    lines += [f"limits: {{{written}}}"] if written else []
    business = [days.calendar.name for window in policy.windows for days in _days(window) if _is_business(days)]  # type: ignore[union-attr]
    lines += [f"business_calendar: {business[0]}"] if business else []
    lines += ["windows:"] if policy.windows else []
    return lines + [f"  - {{{', '.join(_window(window))}}}" for window in policy.windows]


def _window(window: Window) -> list[str]:
    cron = re.fullmatch(r'cron "(.*)" for (\S+)', spoken(window.phrases[0]))
    if cron:
        keys = [f'cron: "{cron[1]}"', f"for: {cron[2]}"]
    else:
        keys = [f"when: {json.dumps([spoken(phrase) for phrase in window.phrases])}"]
    if window.excluded:
        keys.append(f"except: {json.dumps([spoken_days(days) for days in window.excluded])}")
    keys += [f"quantity: {window.quantity}"] if window.quantity is not None else []
    keys += [f"size: {window.size}"] if window.size else []
    return keys + ([f"lead: {spoken_length(window.lead)}"] if window.lead else [])


def _days(window: Window) -> list[Days]:
    return [*(phrase.days for phrase in window.phrases), *window.excluded]


def _is_business(days: Days) -> bool:
    return isinstance(days, BusinessDays)


def _calendars(policy: Policy) -> list[Calendar]:
    days = (days for window in policy.windows for days in _days(window))
    return [one.calendar for one in days if isinstance(one, BusinessDays | CalendarDays)]
