"""The JSON Schema of policies.yaml: it knows every key, and never marks what `check` accepts."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from autoscaler.cli import schema as cli
from autoscaler.core.sizes import SIZES
from autoscaler.core.spoken import DOWS, MONTHS, ORDINALS
from autoscaler.policyfile import readers, values
from autoscaler.policyfile.crontab import crontab
from autoscaler.policyfile.dayphrases import PhraseError, date_ranges, days_of, is_taken
from autoscaler.policyfile.keys import LEVELS, Keys
from autoscaler.policyfile.notice_readers import NOTICES
from autoscaler.policyfile.phrases import day_time, phrase
from autoscaler.policyfile.zones import zone_names
from tests.cli.running import ROOT
from tests.policyfile.language_server import HINT, SERVER, Editor, editing
from tests.policyfile.loading import errors, shop

Json = dict[str, Any]

SCHEMA: Json = json.loads(cli.SCHEMA.read_text(encoding="utf-8"))
DEFINITIONS: Json = SCHEMA["definitions"]
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
LIMITS: Json = DEFINITIONS["process_type"]["properties"]["limits"]

TABLES: dict[str, tuple[Keys, Json]] = {
    "top": (LEVELS["the top of the file"], SCHEMA),
    "calendar": (LEVELS["a calendar"], DEFINITIONS["calendar"]),
    "app": (LEVELS["an app"], DEFINITIONS["app"]),
    "process type": (LEVELS["a process type"], DEFINITIONS["process_type"]),
    "window": (LEVELS["a window"], DEFINITIONS["window"]),
    "close": (LEVELS["a window's `close`"], DEFINITIONS["window"]["properties"]["close"]),
    "postgres probe": (LEVELS["a postgres probe"], DEFINITIONS["postgres_probe"]),
    "redis probe": (LEVELS["a redis probe"], DEFINITIONS["redis_probe"]),
    "http probe": (LEVELS["a http probe"], DEFINITIONS["http_probe"]),
    "job": (LEVELS["a job"], DEFINITIONS["job"]),
    **{f"{way} receiver": (LEVELS[f"a {way} receiver"], DEFINITIONS[f"{way}_notice"]) for way in NOTICES},
    "limits": (readers._LIMITS, LIMITS),
}


# YAML as an editor reads it


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema: `22:00` and `no` are texts, `010` is 10."""

    yaml_implicit_resolvers: dict[Any, Any] = {}


def _resolve(tag: str, pattern: str, value: Callable[[str], Any]) -> None:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), None)
    Core.add_constructor(f"tag:yaml.org,2002:{tag}", lambda _, node: value(node.value))


_resolve("null", "~|null|Null|NULL|", lambda _: None)
_resolve("bool", "true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true")
_resolve("int", "[-+]?[0-9]+", int)
_resolve("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", float)


def marked(text: str) -> list[str]:
    """What an editor would mark in a file."""
    return [error.message for error in VALIDATOR.iter_errors(yaml.load(text, Core))]


def shapes(schema: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every schema inside a schema, with where it is."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from shapes(item, f"{path}[{index}]")
    elif isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            if key not in {"examples", "defaultSnippets", "enum"}:
                yield from shapes(value, f"{path}/{key}")


# The patterns, from the pieces of the grammar in design/policies.md. No look-ahead: some editors' engines have none.


def any_case(text: str) -> str:
    letters = (re.escape(letter) if letter == "." else letter for letter in text)
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in letters)


def one_of(*parts: str) -> str:
    return f"(?:{'|'.join(parts)})"


def words(text: str) -> str:
    return r"\s+".join(any_case(word) for word in text.split())


def some(part: str, comma: str = r"\s*,\s*") -> str:
    return f"{part}(?:{comma}{part})*"


def whole(part: str) -> str:
    return rf"^\s*{part}\s*$"


def cron_field(number: str, names: Iterable[str] = ()) -> str:
    value = one_of(f"0*{number}", *map(any_case, names))
    return some(one_of(rf"(?:\*|{value}-{value})(?:/[0-9]{{1,4}})?", value), ",")


