"""The readers of `calendars`."""

from autoscaler.core.days import Dates
from autoscaler.policyfile import keys, tree, values
from autoscaler.policyfile.dayphrases import PhraseError, date_ranges, is_name, is_taken
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.window_readers import inside
from autoscaler.policyfile.written import WrittenCalendar


def calendars(node: Node, path: str, faults: Faults) -> list[WrittenCalendar] | None:
    """The calendars of a file, each with its name."""
    entries = keys.named(node, path, "calendars, each with a name", faults)
    return None if entries is None else [_calendar(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def names_of(root: Node) -> frozenset[str]:
    """The names under `calendars`: phrases may use them wherever in the file that stands."""
    written = root.entries.get("calendars") if isinstance(root, tree.Mapping) else None
    return frozenset(written[1].entries) if written and isinstance(written[1], tree.Mapping) else frozenset()


def _calendar(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenCalendar:
    _check_name(key, path, faults)
    found = keys.read(node, path, key.place, CALENDAR, faults)
    if found is not None and not found.keys() & {"holidays", "dates", "ics", "include"}:
        hint = "give holidays, dates, ics or include; dates: [] for one without days"
        faults.error(key.place, path, "the calendar has no days", hint)
    got = (found or {}).get
    for only in ("categories", "observed"):
        written = got(only)
        if written and not got("holidays"):
            faults.error(written.key, written.path, f"`{only}` is about `holidays`, which is not given", "remove it")
    return WrittenCalendar(
        key.place, path, key.text, got("holidays"), got("categories"), got("observed"), got("dates"), got("ics"),
        got("include"), got("except"),
    )  # fmt: skip


def _check_name(key: Scalar, path: str, faults: Faults) -> None:
    if not is_name(key.text):
        expected = "a name of a-z, 0-9, - and _, beginning with a letter"
        lowered = key.text.lower().replace(" ", "-")
        hint = f"did you mean {lowered}?" if is_name(lowered) else None
        faults.error(key.place, path, f"expected {expected}, read {shown(key.text)}", hint)
    elif is_taken(key.text):
        message = f"{shown(key.text)} means something else in a phrase"
        faults.error(key.place, path, message, "give the calendar another name")


def _dates(node: Node, path: str, faults: Faults) -> Dates | None:
    nodes = node.items if isinstance(node, tree.Sequence) else [node]
    ranges = [found.ranges for item in nodes if (found := _some_dates(item, path, faults)) is not None]
    return Dates(tuple(pair for some in ranges for pair in some))


def _some_dates(node: Node, path: str, faults: Faults) -> Dates | None:
    written = values.scalar(node, path, faults, "a date such as 2026-12-29, or 2026-12-29..2027-01-03")
    if written is None:
        return None
    try:
        return date_ranges(written.text)
    except PhraseError as error:
        faults.error(inside(written, error.at, faults), path, error.message, error.hint)
        return None


CALENDAR = keys.Keys(
    {
        "holidays": values.texts,
        "categories": values.texts,
        "observed": values.flag,
        "dates": _dates,
        "ics": values.word,
        "include": values.texts,
        "except": values.texts,
    }
)
