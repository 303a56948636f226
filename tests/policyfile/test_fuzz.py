# ruff: noqa: E501, PT017  words in rows; an error is looked at where it is caught
"""Random texts: never a crash, every fault inside the file, and what is accepted means what it says."""

import json
import os
import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autoscaler.core.days import LAST, CronDays, Dates, Days, MonthDays, NthWeekday, Weekdays
from autoscaler.core.quantity import lowest
from autoscaler.core.spoken import spoken
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan
from autoscaler.policyfile.crontab import crontab
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.phrases import phrase
from autoscaler.policyfile.values import seconds
from tests.core.worlds import cron_days, cron_spans, days_near, spans
from tests.fuzz import targets
from tests.policyfile import reference
from tests.policyfile.loading import errors, examined, loaded, shop, window

EXAMPLES = int(os.environ.get("AUTOSCALER_EXAMPLES", "150"))
often = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CALENDARS = "calendars: {closed: {dates: 2026-11-23}}\nbusiness_calendar: closed\n"
WORDS = [
    "daily", "weekdays", "weekends", "mon", "tue", "fri", "sun", "-", ",", "..", " ", "  ", "22:00", "06:00", "24:00",
    "00:00", "9:30", "for", "8h", "31d", "0m", "2026-11-27", "2026-02-30", "day", "first", "last", "business", "x", "é",
]  # fmt: skip
phrases = st.lists(st.sampled_from(WORDS), max_size=8).map("".join) | st.text(max_size=30)
lines = st.sampled_from(
    [
        "timezone: UTC", "apps:", "  shop:", "    formation:", "      web:", "        quantity: 2", "        size: eco",
        "        windows:", "          - when: daily 22:00-06:00", "            quantity: 1..3", "\t", "- a", "? b", "&x",
        "*x", "<<: *x", "{", "}", "[", "]", "!!int 3", "'", '"', "#", "---", "...", "%YAML 1.2", "a: b: c", "|", ">",
    ]
)  # fmt: skip
files = st.lists(lines, max_size=14).map("\n".join) | st.text(max_size=80) | st.binary(max_size=80)


@often
@given(phrases)
def test_a_phrase_is_understood_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        found = phrase(text)
    except PhraseError as error:
        assert 0 <= error.at <= len(text)
        assert str(error)
        return
    times = [int(hour) * 3600 + int(minute) * 60 for hour, minute in re.findall(r"(\d\d):(\d\d)", text)]
    match found.span:
        case WallSpan(start, end):
            assert [start, end % 86400] == ([times[0], times[1] % 86400] if times else [0, 0])
            assert 0 < end - start <= 86400
        case RealSpan(start, length):
            assert [start] == times
            assert 60 <= length <= 31 * 86400


SPACES = st.sampled_from(["", "", " ", "  ", "\t", "\u00a0"])


@st.composite
def nearly_phrases(draw: st.DrawFn) -> str:
    """A phrase as people write it, of which one part may have been lost, doubled, changed or moved."""
    days = draw(st.integers(10, 40_000).flatmap(days_near).filter(lambda days: not isinstance(days, CronDays)))
    span = draw(spans().filter(lambda span: not isinstance(span, CronSpan)))
    parts = re.findall(r"[a-zA-Z]+|[0-9]+|.", spoken(Phrase(days, span)))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        at = draw(st.integers(0, len(parts)))
        parts[at : at + draw(st.integers(0, 1))] = draw(
            st.lists(st.sampled_from([*WORDS, *parts, "0", "32", "7"]), max_size=1)
        )
    text = "".join(draw(SPACES) + part if part in "-,. " else part for part in parts)
    return draw(st.sampled_from([text, text.upper(), text.title()]))


@often
@given(phrases | nearly_phrases())
def test_a_phrase_means_what_a_second_reader_says_or_nothing(text: str) -> None:
    targets.a_phrase(text.encode("utf-8", "replace"))


@often
@given(phrases | nearly_phrases())
def test_the_days_of_an_except_mean_what_a_second_reader_says_or_nothing(text: str) -> None:
    means = reference.days(text, {"closed"})
    found = examined(CALENDARS + window("daily", f"quantity: 1\n    except: {json.dumps(text)}"))
    if found.policies is None:
        never = any("never comes" in fault.message for fault in found.faults)
        assert means is None or never
    else:
        assert [reference.told_days(days) for days in found.policies.policies[0].windows[0].excluded] == [means]


@often
@given(st.lists(st.sampled_from(["1", "30", "00090", "d", "h", "m", "H", " ", "x", "99999"]), max_size=6).map("".join))
def test_a_length_is_what_a_second_reader_says_or_nothing(text: str) -> None:
    found, means = seconds(text), reference.length(text)
    assert found == (None if means is None else means * 60)