NAME = "[A-Za-z][A-Za-z0-9_-]*"
DOW = one_of(*map(any_case, DOWS))
DATE = "(?:19[7-9][0-9]|2[0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
DATES = some(rf"{DATE}(?:\s*\.\.\s*{DATE})?")
MONTH_DAY = "(?:[1-9]|[12][0-9]|3[01])"
DAYS = one_of(
    DATES,
    some(rf"{DOW}(?:\s*-\s*{DOW})?"),
    rf"{any_case('day')}\s+{some(f'0*{MONTH_DAY}')}",
    rf"{one_of(*map(any_case, ORDINALS))}\s+{DOW}",
    words("last day"),
    words("business days"),
    rf"{one_of(any_case('first'), any_case('last'))}\s+{words('business day')}",
    rf"{words('business day')}\s+0*(?:[1-9]|1[0-9]|2[0-3])",
    NAME,
)
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
DAY, HOUR, MINUTE = ("[0-9]{1,5}" + any_case(unit) for unit in "dhm")
LENGTH = one_of(f"{DAY}(?:{HOUR})?(?:{MINUTE})?", f"{HOUR}(?:{MINUTE})?", MINUTE)
SPAN = rf"{TIME}(?:\s*-\s*(?:{TIME}|24:00)|\s+{any_case('for')}\s+{LENGTH})"
CRON = r"\s+".join(
    (
        cron_field("[0-5]?[0-9]"),
        cron_field("(?:1?[0-9]|2[0-3])"),
        cron_field(MONTH_DAY),
        cron_field("(?:[1-9]|1[0-2])", MONTHS),
        cron_field("[0-7]", DOWS),
    )
)

PATTERNS = {
    "phrase": whole(one_of(rf"{DAYS}(?:\s+{SPAN})?", SPAN)),
    "time": whole(rf"(?:{DAYS}\s+)?{TIME}"),
    "day": whole(DAYS),
    "date": whole(DATES),
    "length": whole(LENGTH),
    "cron": whole(CRON),
    "quantity": whole(r"0*[0-9]{1,4}\s*\.\.\s*0*[0-9]{1,4}"),
    "size": whole(one_of(*map(any_case, SIZES))),
    "timezone": "^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}$",
    "calendar_name": whole("[a-z][a-z0-9_-]*"),
    "country": r"^\s*[A-Za-z]{2,3}(?:-.*\S)?\s*$",
}


def pattern(name: str) -> str:
    """A pattern as it stands in the schema."""
    homes: Json = {"cron": DEFINITIONS["window"]["properties"]["cron"], "size": DEFINITIONS["size"]["anyOf"][1]}
    found: str = (homes.get(name) or DEFINITIONS[name])["pattern"]
    return found


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_made_of_the_pieces_of_the_grammar(name: str) -> None:
    assert pattern(name) == PATTERNS[name]


# What the schema is


def test_it_is_json_schema_draft_7_with_patterns_for_every_engine() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    patterns = [found["pattern"] for _, found in shapes(SCHEMA) if isinstance(found.get("pattern"), str)]
    assert len(patterns) >= len(PATTERNS)
    assert [found for found in patterns if re.search(r"\(\?[^:]|\\[1-9]", found)] == []


@pytest.mark.parametrize("level", TABLES)
def test_it_has_the_keys_that_are_read_and_no_other(level: str) -> None:
    keys, found = TABLES[level]
    assert set(found["properties"]) == set(keys.readers)
    assert found["additionalProperties"] is False
    assert found["type"] == "object"


def test_no_level_is_forgotten() -> None:
    assert len(TABLES) == len(LEVELS) + 1


@pytest.mark.parametrize(
    ("key", "found"),
    [(f"{level}: {key}", found) for level, (_, table) in TABLES.items() for key, found in table["properties"].items()],
)
def test_every_key_is_described_with_an_example(key: str, found: Json) -> None:
    assert found["description"].endswith("."), key
    assert "such as" in found["description"], key
    assert found["examples"], key


def test_every_example_is_right() -> None:
    examples = [(found, example) for _, found in shapes(SCHEMA) for example in found.get("examples", [])]
    assert len(examples) > 60
    for found, example in examples:
        jsonschema.Draft7Validator({**found, "definitions": DEFINITIONS}).validate(example)


