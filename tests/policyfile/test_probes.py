# ruff: noqa: E501  the tables are read by their columns
"""An app's `probes`: what they mean, what is refused, where, and that no secret is shown."""

import re
from textwrap import dedent, indent

import pytest

from autoscaler.core.guard import Ourselves
from autoscaler.core.probes import Counter, HttpProbe, Lists, PostgresProbe, Probe, Queues, RedisProbe, SortedSets
from autoscaler.core.windows import Close
from autoscaler.policyfile.faults import Fault, Faults
from autoscaler.policyfile.probe_readers import probes
from autoscaler.policyfile.tree import Mapping, parse
from autoscaler.policyfile.written import WrittenProbe
from tests.cli.running import ROOT
from tests.policyfile.loading import errors, examined, loaded

START = "probes:\n  unfinished: "
QUERY = "select count(*) from jobs where finished_at is null"
EXPECTED = "expected the name of an environment variable, read "
HINT = "put it into a variable of the autoscaler's app, and write the variable's name: A-Z, 0-9 and _"


def read(text: str) -> tuple[list[WrittenProbe] | None, list[Fault]]:
    """What is read of a file that has `probes` alone."""
    faults = Faults("policies.yaml", text)
    root = parse(text, _refuse)
    assert isinstance(root, Mapping)
    return probes(root.entries["probes"][1], "apps.shop.probes", faults), list(faults.in_order())


def _refuse(place: object, message: str, hint: str | None) -> None:
    raise AssertionError((place, message, hint))


def probe(written: str) -> Probe | None:
    found, faults = read(START + written)
    assert faults == []
    assert found is not None
    [only] = found
    assert (only.name, only.path, only.place) == ("unfinished", "apps.shop.probes.unfinished", (2, 3))
    return only.probe


def fault(written: str) -> Fault:
    """The one fault of a probe, which is then none."""
    found, faults = read(START + written)
    assert [only.probe for only in found or ()] in ([None], [])
    [one] = faults
    return one


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"{{postgres: SHOP_DATABASE_URL, query: {QUERY}}}", PostgresProbe("SHOP_DATABASE_URL", QUERY)),
        (f'{{postgres: _DB2, query: "{QUERY};"}}', PostgresProbe("_DB2", QUERY)),
        ("{redis: R, sidekiq: default}", RedisProbe("R", Queues("sidekiq", ("default",), ""))),
        ("{redis: R, rq: [default, high]}", RedisProbe("R", Queues("rq", ("default", "high"), "rq:"))),
        ("{redis: R, celery: celery}", RedisProbe("R", Queues("celery", ("celery",), ""))),
        ("{redis: R, resque: default}", RedisProbe("R", Queues("resque", ("default",), "resque:"))),
        ('{redis: R, resque: default, prefix: ""}', RedisProbe("R", Queues("resque", ("default",), ""))),
        ('{redis: R, sidekiq: default, prefix: "shop:"}', RedisProbe("R", Queues("sidekiq", ("default",), "shop:"))),
        ("{redis: R, lists: [a, b]}", RedisProbe("R", Lists(("a", "b")))),
        ("{redis: R, sorted_sets: later}", RedisProbe("R", SortedSets(("later",)))),
        ("{redis: R, key: jobs:unfinished}", RedisProbe("R", Counter("jobs:unfinished"))),
        (
            "{http: https://shop.example.com/jobs, field: jobs.unfinished}",
            HttpProbe("https://shop.example.com/jobs", ("jobs", "unfinished")),
        ),
        (
            "{http: http://localhost:3000/, token: SHOP_TOKEN, field: busy}",
            HttpProbe("http://localhost:3000/", ("busy",), "SHOP_TOKEN"),
        ),
    ],
)
def test_a_probe_means_who_is_asked_and_what(written: str, meant: Probe) -> None:
    assert probe(written) == meant


def test_probes_have_names_and_are_read_each_by_itself() -> None:
    found, faults = read(
        "probes:\n  unfinished: {redis: R, key: n}\n  Two Words: {redis: R, key: n}\n  three: {redis: R}"
    )
    assert [(one.name, one.probe is not None) for one in found or ()] == [
        ("unfinished", True),
        ("Two Words", True),
        ("three", False),
    ]
    assert [(one.line, one.column, one.hint) for one in faults] == [
        (3, 3, "did you mean two-words?"),
        (4, 3, "give one of sidekiq, rq, celery, resque, lists, sorted_sets, key"),
    ]


