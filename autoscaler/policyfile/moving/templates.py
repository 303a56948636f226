"""SCALING_SCHEDULE settings of one process type: its week, and what the old tool did otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autoscaler.core.drafts import DraftType
from autoscaler.policyfile.moving.schedules import SHAPE, Rule, did, differences, gaps, meant, rules
from autoscaler.policyfile.moving.week import windowed

_TRUE = {"true", "on", "ok", "y", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules of one app: those of its process types, that of all others, and the names for schedules."""

    by_type: Mapping[str, tuple[int, str]]
    for_all: tuple[int, str] | None
    templates: Mapping[str, str]

    def of(self, name: str) -> tuple[int, str] | None:
        """The line and the text of a process type's schedule."""
        return self.by_type.get(name) or self.for_all

    def written(self, text: str) -> tuple[Rule, ...] | None:
        """The rules of a text, which may be a template's name."""
        for _ in range(len(self.templates)):
            text = self.templates.get(text, text)
        return rules(text)


def scheduled(name: str, written: tuple[Rule, ...]) -> DraftType:
    """The process type that keeps the schedule as it is written."""
    return windowed(name, meant(written))


def schedule_remarks(name: str, written: tuple[Rule, ...]) -> Iterator[str]:
    """Where the old tool did something else than is written, and why."""
    new, old = meant(written), did(written)
    if any(rule.dropped for rule in written):
        yield "the old tool took no notice of rules with 2400, and said nothing; here they hold until midnight"
    if missing := gaps(written):
        yield (
            f"about {missing // 60} h {missing % 60} min of the week no rule says anything: what the last rule set "
            "stayed, and it does here"
        )
    found = differences(old, new) if old is not None else []
    if found:
        yield f"the old tool did not do what its schedule says: {'; '.join(found)}"
        yield from _causes(written)
    if name == "web" and any(rule.quantity == 0 for rule in written):
        yield "at 0 the old tool switched on Heroku's maintenance mode; this program leaves it alone"


def _causes(written: tuple[Rule, ...]) -> Iterator[str]:
    if any(rule.overnight and len(rule.days) < 7 for rule in written):
        yield "it judged the weekday at each moment, so that its nights ended at midnight and began at midnight too"
    if any(rule.first > 0 or rule.first > rule.last for rule in written):
        yield "its test of weekdays let a rule hold on the days before its first one, too"


def unreadable(text_is_name: bool) -> str:
    """Why a text is no schedule."""
    return "there is no template of that name" if text_is_name else f"it is no schedule such as {SHAPE}"


def switched_off(value: str) -> bool:
    """Whether SCALING_SCHEDULE_DISABLE stops everything for good."""
    return value.lower() in _TRUE