def test_every_snippet_is_right_once_it_is_filled_in() -> None:
    snippets = [(found, snippet["body"]) for _, found in shapes(SCHEMA) for snippet in found.get("defaultSnippets", [])]
    assert len(snippets) > 10
    for found, body in snippets:
        text = re.sub(r"\$\{\d:([^}]*)\}", r"\1", json.dumps(body))
        value = json.loads(re.sub(r'"(\d+)"', r"\1", text))
        listed = [value] if found.get("type") == "array" else value
        jsonschema.Draft7Validator({**found, "definitions": DEFINITIONS}).validate(listed)


def test_sizes_are_heroku_s_in_lower_case() -> None:
    assert DEFINITIONS["size"]["anyOf"][0]["enum"] == list(SIZES)


def test_a_calendar_may_be_called_what_no_phrase_means() -> None:
    ranges = [f"{first}-{last}" for first, last in product(DOWS, DOWS)]
    names = ["closed", "x", "a-b_c9", "monday", "days", "day-off", "lastly", "mon-", *DOWS, *ORDINALS, *ranges]
    names += ["daily", "weekdays", "weekends", "day", "last", "business", "for", "except", "cron"]
    for name in names:
        found = marked(f"calendars: {{{name}: {{dates: []}}}}\n{shop('quantity: 1')}")
        assert bool(found) is is_taken(name), name


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(cli.command)
    assert (done.exit_code, done.stdout_bytes) == (0, cli.SCHEMA.read_bytes())


# Files


def with_calendars(calendars: str, process: str = "quantity: 1") -> str:
    return f"calendars:\n  {calendars}\n{shop(process)}"


def with_jobs(*jobs: str) -> str:
    """A file with a calendar and these jobs."""
    listed = "".join(f"      {job}\n" for job in jobs)
    return f"business_calendar: closed\n{with_calendars('closed: {dates: []}')}    jobs:\n{listed}"


def windowed(keys: str, process: str = "quantity: 0") -> str:
    """A file with a calendar and one window."""
    text = with_calendars("closed: {dates: [2026-12-29..2027-01-03]}", f"{process}\nwindows:\n  - {{{keys}}}")
    return f"business_calendar: closed\n{text}"


def topped(keys: str) -> str:
    """A file with more keys at its top."""
    return f"{keys}\n{shop('quantity: 1')}"


GOOD = [
    (ROOT / "policies.yaml").read_text(),
    shop("quantity: 0"),
    shop("quantity: 010"),
    shop("quantity: 2 .. 10\nlimits: {max: 20}"),
    shop('quantity: "2..10"'),
    shop("quantity: 1\nsize: Standard-1X\ntimezone: America/Argentina/Buenos_Aires"),
    shop("quantity: 0\nallow_zero: True", "web"),
    shop("quantity: 1", "-_A9"),
    shop("quantity: 1").replace("shop", "a-1"),
    windowed("when: Daily  22:00 - 06:00, quantity: 1, name: 5"),
    windowed("when: [weekends, 22:00-06:00], quantity: 1, except: [closed, 'sat,sun']"),
    windowed("when: 2026-12-29 .. 2027-01-03, size: eco", "quantity: 0\nsize: basic"),
    windowed("cron: 0 22 * * mon-fri, for: 8h, quantity: 1, lead: 1h30m"),
    windowed("cron: '*/20 9-17 1,15 JAN-mar 0-7/2', for: 8H, quantity: 1"),
    windowed("when: last business day 01:00 for 3h, quantity: 2..4"),
    with_calendars("closed: {holidays: NO}"),
    with_calendars("closed: {holidays: [jp, US-ca, GB-SCT], categories: Public, observed: false}"),
    with_calendars("closed: {dates: []}"),
    with_calendars("closed: {dates: '2026-11-27, 2026-12-29..2027-01-03'}"),
    with_calendars("closed: {ics: 'https://example.com/shutdowns.ics'}"),
    with_calendars("{closed: {dates: []}, open: {include: closed, except: [closed]}}"),
    with_jobs(
        "a: {when: 01:00, run: rake}",
        "b-2_c: {when: [Last  business day 01:00, closed 23:59], run: 5, size: Standard-2X, time_limit: 24H}",
        "c: {when: 'mon , wed 00:00', run: rake, overlap: ' queue ', retries: 010, catch_up: 2d}",
    ),
    shop("quantity: 1\nsettle: 0M\non_manual_change: ' report '", "web"),
    topped("settle: 1h30m\non_manual_change: enforce\nat_once: 03"),
    topped("notify:\n  - slack: OPS_SLACK_URL\n    on: [scaled, ' budget ']\n  - {heartbeat: ' HEALTHCHECKS_URL '}"),
    topped("notify: [{webhook: OPS_HOOK_URL, secret: OPS_HOOK_SECRET, on: unconverged}]"),
    shop("quantity: 1").replace("    formation", "    settle: 0m\n    notify: [{slack: A}]\n    formation"),
    *(shop("quantity: 1").replace("shop:", f"'{glob}':") for glob in ("shop-pr-*", "*", "?-?", "*-staging", "a*b-?")),
]

