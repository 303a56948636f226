"""Random policy files: the text, and beside it what it means, as values made without reading the text.

People write the same thing in many ways: keys in any order, in lines or in braces, with and without quotes, days in
any case, spaces here and there. All of that is drawn from one seed; a seed that fails is a file that can be printed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import holidays

from autoscaler.core.calendars import Calendar, DateList
from autoscaler.core.days import (
    EVERY_DAY,
    LAST,
    WORKING_WEEK,
    BusinessDays,
    CalendarDays,
    CronDays,
    Dates,
    Days,
    MonthDays,
    NthWeekday,
    Weekdays,
)
from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Quantity, Range
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan, Window
from tests.core.worlds import DAY, HOUR, MINUTE, zone

EPOCH = date(1970, 1, 1)
DOWS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST: "last"}
COUNTRIES = ["JP", "US", "US-CA", "GB-SCT", "NO", "DE"]
LENGTHS = [1, 15, 59, 60, 90, 480, 1440, 1441, 3 * 1440 + 30, 9 * 1440, 31 * 1440]
"""Minutes."""


@dataclass(frozen=True)
class RandomFile:
    """`beside` are the calendar files in its folder, by name; `policies` are sorted by app and type."""

    text: str
    beside: Mapping[str, str]
    policies: tuple[Policy, ...]


def random_file(seed: int, day: date, zones: Sequence[str]) -> RandomFile:
    """A file about the days around `day`, in some of these zones."""
    return _Writer(Random(seed), (day - EPOCH).days, zones).file()


class _Writer:
    def __init__(self, chance: Random, day: int, zones: Sequence[str]) -> None:
        self.chance = chance
        self.day = day
        self.zones = zones
        self.lines: list[str] = []
        self.beside: dict[str, str] = {}
        self.calendars: dict[str, Calendar] = {}

    def maybe(self, share: float = 0.5) -> bool:
        return self.chance.random() < share

    def file(self) -> RandomFile:
        blocks = self.calendar_blocks()
        names = list(self.calendars)
        tops = [f"timezone: {self.zones[0]}", f"business_calendar: {names[0]}"]
        if self.maybe():
            tops.append("calendars:")
        self.chance.shuffle(tops)
        if "calendars:" not in tops:  # it may stand below what uses it
            self.lines += tops
        else:
            for top in tops:
                self.lines += [top, *(blocks if top == "calendars:" else [])]
        policies = self.apps()
        if "calendars:" not in tops:
            self.lines += ["calendars:", *blocks]
        policies.sort(key=lambda policy: policy.target)
        return RandomFile("\n".join(self.lines) + "\n", self.beside, tuple(policies))

    # calendars

    def calendar_blocks(self) -> list[str]:
        names = self.chance.sample(["closed", "shut-2", "x_9", "day-off", "open", "mondays"], self.chance.randint(1, 4))
        blocks = [f"  {name}: {{{', '.join(self.calendar(name))}}}" for name in names]
        self.chance.shuffle(blocks)  # a calendar may name one that stands below it
        return blocks

    def calendar(self, name: str) -> list[str]:
        """Makes it, and gives its keys."""
        sources: list[DateList] = []
        keys: list[str] = []
        if self.maybe(0.4):
            keys += self.holidays(sources)
        if self.maybe(0.3):
            ranges = self.ranges()
            self.beside[f"{name}.ics"] = _ics(ranges)
            sources.append(DateList(ranges))
            keys.append(f"ics: {name}.ics")
        others = list(self.calendars.values())
        includes = tuple(self.chance.sample(others, min(len(others), self.chance.choice([0, 0, 1, 2]))))
        excepts = tuple(self.chance.sample(others, min(len(others), self.chance.choice([0, 0, 0, 1]))))
        keys += [f"include: {self.one_or_many([other.name for other in includes])}"] if includes else []
        keys += [f"except: {self.one_or_many([other.name for other in excepts])}"] if excepts else []
        if self.maybe() or not (sources or includes):
            ranges = self.ranges() if self.maybe(0.9) else ()
            sources.append(DateList(ranges))
            keys.append(f"dates: [{', '.join(self.range(*pair) for pair in ranges)}]")
        self.chance.shuffle(keys)
        self.calendars[name] = Calendar(name, tuple(sources), includes, excepts)
        return keys

    def holidays(self, sources: list[DateList]) -> list[str]:
        codes, observed = self.chance.sample(COUNTRIES, self.chance.choice([1, 1, 2])), self.maybe(0.7)
        year = (EPOCH + timedelta(days=self.day)).year
        for code in codes:
            country, _, part = code.partition("-")
            found = holidays.country_holidays(
                country, subdiv=part or None, years=range(year - 1, year + 2), observed=observed
            )
            sources.append(DateList(tuple(((day - EPOCH).days, (day - EPOCH).days) for day in found)))
        return [f"holidays: {self.one_or_many(codes)}", *([] if observed else ["observed: false"])]

    def ranges(self) -> tuple[tuple[int, int], ...]:
        starts = [self.day + self.chance.randint(-6, 6) for _ in range(self.chance.randint(1, 3))]
        return tuple((start, start + self.chance.choice([0, 0, 1, 3])) for start in starts)

    def range(self, first: int, last: int) -> str:
        start, end = (str(EPOCH + timedelta(days=day)) for day in (first, last))
        return start if first == last and self.maybe(0.8) else f"{start}{self.free('..')}{end}"

    # apps and process types

    def apps(self) -> list[Policy]:
        self.lines.append("apps:")
        policies: list[Policy] = []
        for app in self.chance.sample(["shop", "a-2", "zz9"], self.chance.choice([1, 1, 2])):
            _, scope = self.scope(4, (self.zones[0], next(iter(self.calendars))), app)
            self.lines.append("    formation:")
            for name in self.chance.sample(["worker", "web", "mailer_2", "Q-1"], self.chance.choice([1, 1, 2])):
                policies.append(self.policy(Target(app, name), scope))
        return policies

    def scope(self, indent: int, outer: tuple[str, str], name: str) -> tuple[int, tuple[str, str]]:
        """A name, on the line that is told, and perhaps another zone and business calendar under it."""
        line = len(self.lines) + 1
        self.lines.append(f"{' ' * (indent - 2)}{name}:")
        where, business = outer
        if self.maybe(0.3):
            where = self.chance.choice(self.zones)
            self.lines.append(f"{' ' * indent}timezone: {where}")
        if self.maybe(0.3):
            business = self.chance.choice(list(self.calendars))
            self.lines.append(f"{' ' * indent}business_calendar: {business}")
        return line, (where, business)

    def policy(self, target: Target, outer: tuple[str, str]) -> Policy:
        line, (where, business) = self.scope(8, outer, target.type)
        size = self.chance.choice([None, "standard-1x", "standard-2x"])
        quantity = self.quantity()
        keys = [f"quantity: {quantity}", *(["allow_zero: true"] if target.type == "web" else [])]
        keys += [f"size: {size.upper() if self.maybe() else size}"] if size else []
        self.chance.shuffle(keys)
        self.lines += [f"        {key}" for key in keys]
        windows: list[Window] = []
        if self.maybe(0.95):
            self.lines.append("        windows:")
            windows = [
                self.window(self.calendars[business], size is not None) for _ in range(self.chance.randint(1, 4))
            ]
        return Policy(target, zone(where), line, quantity, size, tuple(windows), allow_zero=target.type == "web")

    def quantity(self) -> Quantity:
        low = self.chance.randint(0, 3)
        return low if self.maybe(0.8) else Range(low, low + self.chance.randint(0, 5))

    def window(self, business: Calendar, sized: bool) -> Window:
        keys: dict[str, str] = {}
        phrases = self.cron(keys) if self.maybe(0.15) else self.when(keys, business)
        excluded = tuple(self.days(business) for _ in range(self.chance.choice([0, 0, 1, 2])))
        if excluded:
            keys["except"] = self.one_or_many([self.days_text(days) for days in excluded])
        size = self.chance.choice(["standard-1x", "standard-2x"]) if sized and self.maybe() else None
        quantity = None if size and self.maybe(0.3) else self.quantity()
        lead = self.chance.choice([0, 0, 0, 15, 90, 1440, 31 * 1440])
        line = len(self.lines) + 1
        keys |= {"size": size} if size else {}
        keys |= {} if quantity is None else {"quantity": str(quantity)}
        keys |= {"lead": self.length(lead)} if lead else {}
        keys |= {"name": f"w{line}"}
        written = [f"{key}: {value}" for key, value in keys.items()]
        self.chance.shuffle(written)
        if self.maybe(0.3):
            self.lines.append(f"          - {{{', '.join(written)}}}")
        else:
            self.lines += [f"          {'- ' if number == 0 else '  '}{key}" for number, key in enumerate(written)]
        return Window(f"w{line}", line, phrases, quantity, size, lead * MINUTE, excluded)

    # days and hours

    def when(self, keys: dict[str, str], business: Calendar) -> tuple[Phrase, ...]:
        phrases = [Phrase(self.days(business), self.span()) for _ in range(self.chance.choice([1, 1, 2, 3]))]
        keys["when"] = self.one_or_many([self.phrase_text(phrase) for phrase in phrases])
        return tuple(phrases)

    def cron(self, keys: dict[str, str]) -> tuple[Phrase, ...]:
        minutes, hours = (self.some(range(limit), 3) for limit in (60, 24))
        month_days = None if self.maybe() else self.some([*self.near(), 1, 28], 4)
        months = None if self.maybe() else self.some(range(1, 13), 12) | {1}
        weekdays = None if self.maybe() else self.some(range(7), 4)
        length = self.chance.choice(LENGTHS)
        fields = [self.field(minutes, ()), self.field(hours, ()), "*", "*", "*"]
        fields[2] = self.field(month_days, ()) if month_days else "*"
        fields[3] = self.field(months, ["", *MONTHS]) if months else "*"
        fields[4] = self.field(weekdays, DOWS, moved=1) if weekdays else "*"
        keys["cron"] = json.dumps(self.free(" ").join(fields))
        keys["for"] = self.length(length)
        return (Phrase(CronDays(month_days, months, weekdays), CronSpan(minutes, hours, length * MINUTE)),)

    def field(self, numbers: frozenset[int], names: Sequence[str], moved: int = 0) -> str:
        """A crontab field; `moved` is how far a day's number is from Monday's 0."""
        listed = [names[n] if names and self.maybe() else str(n + moved) for n in sorted(numbers)]
        if len(numbers) > 2 and max(numbers) - min(numbers) == len(numbers) - 1 and self.maybe():
            return f"{min(numbers) + moved}-{max(numbers) + moved}"
        if moved and 6 in numbers and self.maybe():
            listed = ["0", *(text for text, n in zip(listed, sorted(numbers), strict=True) if n != 6)]
        return ",".join(listed)

    def some(self, of: Sequence[int], most: int) -> frozenset[int]:
        return frozenset(self.chance.sample(list(dict.fromkeys(of)), self.chance.randint(1, min(most, len(of)))))

    def near(self) -> list[int]:
        """Days of the month about the day."""
        return [(EPOCH + timedelta(days=self.day + step)).day for step in range(-2, 4)]

    def days(self, business: Calendar) -> Days:
        match self.chance.randint(0, 7):
            case 0:
                return Weekdays(self.chance.choice([EVERY_DAY, WORKING_WEEK, EVERY_DAY - WORKING_WEEK]))
            case 1:
                return Weekdays(self.some(range(7), 6))
            case 2:
                return Dates(self.ranges())
            case 3:
                return MonthDays(self.some(self.near(), 4) if self.maybe(0.8) else frozenset({LAST}))
            case 4:
                return NthWeekday(self.chance.choice(list(NTH)), self.chance.randint(0, 6))
            case 5 | 6:
                return BusinessDays(business, self.chance.choice([None, None, 1, LAST, 2, 10, 16, 20, 22]))
        return CalendarDays(self.chance.choice(list(self.calendars.values())))

    def span(self) -> Span:
        start = self.chance.choice([0, 15, 60, 120, 150, 180, 1320, 1439, self.chance.randint(0, 1439)])
        match self.chance.randint(0, 3):
            case 0:
                return WallSpan(0, DAY)
            case 1:
                return RealSpan(start * MINUTE, self.chance.choice(LENGTHS) * MINUTE)
        end = start + self.chance.choice([1, 30, 60, 90, 240, 480, 1439])
        return WallSpan(start * MINUTE, end * MINUTE)

    def phrase_text(self, phrase: Phrase) -> str:
        hours = self.cased(self.span_text(phrase.span))
        if phrase.days == Weekdays(EVERY_DAY) and self.maybe():
            return hours
        if phrase.span == WallSpan(0, DAY) and self.maybe():
            return self.days_text(phrase.days)
        return f"{self.days_text(phrase.days)}{self.free(' ')}{hours}"

    def span_text(self, span: Span) -> str:
        match span:
            case WallSpan(start, end):
                last = "24:00" if end == DAY else _clock(end % DAY)
                return f"{_clock(start)}{self.free('-')}{last}"
            case RealSpan(start, length):
                return f"{_clock(start)}{self.free(' ')}for{self.free(' ')}{self.length(length // MINUTE)}"
        raise TypeError(span)

    def days_text(self, days: Days) -> str:
        return self.cased(self.free(",").join(self.listed(days)))

    def listed(self, days: Days) -> list[str]:
        match days:
            case Weekdays(which):
                return self.weekday_texts(which)
            case Dates(ranges):
                return [self.range(*pair) for pair in ranges]
            case MonthDays(which) if LAST in which:
                return [f"last{self.free(' ')}day"]
            case MonthDays(which):
                first, *more = self.chance.sample(sorted(which), len(which))
                return [f"day{self.free(' ')}{first}", *map(str, more)]
            case NthWeekday(nth, weekday):
                return [f"{NTH[nth]}{self.free(' ')}{DOWS[weekday]}"]
            case BusinessDays(_, None):
                return [f"business{self.free(' ')}days"]
            case BusinessDays(_, nth) if nth in {1, LAST} and (nth == LAST or self.maybe()):
                return [f"{NTH[nth]}{self.free(' ')}business{self.free(' ')}day"]
            case BusinessDays(_, nth):
                return [f"business day{self.free(' ')}{nth}"]
            case CalendarDays(calendar):
                return [calendar.name]
        raise TypeError(days)

    def weekday_texts(self, which: frozenset[int]) -> list[str]:
        words = {EVERY_DAY: "daily", WORKING_WEEK: "weekdays", EVERY_DAY - WORKING_WEEK: "weekends"}
        if which in words and self.maybe():
            return [words[which]]
        if which == EVERY_DAY:
            first = self.chance.randint(0, 6)
            return [f"{DOWS[first]}{self.free('-')}{DOWS[first - 1]}"]
        starts = [day for day in sorted(which) if (day - 1) % 7 not in which]
        runs = [next(day for day in range(first, first + 7) if (day + 1) % 7 not in which) for first in starts]
        texts = [
            DOWS[first] if first == last and self.maybe(0.8) else f"{DOWS[first]}{self.free('-')}{DOWS[last % 7]}"
            for first, last in zip(starts, runs, strict=True)
        ]
        self.chance.shuffle(texts)
        return texts if self.maybe() else self.chance.sample([DOWS[day] for day in which], len(which))

    def length(self, minutes: int) -> str:
        if self.maybe():
            return f"{minutes}m"
        parts = [(minutes // 1440, "d"), (minutes % 1440 // 60, "h"), (minutes % 60, "m")]
        return "".join(f"{count}{unit}" for count, unit in parts if count)

    # how it is written

    def free(self, separator: str) -> str:
        """With spaces about it, sometimes."""
        before, after = (" " * self.chance.choice([0, 0, 0, 0, 1, 2]) for _ in range(2))
        return f"{before}{separator}{after}"

    def cased(self, text: str) -> str:
        return self.chance.choice([text, text, text.upper(), text.title()])

    def one_or_many(self, texts: list[str]) -> str:
        listed = [json.dumps(text) if self.maybe() else f"'{text}'" for text in texts]
        return listed[0] if len(listed) == 1 and self.maybe(0.8) else f"[{', '.join(listed)}]"


def _clock(second: int) -> str:
    return f"{second // HOUR:02}:{second % HOUR // MINUTE:02}"


def _ics(ranges: tuple[tuple[int, int], ...]) -> str:
    lines = ["BEGIN:VCALENDAR"]
    for number, (first, last) in enumerate(ranges):
        start, end = (EPOCH + timedelta(days=day) for day in (first, last + 1))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}",
            f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
            f"DTEND;VALUE=DATE:{end:%Y%m%d}",
        ]
        lines += ["END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n"
