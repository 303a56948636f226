# ruff: noqa: E501  the tables are read by their columns
"""What is refused, where, and in which words."""

import pytest

from autoscaler.core.guard import Ourselves
from tests.policyfile.loading import errors, examined, shop, window

Q = "expected a whole number such as 2, or a range such as 2..10, read "


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("1e3", Q + '"1e3"', "write it in digits only"),
        ("0x10", Q + '"0x10"', "write it in digits only"),
        ("+3", Q + '"+3"', "write it in digits only"),
        ("2.0", Q + '"2.0"', "write it in digits only"),
        ("-1", Q + '"-1"', "a quantity is 0 or more"),
        ('"5"', Q + 'the text "5"', "write 5 without quotes"),
        ("five", Q + '"five"', "did you mean 5?"),
        ("2-10", Q + '"2-10"', "did you mean 2..10?"),
        ("٣", Q + '"٣"', "write it in digits only"),
        ("[1]", Q + "a list", None),
        ("{a: 1}", Q + "a mapping", None),
        ("true", Q + '"true"', None),
        ("22:00", Q + '"22:00"', "write it in digits only"),
        ("10..2", "the range 10..2 runs backwards", "did you mean 2..10?"),
        ("10000", 'expected at most 9999, read "10000"', None),
    ],
)
def test_a_quantity_is_digits_or_a_range(written: str, message: str, hint: str | None) -> None:
    [fault] = errors(shop(f"quantity: {written}"))
    assert (fault.line, fault.column) == (6, 19)
    assert fault.path == "apps.shop.formation.worker.quantity"
    assert (fault.message, fault.hint) == (message, hint)