BAD = [
    "timezone: UTC",
    "apps:",
    "timezone: UTC\napps: {}",
    "timezone: UTC\napps: {shop: {}}",
    "timezone: UTC\napps: {shop: {formation: {}}}",
    "timezone: UTC\napps: {Shop_1: {formation: {web: {quantity: 1}}}}",
    "timezone: UTC\napps: {ab: {formation: {web: {quantity: 1}}}}",
    "timezone: UTC\napps: {shop-: {formation: {web: {quantity: 1}}}}",
    shop("quantity: 1", "w.b"),
    shop("size: eco"),
    shop("quantity:"),
    shop("quantity: '5'"),
    shop("quantity: -1"),
    shop("quantity: 10000"),
    shop("quantity: 1.5"),
    shop("quantity: true"),
    shop("quantity: 2-10"),
    shop("quantity: 2..10000"),
    shop("quantity: 1\nsize: hobby"),
    shop("quantity: 1\nsize: 1"),
    shop("quantity: 1\nlimits: {}"),
    shop("quantity: 1\nlimits: {least: 1}"),
    shop("quantity: 1\nlimits: {max: 2..10}"),
    shop("quantity: 1\nallow_zero: yes", "web"),
    shop("quantity: 1\ntimezone: Asia Tokyo"),
    shop("quantity: 1\nsettle: 5", "web"),
    shop("quantity: 1\nsettle: 0", "web"),
    shop("quantity: 1\non_manual_change: Keep"),
    shop("quantity: 1\nat_once: 3"),
    shop("quantity: 1\nnotify: [{slack: OPS_SLACK_URL}]"),
    topped("at_once: 0"),
    topped("at_once: '3'"),
    topped("at_once: 1..3"),
    topped("on_manual_change: [keep]"),
    topped("notify: {slack: OPS_SLACK_URL}"),
    topped("notify: []"),
    topped("notify: [{slack: 'https://hooks.slack.com/services/T0/B0/s3cret'}]"),
    topped("notify: [{slack: OPS_SLACK_URL, on: []}]"),
    topped("notify: [{slack: OPS_SLACK_URL, on: [fail]}]"),
    topped("notify: [{slack: OPS_SLACK_URL, secret: OPS_HOOK_SECRET}]"),
    topped("notify: [{heartbeat: HEALTHCHECKS_URL, on: failed}]"),
    topped("notify: [{slack: A, webhook: B}]"),
    topped("notify: [{on: failed}]"),
    topped("notify: [OPS_SLACK_URL]"),
    shop("quantity: 1").replace("shop:", "'shop-[ab]':"),
    shop("quantity: 1").replace("shop:", "'-shop-*':"),
    shop("quantity: 1").replace("shop:", "'shop*-':"),
    shop("quantity: 1").replace("shop:", "'Shop*':"),
    shop("quantity: 1\nwindows: []"),
    shop("quantity: 1\nwindows: {when: mon, quantity: 2}"),
    shop("quantity: 1\nwindows: [mon]"),
    shop("quantity: 1\nwindows:\n  - {when: mon, size: eco}"),
    windowed("quantity: 1"),
    windowed("when: mon"),
    windowed("when: mon, quantity: 1, cron: 0 22 * * *"),
    windowed("when: mon, quantity: 1, for: 8h"),
    windowed("when: mon, quantity: 1, cron: 0 22 * * *, for: 8h"),
    windowed("cron: 0 22 * * *, quantity: 1"),
    windowed("for: 8h, quantity: 1"),
    windowed("cron: 0 24 * * *, for: 8h, quantity: 1"),
    windowed("cron: 0 22 * *, for: 8h, quantity: 1"),
    windowed("cron: '@daily', for: 8h, quantity: 1"),
    windowed("when: [], quantity: 1"),
    windowed("when: [[mon]], quantity: 1"),
    windowed("when: {days: mon}, quantity: 1"),
    windowed("when: daily 9:00-17:00, quantity: 1"),
    windowed("when: daily 22.00-06.00, quantity: 1"),
    windowed("when: daily 24:00-06:00, quantity: 1"),
    windowed("when: weekdays22:00-06:00, quantity: 1"),
    windowed("when: 22:00, quantity: 1"),
    windowed("when: 2026-13-01, quantity: 1"),
    windowed("when: day 32, quantity: 1"),
    windowed("when: sixth mon, quantity: 1"),
    windowed("when: every monday, quantity: 1"),
    windowed("when: 'mon, daily 22:00-06:00', quantity: 1"),
    windowed("when: mon, quantity: 1, except: 22:00-06:00"),
    windowed("when: mon, quantity: 1, except: []"),
    windowed("when: mon, quantity: 1, lead: 15"),
    windowed("when: mon, quantity: 1, lead: 15 minutes"),
    windowed("when: mon, quantity: 1, name: ' '"),
    windowed("when: mon, quantity: 1, close: {when: idle}"),
    with_calendars("Closed: {dates: []}"),
    with_calendars("mon: {dates: []}"),
    with_calendars("closed: {}"),
    with_calendars("closed: {holidays: []}"),
    with_calendars("closed: {holidays: Japan}"),
    with_calendars("closed: {dates: [], categories: bank}"),
    with_calendars("closed: {dates: [], observed: true}"),
    with_calendars("closed: {dates: [tomorrow]}"),
    with_calendars("closed: {dates: {}}"),
    with_calendars("closed: {include: [Other]}"),
    with_jobs("a: {when: 01:00}"),
    with_jobs("a: {run: rake}"),
    with_jobs("a: {when: 01:00, run: ''}"),
    with_jobs("a: {when: 01:00, run: [rake]}"),
    with_jobs(f"a: {{when: 01:00, run: {'x' * 1001}}}"),
    with_jobs("A: {when: 01:00, run: rake}"),
    with_jobs(f"{'a' * 101}: {{when: 01:00, run: rake}}"),
    with_jobs("a: {when: weekdays, run: rake}"),
    with_jobs("a: {when: 1:00, run: rake}"),
    with_jobs("a: {when: 24:00, run: rake}"),
    with_jobs("a: {when: 22:00-06:00, run: rake}"),
    with_jobs("a: {when: mon 22:00 for 8h, run: rake}"),
    with_jobs("a: {when: [], run: rake}"),
    with_jobs("a: {when: 01:00, run: rake, size: hobby}"),
    with_jobs("a: {when: 01:00, run: rake, time_limit: 3}"),
    with_jobs("a: {when: 01:00, run: rake, overlap: Skip}"),
    with_jobs("a: {when: 01:00, run: rake, overlap: wait}"),
    with_jobs("a: {when: 01:00, run: rake, retries: 11}"),
    with_jobs("a: {when: 01:00, run: rake, retries: '1'}"),
    with_jobs("a: {when: 01:00, run: rake, catch_up: 0m x}"),
    with_jobs("a: {when: 01:00, run: rake, except: closed}"),
    with_jobs("a: {cron: 0 1 * * *, run: rake}"),
    with_jobs("a: rake"),
    with_jobs("{}"),
    f"calendars: {{}}\n{shop('quantity: 1')}",
    f"business_calendar: [closed]\n{shop('quantity: 1')}",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_file_passes_both_check_and_schema(text: str) -> None:
    assert [str(fault) for fault in errors(text)] == []
    assert marked(text) == []


@pytest.mark.parametrize("text", BAD)
def test_a_bad_file_fails_in_both(text: str) -> None:
    assert errors(text) != []
    assert marked(text) != []


# Whatever is accepted is not marked


CALENDARS = ("closed", "x-1", "monday", "day-off")
TOKENS = (
    *DOWS,
    *ORDINALS,
    *CALENDARS,
    "daily",
    "weekdays",
    "weekends",
    "day",
    "days",
    "business",
    "for",
    "1",
    "15",
    "31",
)
TOKENS += (
    "0",
    "22:00",
    "06:00",
    "24:00",
    "9:30",
    "8h",
    "1h30m",
    "31d",
    "0m",
    "2026-11-27",
    "2027-01-03",
    "..",
    ",",
    "-",
)
TOKENS += (", ", " - ", "*", "/", "*/5", "1-5", "jan", "mon-fri", "\t")

TIMES = st.sampled_from(["22:00", "06:00", "00:00", "23:59"])
LENGTHS = st.sampled_from(["8h", "1m", "31d", "1D2H3M", "00090m", "1h30m"])


def spaced(*parts: st.SearchStrategy[str] | str, by: str) -> st.SearchStrategy[str]:
    """Parts with spaces between them, as many as `by` allows."""
    blanks = st.sampled_from(["", " ", "  "] if by == "?" else [" ", "   "])
    both = [each for part in parts for each in (blanks, st.just(part) if isinstance(part, str) else part)][1:]
    return st.tuples(*both).map("".join)


def listed(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=1, max_size=3).map(" , ".join) | st.lists(part, min_size=1, max_size=3).map(",".join)


def any_letters(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.upper(), text.title()])


