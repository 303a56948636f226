"""Public holidays by law, from the holidays library: of a country, or of one of its subdivisions.

The library is slow to import and large; it is imported when a file names a country.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType
from typing import Any

from autoscaler.core.zones import Zone, calendar_day, day_number
from autoscaler.policyfile.spelling import did_you_mean, shown

_ENGLISH = "en_US"


class HolidaysError(Exception):
    """What cannot be had from the holidays library; `hint` says what can."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(slots=True, eq=False)
class Holidays:
    """The public holidays of a country or subdivision; its years are worked out when they are asked for."""

    country: str
    subdivision: str | None
    categories: tuple[str, ...] = ("public",)
    observed: bool = True
    _years: dict[int, dict[int, str]] = field(default_factory=dict)

    def days(self, first: int, last: int, zone: Zone) -> Mapping[int, str]:  # noqa: ARG002 a date is one everywhere
        """The holidays in [first, last] with their names: in the country's language and, if that differs, English."""
        years = range(calendar_day(first).year, calendar_day(last).year + 1)
        return {day: name for year in years for day, name in self._year(year).items() if first <= day <= last}

    def _year(self, year: int) -> dict[int, str]:
        if year not in self._years:
            local = self._named(year, None)
            english = self._named(year, _ENGLISH)
            self._years[year] = {
                day_number(day): name if english.get(day, name) == name else f"{name} / {english[day]}"
                for day, name in sorted(local.items())
            }
        return self._years[year]

    def _named(self, year: int, language: str | None) -> dict[date, str]:
        library = _library()
        made = _of_country(library, self.country)
        if language is not None and language not in made.supported_languages:
            return {}
        found = library.country_holidays(
            self.country,
            subdiv=self.subdivision,
            years=year,
            observed=self.observed,
            categories=self.categories,
            language=language or made.default_language,
        )
        return dict(found.items())


def holidays_of(code: str, categories: Sequence[str], observed: bool) -> Holidays:
    """The holidays of a code such as JP, US-CA or GB-SCT. Raises HolidaysError."""
    library = _library()
    country, _, subdivision = code.strip().upper().partition("-")
    supported = library.list_supported_countries(include_aliases=True)
    if country not in supported:
        hint = did_you_mean(country, supported, "write two letters of ISO 3166, such as JP, US or DE")
        raise HolidaysError(f"no holidays of {shown(code)} are known", hint)
    subdivisions = supported[country]
    if subdivision and subdivision not in (known.upper() for known in subdivisions):
        parts = ", ".join(f"{country}-{known}" for known in list(subdivisions)[:8])
        hint = f"{country} has {parts}{' ...' if len(subdivisions) > 8 else ''}" if parts else f"write {country} alone"
        raise HolidaysError(f"no holidays of {shown(code)} are known", hint)
    kinds = tuple(category.lower() for category in categories) or ("public",)
    known = _of_country(library, country).supported_categories
    strange = next((kind for kind in kinds if kind not in known), None)
    if strange is not None:
        raise HolidaysError(f"{country} has no holidays of the category {shown(strange)}", f"it has {', '.join(known)}")
    written = next((known for known in subdivisions if known.upper() == subdivision), None)
    return Holidays(country, written, kinds, observed)


def _of_country(library: ModuleType, country: str) -> Any:
    """The library's class of a country; it knows its languages and categories."""
    return type(library.country_holidays(country))


def _library() -> ModuleType:
    try:
        import holidays
    except ImportError:
        hint = 'pip install "dyno-autoscaler[calendars]"'
        raise HolidaysError("the holidays package is not installed", hint) from None
    return holidays
