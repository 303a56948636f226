"""Which copy of the zone data is used, and which names are zones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tzdata

from autoscaler.policyfile import zones


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    yield
    zones.zone_data.cache_clear()
    zones.zone.cache_clear()


def system(folder: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tzdata.zi").write_text(f"# version {version}\n# This zic input file is in the public domain.\n")
    monkeypatch.setattr(zones, "SYSTEM", folder)
    zones.zone_data.cache_clear()
    zones.zone.cache_clear()


def test_an_older_system_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system(tmp_path, "2001a", monkeypatch)
    assert zones.zone_data() == zones.ZoneData(tzdata.IANA_VERSION, "the tzdata package")
    assert zones.zone("Asia/Tokyo") is not None


def test_a_newer_system_is_read_and_the_package_fills_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system(tmp_path, "2999a", monkeypatch)
    (tmp_path / "Asia").mkdir()
    source = Path(tzdata.__file__).parent / "zoneinfo" / "Asia" / "Kolkata"
    (tmp_path / "Asia" / "Tokyo").write_bytes(source.read_bytes())
    assert zones.zone_data() == zones.ZoneData("2999a", "this system")
    tokyo, berlin = zones.zone("Asia/Tokyo"), zones.zone("Europe/Berlin")
    assert tokyo is not None
    assert berlin is not None
    assert tokyo.offset(0) == 19800  # what this "newer" system says
    assert berlin.offset(0) == 3600


def test_a_system_without_a_version_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "SYSTEM", tmp_path / "nowhere")
    zones.zone_data.cache_clear()
    assert zones.zone_data().origin == "the tzdata package"


@pytest.mark.parametrize(
    "name",
    ["localtime", "posixrules", "Factory", "Europe", "../etc/passwd", "/etc/localtime", "Asia/tokyo", "", "a" * 5000,
     "posix/Asia/Tokyo", "Asia/Tokyo\n", "tzdata.zi", "zone.tab"],
)  # fmt: skip
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zones.zone(name) is None


@pytest.mark.parametrize(
    "name", ["UTC", "Etc/GMT+5", "America/Port-au-Prince", "America/Argentina/Buenos_Aires", "US/Eastern"]
)
def test_every_way_of_naming_a_zone_is_known(name: str) -> None:
    found = zones.zone(name)
    assert found is not None
    assert found.name == name