@often
@given(cron_days(), cron_spans(), st.data())
def test_a_crontab_line_means_what_a_second_reader_says_or_nothing(
    days: CronDays, span: CronSpan, data: st.DataObject
) -> None:
    line = re.findall(r"[a-z]+|[0-9]+|.", spoken(Phrase(days, span))[6:].partition('"')[0])
    others = ["*", "/2", "-5", ",", "sun", "0", "60", "DEC", "/0", "1-7", " ", "?"]
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(line)))
        line[at : at + data.draw(st.integers(0, 1))] = data.draw(st.lists(st.sampled_from(others), max_size=1))
    targets.a_crontab("".join(line).encode())


@often
@given(files)
def test_any_bytes_are_a_file_that_can_be_spoken_or_are_refused(content: str | bytes) -> None:
    targets.a_file(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


ZEROS = "0" * 9


def test_a_number_is_read_whole_however_many_zeros_it_has() -> None:
    """Each of these was once cut off after some digits, and so accepted as another number."""
    for process in (f"quantity: {ZEROS}010", f"quantity: {ZEROS}010..{ZEROS}010"):
        assert lowest(loaded(shop(process)).policies[0].quantity) == 10
    too_large = f"{ZEROS}19999"
    for process in (
        f"quantity: {too_large}",
        f"quantity: 1..{too_large}",
        f"quantity: 1\nlimits: {{max: {too_large}}}",
    ):
        [fault] = errors(shop(process))
        assert fault.message.startswith("expected at most 9999, read")
    for when in ("day 00011999", "business day 00011999"):
        assert len(errors(CALENDARS + window(when))) == 1
    line = f"quantity: 0\nwindows: [{{cron: '{ZEROS}99 0 * * *', for: 1h, quantity: 1}}]"
    assert len(errors(shop(line))) == 1


@often
@given(files)
def test_any_file_is_used_or_refused_at_a_place_in_it(content: str | bytes) -> None:
    found = examined(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    rows = re.split(r"\r\n|\r|\n", text)
    assert (found.policies is None) == any(fault.severity == "error" for fault in found.faults)
    for fault in found.faults:
        assert 1 <= fault.line <= max(len(rows), 1)
        assert 1 <= fault.column <= len(rows[fault.line - 1]) + 1
        assert fault.message


@often
@given(st.text(st.sampled_from('0123456789+-.x_e "'), max_size=6))
def test_a_quantity_that_is_accepted_is_the_number_that_is_written(written: str) -> None:
    found = examined(shop(f"quantity: {written}"))
    if found.policies is None:
        return
    bare = written.split(" #")[0].strip().strip('"').replace(" ", "")
    assert re.fullmatch(r"\d+|\d+\.\.\d+", bare)
    numbers = [int(part) for part in bare.split("..")]
    assert str(found.policies.policies[0].quantity) == "..".join(map(str, numbers))


@often
@given(phrases)
def test_a_window_s_phrase_in_a_file_never_gets_lost(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not text.isprintable():
        return
    found = examined(window(quoted))
    if found.policies is not None:
        assert found.policies.policies[0].windows[0].phrases == (phrase(text),)


@often
@given(st.integers(10, 40_000).flatmap(days_near), spans())
def test_every_phrase_can_be_spoken_and_read_again(days: Days, span: Span) -> None:
    assume(not isinstance(span, CronSpan) and not isinstance(days, CronDays))  # a crontab line is no phrase
    assume(not isinstance(span, WallSpan) or span.longest < 86400 or span.start == 0)  # from 08:00 to 08:00 is refused
    assume(
        not isinstance(days, MonthDays) or LAST not in days.which or len(days.which) == 1
    )  # the last day stands alone
    said = spoken(Phrase(days, span))
    again = phrase(said, {"some"})
    assert spoken(again) == said
    assert again.span == span
    if isinstance(days, Dates | MonthDays | NthWeekday | Weekdays):
        assert again.days == days


@often
@given(cron_days(), cron_spans())
def test_every_crontab_line_can_be_spoken_and_read_again(days: CronDays, span: CronSpan) -> None:
    said = re.fullmatch(r'cron "(.*)" for (\S+)', spoken(Phrase(days, span)))
    assert said is not None
    again = crontab(said[1])
    assert (again.days, again.minutes, again.hours) == (days, span.minutes, span.hours)
    assert seconds(said[2]) == span.length


@often
@given(
    st.lists(st.sampled_from(["0", "5", "59", "*", "/", "-", ",", "mon", "jan", "7", " ", " ", "?", "L", "61"])).map(
        "".join
    )
)
def test_a_crontab_line_is_understood_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        found = crontab(text)
    except PhraseError as error:
        assert 0 <= error.at <= len(text)
        assert str(error)
        return
    assert len(text.split()) == 5
    assert found.minutes <= frozenset(range(60))
    assert found.hours <= frozenset(range(24))
    assert found.minutes
    assert found.hours
