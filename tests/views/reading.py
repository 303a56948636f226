"""Reads the changes out of a plan's text, as a person would, and out of its json, to lay them side by side."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from autoscaler.policyfile.zones import zone

DATE = re.compile(
    r"  (?P<day>\w{3} \d+)(?: (?P<month>[A-Z][a-z]{2}))?(?: (?P<year>\d{4}))?"
    r"(?: [–-] (?P<last>\w{3} \d+ \w{3} \d{4}), (?P<how>each day|as a week before))?"  # noqa: RUF001
)
LEFT = re.compile(r"  (?:…|\.\.\.) and ([\d,]+) more changes: ")


class Told(NamedTuple):
    """A change: the local day, the local time, the time in UTC with its day, the process type, and the step."""

    day: date
    clock: str
    utc: str
    who: str
    step: str


class Read(NamedTuple):
    """What stands in a text, and how many changes it says it leaves out."""

    changes: Counter[Told]
    left: int


def read(text: str) -> Read:
    """The changes of a plan's text that is wide enough for its table; days that are folded are unfolded."""
    lines = text.split("\nChanges\n")[1].split("\n\n")[0].splitlines()
    days: dict[date, list[Told]] = {}
    found: Counter[Told] = Counter()
    span: list[date] = []
    times = ("", "")
    left = 0
    for line in lines:
        heading = DATE.fullmatch(line)
        if heading is not None:
            span = _days(heading)
            if heading["how"] == "as a week before":
                for day in span:
                    days[day] = [_moved(told, day) for told in days.get(day - timedelta(days=7), [])]
                    found.update(days[day])
        elif gone := LEFT.match(line):
            left += int(gone[1].replace(",", ""))
        elif line.startswith("    ") and line.strip() not in {"all", "has all"} and not line.startswith("    * "):
            *clocks, who, step = _cells(line)
            times = (clocks[0], clocks[-1]) if clocks else times
            for day in span:
                told = Told(day, times[0][:5], _utc(times[1], day, span), who, step)
                days.setdefault(day, []).append(told)
                found[told] += 1
        else:
            days = {}  # another zone, or another app
    return Read(found, left)


def expected(data: dict[str, Any], *, together: bool) -> Counter[Told]:
    """The same from `plan --format json`."""
    zones = {(row["app"], row["type"]): zone(row["timezone"]) for row in data["formations"]}
    found: Counter[Told] = Counter()
    for change in data["changes"]:
        at = datetime.fromisoformat(change["at"])
        where = zones[change["app"], change["type"]]
        assert where is not None
        local = at.astimezone(where.rules)  # of the newer zone data, as everywhere
        who = f"{change['app']}/{change['type']}" if together else change["type"]
        utc = f"{at:%a %H:%M}"
        found[Told(local.date(), f"{local:%H:%M}", utc, who, _step(change["before"], change["after"]))] += 1
    return found


def _days(heading: re.Match[str]) -> list[date]:
    last = heading["last"] or f"{heading['day']} {heading['month']} {heading['year']}"
    end = datetime.strptime(last, "%a %d %b %Y").date()
    first = f"{heading['day']} {heading['month'] or f'{end:%b}'} {heading['year'] or end.year}"
    start = datetime.strptime(first, "%a %d %b %Y").date()
    assert (f"{start:%a}", f"{end:%a}") == (first[:3], last[:3]), "the day of the week is that of the date"
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _cells(line: str) -> list[str]:
    """The times, where they stand there, who, and the step; a step has an arrow."""
    cells = re.split(r" {2,}", line.strip())
    at = next(number for number, cell in enumerate(cells) if re.search(r"\S (→|->) \d", cell))
    return cells[: at + 1]


def _utc(text: str, day: date, span: list[date]) -> str:
    """The time in UTC with its day of the week: of the local day, unless another is named."""
    name, time = re.fullmatch(r"(.*?) ?(\d\d:\d\d) UTC", text).groups()  # type: ignore[union-attr]
    if not name:
        return f"{day:%a} {time}"
    if name in {"day before", "day after"}:
        return f"{day + timedelta(days=-1 if name == 'day before' else 1):%a} {time}"
    shift = next(shift for shift in (-1, 1) if f"{span[0] + timedelta(days=shift):%a}" == name[:3])
    assert name in {
        f"{span[0] + timedelta(days=shift):%a}",
        "-".join(f"{d + timedelta(days=shift):%a}" for d in (span[0], span[-1])),
    }
    return f"{day + timedelta(days=shift):%a} {time}"


def _moved(told: Told, day: date) -> Told:
    """The same a week later."""
    return told._replace(day=day)


def _step(before: dict[str, Any], after: dict[str, Any]) -> str:
    quantities = [
        "..".join(map(str, one["range"])) if one["range"] else str(one["quantity"]) for one in (before, after)
    ]
    ran = all((one["range"] or [0, one["quantity"]])[1] > 0 for one in (before, after))
    if before["size"] == after["size"]:
        return " → ".join(quantities)
    first = f"{quantities[0]}:{before['size']}" if ran and before["size"] else quantities[0]
    return f"{first} → {quantities[1]}:{after['size']}"