DATE_TEXTS = st.sampled_from(["1970-01-01", "2026-11-27", "2027-01-03", "2999-12-31"])
DOW_TEXTS = st.sampled_from(DOWS)
DAY_TEXTS = st.one_of(
    listed(DOW_TEXTS | spaced(DOW_TEXTS, "-", DOW_TEXTS, by="?")),
    listed(DATE_TEXTS | spaced(DATE_TEXTS, "..", DATE_TEXTS, by="?")),
    spaced("day", listed(st.integers(1, 31).map(str)), by="+"),
    spaced(st.sampled_from(list(ORDINALS)), DOW_TEXTS, by="+"),
    st.sampled_from(["daily", "weekdays", "weekends", "last  day", "business days", "first business day", *CALENDARS]),
    spaced("business", "day", st.integers(1, 23).map(str), by="+"),
).flatmap(any_letters)
SPAN_TEXTS = st.one_of(
    spaced(TIMES, "-", TIMES | st.just("24:00"), by="?"),
    spaced(TIMES, st.sampled_from(["for", "FOR"]), LENGTHS, by="+"),
)
WHEN_TEXTS = st.one_of(DAY_TEXTS, SPAN_TEXTS, spaced(DAY_TEXTS, SPAN_TEXTS, by="+"))
TIME_TEXTS = TIMES | spaced(DAY_TEXTS, TIMES, by="+")
SOUP = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=6).flatmap(
    lambda some: st.sampled_from(["".join(some), " ".join(some)])
)
CRON_TEXTS = st.tuples(
    *(
        st.lists(st.sampled_from(["*", "*/5", "1-5", "1-5/2", "07", *more]), min_size=1, max_size=2).map(",".join)
        for more in (["0", "59"], ["0", "23"], ["31"], ["jan", "feb-DEC", "12"], ["sun", "mon-SUN", "0"])
    )
).map("  ".join)