@pytest.mark.parametrize(
    ("written", "column", "key", "message", "hint"),
    [
        # who is asked
        ("{query: select 1}", 3, "", "the probe names nobody to ask", "give postgres, redis or http"),
        ("{}", 3, "", "the probe names nobody to ask", "give postgres, redis or http"),
        ("{postgress: DB, query: select 1}", 16, ".postgress", 'there is no key "postgress" here', "did you mean postgres?"),
        ("{redis: R, key: n, http: https://a.example}", 3, "", "the probe asks redis and http", "make a probe of each"),
        ("[a]", 3, "", "expected a mapping with postgres, redis or http", "such as {postgres: SHOP_DATABASE_URL, query: ...}"),
        # variables
        ("{postgres: DATABASE_URL, query: select 1}", 26, ".postgres", "DATABASE_URL is where this program keeps its own records", "give the probe a variable of its own, such as SHOP_DATABASE_URL"),
        ("{redis: DATABASE_URL, key: n}", 23, ".redis", "DATABASE_URL is where this program keeps its own records", "give the probe a variable of its own, such as SHOP_DATABASE_URL"),
        ("{http: https://a.example, field: n, token: HEROKU_API_KEY}", 58, ".token", "HEROKU_API_KEY is this program's own token, which goes to Heroku alone", "give the probe a variable of its own, such as SHOP_DATABASE_URL"),
        ("{redis: AUTOSCALER_STATE, key: n}", 23, ".redis", "AUTOSCALER_STATE is a setting of this program", "give the probe a variable of its own, such as SHOP_DATABASE_URL"),
        ("{postgres: $SHOP_DB, query: select 1}", 26, ".postgres", EXPECTED + "a reference to one", "did you mean SHOP_DB?"),
        ("{postgres: '${SHOP_DB}', query: select 1}", 26, ".postgres", EXPECTED + "a reference to one", "did you mean SHOP_DB?"),
        ("{postgres: shop_db, query: select 1}", 26, ".postgres", EXPECTED + "something else, which may be a secret", HINT),
        ("{postgres: 2DB, query: select 1}", 26, ".postgres", EXPECTED + "something else, which may be a secret", HINT),
        ("{postgres: , query: select 1}", 16, ".postgres", "`postgres` has no value", "give it one, or remove the key"),
        # queries
        ("{postgres: DB}", 3, ".query", "`query` is missing", f"say {QUERY}"),
        ("{postgres: DB, query: }", 30, ".query", "`query` has no value", "give it one, or remove the key"),
        ('{postgres: DB, query: " -- nothing"}', 38, ".query", "the query is empty", f"say {QUERY}"),
        ("{postgres: DB, query: [select 1]}", 37, ".query", f"expected a query such as {QUERY}, read a list", None),
        ("{postgres: DB, querry: select 1}", 30, ".querry", 'there is no key "querry" here', "did you mean query?"),
        # what is counted
        ("{redis: R}", 3, "", "it is not said what to count", "give one of sidekiq, rq, celery, resque, lists, sorted_sets, key"),
        ("{redis: R, sidekick: default}", 26, ".sidekick", 'there is no key "sidekick" here', "did you mean sidekiq?"),
        ("{redis: R, list: a}", 26, ".list", 'there is no key "list" here', "did you mean lists?"),
        ("{redis: R, rq: a, lists: b}", 33, ".lists", "`rq` and `lists` are both given", "make a probe of each"),
        ("{redis: R, key: n, prefix: a}", 34, ".prefix", "`prefix` is about sidekiq, rq, celery, resque", "write the keys in full, and remove it"),
        ("{redis: R, rq: [a, b, a]}", 37, ".rq", '"a" is named twice, and would count twice', "name it once"),
        ("{redis: R, rq: []}", 30, ".rq", "the list is empty", "remove the key"),
        ('{redis: R, key: ""}', 31, ".key", 'expected a name of 1 to 200 letters on one line, read ""', None),
        ("{redis: R, lists: [a, {b: c}]}", 37, ".lists", "expected a text, read a mapping", None),
        # addresses and fields
        ("{http: https://a.example}", 3, ".field", "`field` is missing", "say which field of the JSON holds the number"),
        ("{http: http://a.example, field: n}", 22, ".http", "the address begins with http://, and a token would go out in the clear", "write https://"),
        ("{http: 'https://u:p@a.example', field: n}", 22, ".http", "a user or a password is written in the address", "put the secret into a variable, and say token: ITS_NAME"),
        ("{http: SHOP_URL, field: n}", 22, ".http", "expected an address that begins with https://", "write https://, a host and a path"),
        ("{http: 'https://[::1', field: n}", 22, ".http", "the address cannot be read", "write https://, a host and a path"),
        ("{http: 'https://a.example:x', field: n}", 22, ".http", "the address cannot be read", "write https://, a host and a path"),
        ("{http: 'https://', field: n}", 22, ".http", "expected an address that begins with https://", "write https://, a host and a path"),
        ("{http: https://a.example, field: jobs..n}", 48, ".field", 'expected the way to a field, such as jobs.unfinished, read "jobs..n"', "write the names with a dot between them"),
        ("{http: https://a.example, field: n, colour: n}", 51, ".colour", 'there is no key "colour" here', "the keys here are http, token, field"),
    ],
)  # fmt: skip
def test_what_is_no_probe_is_refused(written: str, column: int, key: str, message: str, hint: str | None) -> None:
    found = fault(written)
    assert (found.line, found.column) == (2, column)
    assert found.path == f"apps.shop.probes.unfinished{key}"
    assert (found.message, found.hint) == (message, hint)