@pytest.mark.parametrize(
    ("when", "column", "message", "hint"),
    [
        ("wekdays 22:00-06:00", 0, 'there are no days called "wekdays"', "did you mean weekdays?"),
        ("Monday", 0, 'there are no days called "monday"', "did you mean mon?"),
        ("mon,frii 22:00-06:00", 4, 'there are no days called "frii"', "did you mean fri?"),
        ("mon, daily", 5, "daily stands alone, not in a list with commas", "make it a list: [..., ...]"),
        ("mon,", 3, "a day is missing beside a comma", None),
        (
            "mon,2026-11-27",
            0,
            "dates and days of the week cannot be mixed in one phrase",
            "make it a list",
        ),
        ("weekdays 9:30-17:00", 9, "a time is written HH:MM, read 9:30", "did you mean 09:30?"),
        ("weekdays 10pm", 9, 'a time is written HH:MM, read "10pm"', "did you mean 22:00?"),
        ("22.00-06.00", 0, 'a time is written HH:MM, read "22.00"', "did you mean 22:00?"),
        (
            "22:00 to 06:00",
            0,
            'expected hours such as 22:00-06:00 or 22:00 for 8h, read "22:00 to 06:00"',
            "did you mean 22:00-06:00?",
        ),
        (
            "22:00\u201306:00",
            0,
            'expected hours such as 22:00-06:00 or 22:00 for 8h, read "22:00\u201306:00"',
            "did you mean 22:00-06:00?",
        ),
        ("22:00-22:00", 6, "22:00-22:00 ends where it starts", "for whole days name the days alone"),
        ("25:00-06:00", 0, "expected a time from 00:00 to 23:59, read 25:00", None),
        ("22:00-06:60", 6, "expected a time from 00:00 to 23:59, read 06:60", None),
        (
            "24:00-06:00",
            0,
            "expected a time from 00:00 to 23:59, read 24:00",
            "only an end may be 24:00; a start is 00:00",
        ),
        (
            "22:00",
            0,
            'expected hours such as 22:00-06:00 or 22:00 for 8h, read "22:00"',
            "say when it ends: 22:00-06:00, or 22:00 for 8h",
        ),
        (
            "22:00 for 8",
            10,
            'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "8"',
            None,
        ),
        (
            "22:00 for 32d",
            10,
            'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "32d"',
            None,
        ),
        (
            "22:00 for 0m",
            10,
            'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "0m"',
            None,
        ),
        ("weekdays22:00-06:00", 8, 'a space is missing before "22:00-06:00"', None),
        ("2026-02-30", 0, "there is no 2026-02-30 in the calendar", None),
        ("1969-12-31", 0, "expected a year from 1970 to 2999, read 1969-12-31", None),
        (
            "2026-11-27..2026-11-01",
            0,
            "2026-11-27..2026-11-01 runs backwards",
            "did you mean 2026-11-01..2026-11-27?",
        ),
    ],
)
def test_a_fault_in_a_phrase_points_at_its_word(when: str, column: int, message: str, hint: str | None) -> None:
    for quote, moved in (("", 0), ('"', 1)):
        [fault] = errors(window(f"{quote}{when}{quote}"))
        assert (fault.line, fault.column) == (9, 19 + column + moved)
        assert fault.path == "apps.shop.formation.worker.windows[0].when"
        assert (fault.message, fault.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "message", "hint"),
    [
        (
            shop("quantty: 1\nquantity: 1"), 6, 9, "apps.shop.formation.worker.quantty",
            'there is no key "quantty" here', "did you mean quantity?",
        ),
        (
            shop("quantity: 1\nquantity: 2"), 7, 9, "",
            "the key quantity is on line 6 and again on line 7", "keep one of the two",
        ),
        (shop("size: eco"), 5, 7, "apps.shop.formation.worker.quantity", "`quantity` is missing", "it holds outside every window"),
        (shop("quantity:"), 6, 9, "apps.shop.formation.worker.quantity", "`quantity` has no value", "give it one, or remove the key"),
        (shop("quantity: 1\nsize: standard 1x"), 7, 15, "apps.shop.formation.worker.size", 'there is no dyno size "standard 1x"', "did you mean standard-1x?"),
        (shop("quantity: 1\nsize: Hobby"), 7, 15, "apps.shop.formation.worker.size", 'there is no dyno size "Hobby"', "did you mean basic?"),
        (
            shop("quantity: 1\nwindows:\n  - {when: mon, size: eco}"), 5, 7, "apps.shop.formation.worker.size",
            "`size` is missing: a window names one (windows[0])", "say which size holds outside that window",
        ),
        (shop("quantity: 9\nlimits: {min: 1, max: 8}"), 6, 19, "apps.shop.formation.worker.quantity", "9 is outside the limits 1..8", None),
        (shop("quantity: 1\nlimits: {min: 3, max: 2}"), 7, 23, "apps.shop.formation.worker.limits.min", "min 3 is greater than max 2", None),
        (
            shop("quantity: 0..3", "web"), 6, 19, "apps.shop.formation.web.quantity", "web would be scaled to 0",
            "if web may really go down to nothing, add allow_zero: true to the process type",
        ),
        (shop("quantity: 0\nallow_zero: true"), 7, 9, "apps.shop.formation.worker.allow_zero", "`allow_zero` is for web; worker may be 0 without it", "remove the key"),
        (shop("quantity: 1\nallow_zero: yes", "web"), 7, 21, "apps.shop.formation.web.allow_zero", 'expected true or false, read "yes"', "did you mean true?"),
        (window("mon", "name: idle"), 8, 13, "apps.shop.formation.worker.windows[0]", "the window gives neither `quantity` nor `size`", "give one, or remove the window"),
        (shop("quantity: 1\nwindows: {when: mon}"), 7, 18, "apps.shop.formation.worker.windows", "expected a list of windows, read a mapping", "begin each with a dash"),
        (shop("quantity: 1\nwindows: []"), 7, 18, "apps.shop.formation.worker.windows", "the list of windows is empty", "remove the key"),
        (
            shop("quantity: 0\nwindows:\n  - {when: daily, quantity: 1}\n  - {when: mon 22:00-06:00, quantity: 2}"), 9, 14,
            "apps.shop.formation.worker.windows[1]",
            "this window never speaks: daily above it give every value that it gives, all the time", "move it up, or remove it",
        ),
        (shop("quantity: 1\nunbroken: true"), 7, 9, "apps.shop.formation.worker.unbroken", 'there is no key "unbroken" here', None),
        ("timezone: Asia/tokio\napps: {shop: {formation: {a: {quantity: 1}}}}", 1, 11, "timezone", 'there is no time zone "Asia/tokio"', "did you mean Asia/Tokyo?"),
        ("timezone: JST\napps: {shop: {formation: {a: {quantity: 1}}}}", 1, 11, "timezone", 'there is no time zone "JST"', "did you mean Asia/Tokyo?"),
        ("apps: {shop: {formation: {a: {quantity: 1}}}}", 1, 27, "apps.shop.formation.a.timezone", "no `timezone` is given for it", "write timezone: Asia/Tokyo (or yours) at the top of the file"),
        ("timezone: UTC", 1, 1, "apps", "`apps` is missing", "name the apps and their formations"),
        ("timezone: UTC\napps:", 2, 1, "apps", "`apps` has no value", "give it one, or remove the key"),
        ("timezone: UTC\napps: {}", 2, 7, "apps", "expected apps, each with a formation, read an empty mapping", None),
        ("", 1, 1, "", "the file is empty", "it needs at least `timezone` and `apps`"),
        ("# nothing\n", 1, 1, "", "the file is empty", "it needs at least `timezone` and `apps`"),
        ("- a", 1, 1, "", "expected a mapping with keys such as timezone, business_calendar, calendars, read a list", None),
        (shop("quantity: 1", "a b"), 5, 7, "apps.shop.formation.a b", 'expected a process type (1 to 128 letters, digits, - and _), read "a b"', None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(
    text: str, line: int, column: int, path: str, message: str, hint: str | None
) -> None:
    found = errors(text)
    assert [(fault.line, fault.column, fault.path, fault.message) for fault in found] == [(line, column, path, message)]
    assert (
        found[0].hint == hint
        or (hint is None and found[0].hint is not None and "belongs to" in found[0].hint)
        or (hint is None and path.endswith("unbroken"))
    )


def test_what_is_nested_beyond_all_sense_is_refused_as_well() -> None:
    assert [fault.message for fault in errors(b"[" * 100_000)] == ["nested more than 64 levels deep"]


@pytest.mark.parametrize(
    ("content", "line", "column", "part"),
    [
        (b"\xef\xbb\xbfapps: 1", 1, 1, "byte-order mark"),
        ("apps: 1".encode("utf-16"), 1, 1, "UTF-16"),
        ("apps: 1".encode("utf-16-be"), 1, 1, "UTF-16"),
        (b"a: 1\nb: \xff", 2, 4, "0xff is no UTF-8"),
        (b"a: 1\nb: \x00", 2, 4, "U+0000 is not allowed"),
        ("a: 1\nb: \u2028".encode(), 2, 4, "U+2028 is not allowed"),
        (b"a:\n\t- b", 2, 1, "a tab indents this line"),
        (b"a: !!python/object:os.system x", 1, 4, "the tag"),
        (b"a: !x 1", 1, 4, "the tag !x is not allowed"),
        (b"a: &x {<<: {b: 1}}", 1, 8, "merge keys are not allowed"),
        (b"a: &x [*x]", 1, 8, "the alias *x contains itself"),
        (b"a: *x", 1, 4, "names nothing above it"),
        (b"a: 1\n---\nb: 1", 2, 1, "a second document"),
        (b"[" * 900, 1, 65, "nested more than 64 levels deep"),
        (b"a: [1, 2", 1, 9, "this is no YAML"),
        (b'a: "x', 1, 6, "this is no YAML"),
        (b"? [a]\n: 1", 1, 3, "a key must be a plain word"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(content: bytes, line: int, column: int, part: str) -> None:
    [fault] = [fault for fault in errors(content) if part in fault.message]
    assert (fault.line, fault.column) == (line, column)


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- "])
def test_what_is_nested_beyond_all_measure_is_refused_in_the_same_words(opening: bytes) -> None:
    [fault] = errors(opening * 100_000)
    assert fault.message == "nested more than 64 levels deep"


def test_an_alias_that_explodes_is_refused() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20))
    [fault] = errors(f"a0: &a0 [x, x]\n{levels}\n")
    assert "more than 500,000 values" in fault.message


def test_every_fault_is_told_at_once_and_none_hides_another() -> None:
    text = """\
timezone: Asia/tokio
timezon: UTC
apps:
  Shop:
    formation:
      web:
        quantity: 0
        limits: {min: 1, max: ten}
        windows:
          - when: wekdays 22:00-06:00
            quantity: 99
          - quantity: 1
            size: standard-3x
          - when: daily 22:00-22:00
            quantity: "2"
            cron: "0 22 * * *"
      worker: 3
"""
    assert [(fault.line, fault.column) for fault in errors(text)] == [
        (1, 11), (2, 1), (4, 3), (6, 7), (7, 19), (7, 19), (8, 31), (10, 19), (12, 13), (13, 19), (14, 13), (14, 31), (15, 23),
        (17, 15),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ourselves", "name", "refused"),
    [
        (Ourselves("shop", "worker"), "worker", True),
        (Ourselves("shop", "worker"), "web", False),
        (Ourselves("shop", None), "clock", True),
        (Ourselves("other", None), "clock", False),
        (Ourselves(None, None), "clock", True),
        (Ourselves(None, None), "worker", False),
        (Ourselves(None, "worker"), "worker", True),
    ],
)
def test_the_own_process_type_may_not_be_named(ourselves: Ourselves, name: str, refused: bool) -> None:
    found = examined(shop("quantity: 1", name), ourselves)
    assert (found.policies is None) == refused
    assert [fault.line for fault in found.faults] == [5] * refused


@pytest.mark.parametrize(
    "secret",
    [
        "HRKU-0b1c2d3e-aaaa-bbbb-cccc-0123456789ab",
        "postgres://user:hunter2@host/db",
        "01234567-89ab-cdef-0123-456789abcdef",
    ],
)
def test_a_secret_in_the_file_is_in_no_fault(secret: str) -> None:
    [fault] = errors(shop(f"quantity: 1\nsize: {secret}"))
    shown = f"{fault} {fault.hint} {fault.source}"
    assert "hunter2" not in shown
    assert "89ab" not in shown
    assert fault.source is not None
    assert len(fault.source) == len(f"        size: {secret}")


@pytest.mark.parametrize(
    ("earlier", "later", "shadowed"),
    [
        ("mon-fri", "weekdays 22:00-24:00", True),
        ("mon-fri", "weekdays 22:00-06:00", False),
        ("mon-sat", "weekdays 22:00-06:00", True),
        ("sat-fri 22:00 for 8h", "sun 23:00-05:00", True),
        ("daily 00:00-12:00, daily 12:00-24:00", "weekends", True),
        ("weekdays", "2026-11-27", True),
        ("weekdays", "2026-11-28", False),
        ("2026-11-01..2026-11-30", "2026-11-27 22:00-06:00", True),
        ("2026-11-01..2026-11-27", "2026-11-27 22:00-06:00", False),
        ("2026-11-27", "fri", False),
    ],
)
def test_a_window_that_can_never_speak_is_refused(earlier: str, later: str, shadowed: bool) -> None:
    first = earlier.split(", ") if "00:00-12:00" in earlier else earlier
    text = shop(f"quantity: 0\nwindows:\n  - {{when: {first}, quantity: 1}}\n  - {{when: {later}, quantity: 2}}")
    assert [fault.path for fault in errors(text)] == ["apps.shop.formation.worker.windows[1]"] * shadowed


def test_a_lead_that_reaches_out_of_the_shadow_is_enough() -> None:
    text = shop("quantity: 0\nwindows:\n  - {when: mon, quantity: 1}\n  - {when: mon, quantity: 2, lead: 1m}")
    assert errors(text) == []
