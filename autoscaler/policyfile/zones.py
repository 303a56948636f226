"""Time zones from the newer of two sources: the system's files and the tzdata package.

A zone's rules change by law, at short notice; an old copy opens windows an hour early or late.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from autoscaler.core.zones import Zone

SYSTEM = Path("/usr/share/zoneinfo")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_UNIVERSAL = frozenset({"UTC", "GMT", "UCT", "Zulu", "Universal", "Greenwich"})
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})


@dataclass(frozen=True, slots=True)
class ZoneData:
    """The zone data in use: its version, such as 2026f, and where it comes from."""

    version: str
    origin: str


@cache
def zone_data() -> ZoneData:
    """The newer of the system's zone data and the tzdata package's; the package's where they are equal."""
    import tzdata

    packaged, installed = tzdata.IANA_VERSION, _system_version()
    if installed > packaged:
        return ZoneData(installed, "this system")
    return ZoneData(packaged, "the tzdata package")


@cache
def zone(name: str) -> Zone | None:
    """An IANA zone by its exact name; None where there is none of that name."""
    if not _NAME.fullmatch(name) or name in _NO_ZONES:
        return None
    if zone_data().origin == "this system" and name.split("/")[0] not in {"posix", "right"}:
        rules = _from_file(SYSTEM / name, name)
        if rules is not None:
            return Zone(name, rules)
    if name not in zone_names():
        return None
    rules = _from_file(_package() / "zoneinfo" / name, name)
    return None if rules is None else Zone(name, rules)


@cache
def zone_names() -> frozenset[str]:
    """Every name that the tzdata package knows."""
    return frozenset((_package() / "zones").read_text(encoding="ascii").split()) - _NO_ZONES


def current_name(name: str) -> str | None:
    """The name that has replaced an old one (US/Eastern); None for a name that is in use."""
    places = (_package() / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    if ("/" not in name and name in _UNIVERSAL) or name.startswith("Etc/") or f"\t{name}\n" in places:
        return None
    if f"\t{name}\t" in places:
        return None
    rules = (_package() / "zoneinfo" / "tzdata.zi").read_text(encoding="ascii")
    found = re.search(rf"^L (\S+) {re.escape(name)}$", rules, re.MULTILINE)
    return found[1] if found else None


def _package() -> Path:
    """The tzdata package's folder; `importlib.resources` finds it too, but takes longer to import than this file."""
    import tzdata

    return Path(tzdata.__file__).parent


def _system_version() -> str:
    """The version on the first line of the system's tzdata.zi (`# version 2025b`); empty where there is none."""
    try:
        with (SYSTEM / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
            found = re.match(r"# version (\d{4}[a-z]+)", file.readline())
    except OSError:
        return ""
    return found[1] if found else ""


def _from_file(path: Path, name: str) -> ZoneInfo | None:
    try:
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError):
        return None


@cache
def countries(name: str) -> frozenset[str]:
    """The countries whose clocks a zone shows, by ISO 3166 (tz database, zone1970.tab); none where it does not say."""
    for line in (_package() / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8").splitlines():
        codes, *rest = line.split("\t")
        if not line.startswith("#") and rest[1:2] == [name]:
            return frozenset(codes.split(","))
    return frozenset()