@pytest.mark.parametrize(
    "query",
    [
        "(select count(*) from jobs)",
        "SELECT\tcount(*) FROM jobs WHERE note <> 'insert into jobs; delete from jobs'",
        "with open as (select 1 from jobs) select count(*) from open",
        'select count(*) from "update" where "into" is null',
        "select count(*) from jobs -- ; delete from jobs",
        "/* insert into jobs */ select count(*) from jobs;  -- that is all",
        "select count(*) from jobs where note = $$; drop table jobs$$ and mark = $a$ into $a$",
        r"select count(*) from jobs where note = E'it\'s; delete from jobs'",
        "select count(*) from updates where updated_at > created_at and reset is null",
        "select count(*) from jobs where state in ('insert', 'update set')",
    ],
)
def test_a_query_that_reads_is_taken(query: str) -> None:
    meant = probe("\n    postgres: DB\n    query: >-\n      " + query)
    assert meant == PostgresProbe("DB", query.rstrip(";"))


@pytest.mark.parametrize(
    ("query", "at", "message"),
    [
        ("insert into jobs values (1)", 0, "expected a query that begins with select or with"),
        ("selected", 0, "expected a query that begins with select or with"),
        ("  ( delete from jobs)", 4, "expected a query that begins with select or with"),
        ("select 1; drop table jobs", 8, "a second statement follows the semicolon"),
        ("select 1; -- a\tcomment; and 2", None, None),
        ("with a as (delete from jobs returning 1) select count(*) from a", 11, "the query would delete, and a probe only reads"),
        ("with a as (INSERT  INTO jobs values (1) returning 1) select count(*) from a", 11, "the query would insert, and a probe only reads"),
        ("with a as (update only jobs set n = 1 returning 1) select count(*) from a", 11, "the query would update, and a probe only reads"),
        ('with a as (update public."my jobs" as j set n = 1 returning 1) select 1', 11, "the query would update, and a probe only reads"),
        ("with a as (merge into jobs using b on true when matched then delete) select 1", 11, "the query would merge, and a probe only reads"),
        ("select * into copied from jobs", 9, "the query would make a table, and a probe only reads"),
        ("select n from jobs for no key update", 19, "the query would lock rows, and a probe only reads"),
        ("select n from jobs for share", 19, "the query would lock rows, and a probe only reads"),
        ("select " + "1 + " * 2000 + "1", 0, "the query has more than 5,000 characters"),
    ],
)  # fmt: skip
def test_a_query_that_writes_is_refused_where_it_does(query: str, at: int | None, message: str | None) -> None:
    written = f"\n    postgres: DB\n    query: '{query}'"
    if at is None:
        assert probe(written) == PostgresProbe("DB", query)
        return
    found = fault(written)
    assert (found.line, found.column, found.message) == (4, 13 + at, message)


@pytest.mark.parametrize(
    "written",
    [
        "{postgres: postgres://user:hunter2@host/db?key=hunter2, query: select 1}",
        "{query: drop, postgres: 'hunter2', quary: hunter}",  # the fault before it is on the same line
        "{postgres: {url: hunter2}, query: select 1}",
        "{postgres: [hunter2], query: select 1}",
        "{redis: rediss://:hunter2@host, key: n}",
        "{http: https://a.example/, field: n, token: hunter2}",
        "{http: https://hunter2@a.example/, field: n}",
        "{http: http://a.example/?key=hunter2, field: n}",
        "{http: 'https://a.example:hunter2', field: n}",
        "{url: postgres://user:hunter2@host/db}",
        "{postgres_url: hunter2, query: select 1}",
        "{postgres: DB, query: select 1, redis: hunter2}",
        "postgres://host/db?password=hunter2",
        "{postgres: DB, query: 'postgres://user:hunter2@host/db'}",
    ],
)
def test_a_secret_in_the_place_of_a_name_is_in_no_fault(written: str) -> None:
    text = START + written
    _, faults = read(text)
    assert faults
    for one in faults:
        assert "hunter2" not in f"{one} {one.hint} {one.source}"
        assert one.source is not None
        assert len(one.source) == len(text.splitlines()[1])