def accepted(read: Callable[[str], Any], text: str) -> bool:
    try:
        return read(text) is not None
    except PhraseError:
        return False


@given(WHEN_TEXTS | TIME_TEXTS | SOUP)
@settings(max_examples=600)
def test_whatever_phrase_is_read_fits_the_pattern(text: str) -> None:
    if accepted(lambda text: phrase(text, CALENDARS), text):
        assert re.search(pattern("phrase"), text)
    if accepted(lambda text: day_time(text, CALENDARS), text):
        assert re.search(pattern("time"), text)
    if accepted(lambda text: days_of(text.lower(), CALENDARS), text):
        assert re.search(pattern("day"), text)
    if accepted(date_ranges, text):
        assert re.search(pattern("date"), text)


@given(CRON_TEXTS | SOUP)
@settings(max_examples=300)
def test_whatever_crontab_line_is_read_fits_the_pattern(text: str) -> None:
    if accepted(crontab, text):
        assert re.search(pattern("cron"), text)


@given(st.from_regex(r"[0-9]{0,6}[dDhHmM]?[0-9]{0,6}[dDhHmM]?[0-9]{0,6}[dDhHmM]?", fullmatch=True))
@settings(max_examples=300)
def test_whatever_length_is_read_fits_the_pattern(text: str) -> None:
    if accepted(values.seconds, text):
        assert re.search(pattern("length"), text)


