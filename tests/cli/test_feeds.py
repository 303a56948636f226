"""Calendar feeds while the daemon runs: copies are kept, asked for daily, and missed ones said and held."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autoscaler.cli.feeds import AGAIN, DAILY, Feeds
from autoscaler.cli.watched_file import WatchedFile
from autoscaler.control.surroundings import Unreadable
from autoscaler.core.calendars import Unavailable
from autoscaler.core.decide import decide
from autoscaler.core.events import Event
from autoscaler.core.policies import Policies, Target
from autoscaler.policyfile import load_policies

SHUT = "https://calendar.example/shut.ics"
OPEN = "https://calendar.example/open.ics"
FRIDAY_NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)

FILE = f"""\
timezone: UTC
calendars:
  shut: {{ics: {SHUT!r}}}
apps:
  shop:
    formation:
      web: {{quantity: 2}}
      worker:
        quantity: 1
        windows:
          - {{when: shut, quantity: 5}}
"""


def calendar(*days: str) -> bytes:
    events = "".join(f"BEGIN:VEVENT\r\nDTSTART:{day}\r\nEND:VEVENT\r\n" for day in days)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()


@dataclass
class Outside:
    """The steady clock, the feeds' servers and the log."""

    seconds: float = 0.0
    answers: dict[str, bytes | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)

    def now(self) -> datetime:
        return FRIDAY_NOON

    def steady(self) -> float:
        return self.seconds

    def machine_time(self, moment: datetime) -> datetime:
        return moment

    def real_seconds(self, seconds: float) -> float:
        return seconds

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, str):
            raise Unavailable(answer)
        return answer


class Watch:
    """A daemon's view of a policy file with feeds."""

    def __init__(self, path: Path, outside: Outside, text: str = FILE) -> None:
        self.path = path
        self.outside = outside
        self.feeds = Feeds(outside, outside.said.append, lambda: None, outside.fetch)
        self.write(text)
        self.file = WatchedFile(
            str(path),
            lambda: self.feeds.load(lambda fetch: load_policies(str(path), None, fetch)),
            self.feeds.poll,
        )

    def write(self, text: str) -> None:
        self.path.write_text(text)

    def later(self, seconds: float = 0.0) -> Policies | Unreadable | None:
        """What the daemon reads after so long, when whatever is being fetched has come."""
        self.outside.seconds += seconds
        at_once = self.file.read()  # begins to fetch
        if self.feeds._thread is not None:
            self.feeds._thread.join()
        return self.file.read() or at_once


def quantity(policies: object) -> object:
    assert isinstance(policies, Policies)
    policy = policies.of(Target("shop", "worker"))
    return None if policy is None else decide(policy, FRIDAY_NOON).desired.quantity


@pytest.fixture
def outside() -> Outside:
    return Outside(answers={SHUT: calendar("20261127")})


def test_until_a_feed_has_answered_only_what_needs_it_is_unknown(tmp_path: Path, outside: Outside) -> None:
    watch = Watch(tmp_path / "policies.yaml", outside)
    first = watch.file.read()
    assert isinstance(first, Policies)
    assert [str(process.target) for process in first.unknown] == ["shop/worker"]
    assert [str(policy.target) for policy in first.policies] == ["shop/web"]
    assert quantity(watch.later()) == 5
    assert outside.asked == [SHUT]


def test_a_feed_is_asked_for_daily_and_a_change_is_new_policies(tmp_path: Path, outside: Outside) -> None:
    watch = Watch(tmp_path / "policies.yaml", outside)
    watch.file.read()
    assert quantity(watch.later()) == 5
    outside.answers[SHUT] = calendar("20261224")
    assert watch.later(DAILY - 1) is None
    assert outside.asked == [SHUT]
    assert quantity(watch.later(1)) == 1
    assert outside.asked == [SHUT, SHUT]
    assert watch.later(DAILY) is None  # it answers the same


def test_the_last_good_copy_stays_in_force_and_that_is_said(tmp_path: Path, outside: Outside) -> None:
    watch = Watch(tmp_path / "policies.yaml", outside)
    watch.file.read()
    watch.later()
    outside.answers[SHUT] = "https://calendar.example: the answer is 500 Internal Server Error, not 200 OK"
    assert watch.later(DAILY) is None
    watch.write(FILE.replace("quantity: 2", "quantity: 3"))
    assert quantity(watch.later()) == 5
    (event,) = outside.said
    assert (event.name, event.level) == ("degraded", "error")
    assert event.fields["calendar"] == "https://calendar.example: the answer is 500 Internal Server Error, not 200 OK"
    assert event.fields["note"] == "its last good copy stays in force"
    outside.answers[SHUT] = calendar("20261224")
    assert watch.later(AGAIN - 1) is None
    assert quantity(watch.later(1)) == 1
    assert [event.name for event in outside.said] == ["degraded", "recovered"]


def test_a_feed_that_never_answered_is_told_with_its_reason_and_tried_again(tmp_path: Path, outside: Outside) -> None:
    outside.answers[SHUT] = "https://calendar.example: it is not reached"
    watch = Watch(tmp_path / "policies.yaml", outside)
    watch.file.read()
    told = watch.later()
    assert isinstance(told, Policies)
    assert told.unknown[0].reason == "the calendar shut cannot be read: https://calendar.example: it is not reached"
    assert outside.said[0].fields["note"] == "what needs it is left as it is"
    assert watch.later(AGAIN) is None
    assert outside.asked == [SHUT, SHUT]
    outside.answers[SHUT] = calendar("20261127")
    assert quantity(watch.later(AGAIN)) == 5


def test_a_new_feed_is_asked_for_at_once_and_an_old_one_no_more(tmp_path: Path, outside: Outside) -> None:
    outside.answers[SHUT] = "https://calendar.example: it is not reached"
    outside.answers[OPEN] = calendar("20261127")
    watch = Watch(tmp_path / "policies.yaml", outside)
    watch.file.read()
    watch.later()
    watch.write(FILE.replace(SHUT, OPEN))
    assert quantity(watch.later()) == 5
    watch.later(DAILY)
    assert outside.asked == [SHUT, OPEN, OPEN]


def test_a_bad_file_forgets_no_feed(tmp_path: Path, outside: Outside) -> None:
    watch = Watch(tmp_path / "policies.yaml", outside)
    watch.file.read()
    watch.later()
    watch.write("nonsense")
    assert isinstance(watch.later(DAILY), Unreadable)
    assert outside.asked == [SHUT, SHUT]
    watch.write(FILE.replace("quantity: 2", "quantity: 3"))
    assert quantity(watch.later()) == 5