def test_probes_stand_at_an_app_and_windows_close_by_them() -> None:
    text = """\
timezone: UTC
apps:
  shop:
    probes: {n: {redis: SHOP_REDIS_URL, key: n}}
    formation:
      worker:
        quantity: 0
        windows:
          - {when: "22:00-06:00", quantity: 1, close: {when: idle, probe: n, latest: 2h, early: 10m}}
"""
    policies = loaded(text)
    assert policies.probes == {("shop", "n"): RedisProbe("SHOP_REDIS_URL", Counter("n"))}
    [policy] = policies.policies
    assert policy.windows[0].close == Close("n", 7200, 600)


CLOSING = """\
timezone: UTC
apps:
  shop:
    probes: {unfinished: {redis: SHOP_REDIS_URL, key: n}}
    formation:
      worker:
        quantity: 0
        windows:
          - {%s, close: {%s}}
"""


@pytest.mark.parametrize(
    ("window", "close", "path", "message", "hint"),
    [
        (
            "when: mon 22:00-23:00, quantity: 1",
            "when: idle, probe: unfinishd, latest: 2h",
            ".probe",
            'the app has no probe "unfinishd"',
            "did you mean unfinished?",
        ),
        (
            "when: mon 22:00-23:00, quantity: 1",
            "when: empty, probe: unfinished, latest: 2h",
            ".when",
            'expected idle, read "empty"',
            "an opening closes when its probe is idle",
        ),
        (
            "when: mon 22:00-23:00, quantity: 1",
            "when: idle, probe: unfinished",
            ".latest",
            "`latest` is missing",
            "such as 2h",
        ),
        (
            "when: mon 22:00-23:00, quantity: 1",
            "when: idle, probe: unfinished, latest: 2",
            ".latest",
            'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "2"',
            "did you mean 2m?",
        ),
        (
            'when: "22:00-06:00", quantity: 1',
            "when: idle, probe: unfinished, latest: 16h1m",
            ".latest",
            "16h1m reach into the window's next opening, 16h later",
            "at most 16h",
        ),
        (
            "when: last day 22:00-23:00, quantity: 1",
            "when: idle, probe: unfinished, latest: 28d",
            ".latest",
            "28d reach into the window's next opening, 27d23h later",
            "at most 27d23h",
        ),
        (
            "when: mon 22:00-23:00, quantity: 0",
            "when: idle, probe: unfinished, latest: 2h",
            "",
            "a window with `close` needs a `quantity` of 1 or more",
            "remove `close`",
        ),
        (
            "when: mon 22:00-23:00, quantity: 1..2",
            "when: idle, probe: unfinished, latest: 2h",
            "quantity",
            "a window with `close` needs one number, read 1..2: its dynos may not come and go",
            "such as 2",
        ),
    ],
)
def test_a_close_that_cannot_be_is_told_in_its_place(
    window: str, close: str, path: str, message: str, hint: str
) -> None:
    [found] = errors(CLOSING % (window, close))
    place = "apps.shop.formation.worker.windows[0]."
    assert found.path == place + (path if path == "quantity" else f"close{path}")
    assert (found.message, found.hint) == (message, hint)


def test_where_nothing_can_be_remembered_nothing_is_ended_early() -> None:
    text = CLOSING % ('when: "22:00-06:00", quantity: 1', "when: idle, probe: unfinished, latest: 2h, early: 10m")
    assert errors(text) == []
    found = examined(text, Ourselves("auto", "clock", "DATABASE_URL is not set"))
    assert [(fault.path, fault.message) for fault in found.faults] == [
        (
            "apps.shop.formation.worker.windows[0].close.early",
            "nothing can be ended early here: DATABASE_URL is not set",
        )
    ]


def test_the_longest_latest_is_the_gap_to_the_next_opening() -> None:
    assert errors(CLOSING % ('when: "22:00-06:00", quantity: 1', "when: idle, probe: unfinished, latest: 16h")) == []


def test_what_is_held_open_counts_for_an_unbroken_opening() -> None:
    window = 'when: "06:00-20:00", quantity: 1, unbroken: true'
    assert errors(CLOSING % (window, "when: idle, probe: unfinished, latest: 9h45m")) == []
    [found] = errors(CLOSING % (window, "when: idle, probe: unfinished, latest: 9h46m"))
    assert found.message.startswith("an opening of 23h46m cannot be kept whole")


def test_the_examples_of_the_documentation_are_probes() -> None:
    page = (ROOT / "docs" / "probes.md").read_text(encoding="utf-8")
    examples = [re.sub(r"(?s)^apps:.*probes:\n", "", found) for found in re.findall(r"(?s)```yaml\n(.*?)```", page)]
    for example in examples:
        found, faults = read("probes:\n" + indent(dedent(example), "  "))
        assert faults == []
        assert all(one.probe for one in found or ())
    assert len(examples) == 4