def test_every_time_zone_fits_the_pattern() -> None:
    assert [name for name in zone_names() if not re.search(pattern("timezone"), name)] == []


def scalar(text: str) -> st.SearchStrategy[str]:
    """A text as it may stand in a file: in quotes, or without where YAML allows it."""
    plain = [text] if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9:., _-]*[A-Za-z0-9])?", text) else []
    return st.sampled_from([*plain, f"'{text}'", f'" {text} "'])


def written(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text.flatmap(scalar)


def one_or_more(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One text, or a list of them in brackets: those in which a comma stands need quotes there."""
    quoted = text.map(lambda one: f"'{one}'")
    return written(text) | st.lists(quoted, min_size=1, max_size=3).map(
        lambda all_of_them: f"[{', '.join(all_of_them)}]"
    )


QUANTITY = st.sampled_from(["0", "1", "007", "9999", "2..10", "0 .. 3", "'1..2'"])
SIZE = written(st.sampled_from(list(SIZES)).flatmap(any_letters))
ZONE = st.sampled_from(["UTC", "Asia/Tokyo", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "'EST5EDT'"])
BUSINESS = st.sampled_from(["closed", "x-1", "' closed '"])


def lines(keys: dict[str, st.SearchStrategy[str]], **perhaps: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Keys with their values, in any order; some are there only perhaps."""
    found = st.fixed_dictionaries(keys, optional={name.rstrip("_"): value for name, value in perhaps.items()})
    return found.map(lambda entries: [f"{key}: {value}" for key, value in entries.items()]).flatmap(st.permutations)


NAMES = st.sampled_from(["night", "5", "1.5", "true", "'a: b'", "~x"])
GIVES = {"quantity": QUANTITY, "size": SIZE}
MORE = {"name": NAMES, "lead": written(LENGTHS), "except_": one_or_more(DAY_TEXTS), **GIVES}
WINDOWS = st.one_of(
    lines({"when": one_or_more(WHEN_TEXTS)}, **MORE),
    lines({"cron": CRON_TEXTS.map(lambda text: f"'{text}'"), "for": written(LENGTHS)}, **MORE),
)
CALENDAR = st.one_of(
    lines(
        {"holidays": one_or_more(st.sampled_from(["JP", "us-CA", "NO", "GB-SCT"]))},
        observed=st.sampled_from(["true", "FALSE"]),
        categories=one_or_more(st.sampled_from(["public", "Public"])),
    ),
    lines({"dates": one_or_more(DATE_TEXTS) | st.just("[]")}, include=one_or_more(st.just("x-1"))),
)


JOBS = lines(
    {"when": one_or_more(TIME_TEXTS), "run": st.sampled_from(["rake", "5", "'a: b'", "true"])},
    size=SIZE,
    time_limit=written(st.sampled_from(["3h", "24H", "1m", "90m"])),
    overlap=st.sampled_from(["skip", "' queue '", "allow"]),
    retries=st.sampled_from(["0", "10", "003"]),
    catch_up=written(LENGTHS),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with two calendars and one process type, with every key now and then."""
    out = [f"timezone: {draw(ZONE)}", f"business_calendar: {draw(BUSINESS)}", "calendars:", "  closed:"]
    out += [f"    {line}" for line in draw(CALENDAR)]
    out += ["  x-1: {dates: []}", "  monday: {ics: 'https://example.com/a.ics'}", "  day-off: {include: [x-1]}"]
    out += ["apps:", "  shop:", "    formation:", "      worker:"]
    limits = lines({}, min=st.just("0"), max=st.just("09999")).filter(bool).map(lambda some: f"{{{', '.join(some)}}}")
    process = lines({"quantity": QUANTITY, "size": SIZE}, timezone=ZONE, business_calendar=BUSINESS, limits=limits)
    out += [f"        {line}" for line in draw(process)]
    windows = draw(st.lists(WINDOWS, max_size=2))
    out += ["        windows:"] if windows else []
    for first, *rest in windows:
        out += [f"          - {first}", *(f"            {line}" for line in rest)]
    jobs = draw(st.dictionaries(st.sampled_from(["a", "b-2_c"]), JOBS, max_size=2))
    out += ["    jobs:"] if jobs else []
    for name, keys in jobs.items():
        out += [f"      {name}:", *(f"        {line}" for line in keys)]
    return "\n".join([*out, ""])


@given(files())
@settings(max_examples=150, deadline=None)
def test_whatever_check_accepts_is_not_marked(text: str) -> None:
    if not errors(text):
        assert marked(text) == []


# An editor

MODELINE = f"# yaml-language-server: $schema={cli.SCHEMA.as_uri()}\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    if SERVER is None:
        pytest.skip(f"NOT CHECKED with the language server that editors run; to check: {HINT}")
    with editing(tmp_path_factory.mktemp("home")) as found:
        yield found


def place(text: str, word: str) -> tuple[int, int]:
    """Where a word ends, counted from 0."""
    before = text[: text.index(word) + len(word)]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


@pytest.mark.parametrize("text", [GOOD[0], GOOD[10], GOOD[13], GOOD[16]])
def test_an_editor_marks_nothing_in_a_good_file(editor: Editor, text: str) -> None:
    assert editor.open(MODELINE + text) == []


@pytest.mark.parametrize(
    ("process", "marked", "said"),
    [
        ("quantity: 1\nlimts: {max: 2}", "limts", "Property limts is not allowed."),
        ("quantity: 1\nsize: standard1x", "standard1x", "There is no such dyno size."),
        (
            "quantity: 1\nwindows:\n  - {when: daily 9:30-17:00, quantity: 2}",
            "daily 9:30-17:00",
            "Expected days and hours",
        ),
        ("quantity: 1\nwindows:\n  - {for: 8h, quantity: 2}", "{", "`for` belongs to `cron`"),
        ("quantity: 1\nwindows:\n  - {quantity: 2}", "{", "Say when the window is open"),
        ("quantity: 1\nwindows:\n  - {when: mon}", "{", "Say what holds in the window"),
        ("quantity: 1\nwindows:\n  - {when: mon, cron: 0 0 * * *, quantity: 2}", "cron", "`when` is given too"),
    ],
)
def test_an_editor_marks_a_mistake_in_its_place(editor: Editor, process: str, marked: str, said: str) -> None:
    text = MODELINE + shop(process)
    [found] = editor.open(text)
    line, end = place(text, marked)
    assert found["message"].startswith(said)
    assert found["range"] == {
        "start": {"line": line, "character": end - len(marked)},
        "end": {"line": line, "character": end},
    }


def test_an_editor_explains_a_key(editor: Editor) -> None:
    text = MODELINE + windowed("when: mon, quantity: 1, lead: 15m")
    editor.open(text)
    for word, key in (("lead", "lead"), ("15m", "lead"), ("{when", "when")):
        line, column = place(text, word)
        assert DEFINITIONS["window"]["properties"][key]["description"] in editor.hover(line, column - 1)
    line, column = place(text, "        quantity")
    assert "outside every window" in editor.hover(line, column - 1)


def test_an_editor_completes_what_is_begun(editor: Editor) -> None:
    text = MODELINE + shop("quantity: 1\nsize: \nwindows:\n  - ")
    editor.open(text)
    assert {"standard-1x", "performance-m", "eco"} <= set(editor.complete(*place(text, "size: ")))
    offered = {item["label"]: item["insertText"] for item in editor.completions(*place(text, "  - "))}
    assert set(DEFINITIONS["window"]["properties"]) <= set(offered)
    assert (offered["when"], offered["quantity"]) == ("when: ", "quantity: ")
    assert offered["window"] == "name: ${1:night}\n  when: ${2:daily 22:00-06:00}\n  quantity: ${3:1}"
