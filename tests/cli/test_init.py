"""`autoscaler init` as a user meets it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.running import ROOT, run
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


def test_a_live_formation_becomes_a_file_that_changes_nothing(url: str, tmp_path: Path) -> None:
    online = {"HEROKU_API_URL": url, "HEROKU_API_KEY": "any", "TZ": "Asia/Tokyo"}
    body = {"updates": [{"type": "web", "quantity": 4, "size": "standard-2x"}, {"type": "worker", "quantity": 0}]}
    httpx.patch(f"{url}/apps/example-shop/formation", headers=HEADERS, json=body).raise_for_status()
    ran = run("init", "example-shop", cwd=tmp_path, **online)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("policies.yaml is written. Your editor finds its keys in policies.schema.json.")
    text = (tmp_path / "policies.yaml").read_text()
    assert "\ntimezone: Asia/Tokyo\n" in text
    assert "      web:\n        quantity: 4\n        size: standard-2x\n" in text
    assert run("check", cwd=tmp_path).status == 0
    assert run("plan", "--detailed-exitcode", cwd=tmp_path, **online).status == 0
    assert (tmp_path / "policies.schema.json").read_text() == (ROOT / "autoscaler/policies.schema.json").read_text()


def test_an_app_that_is_not_there_leaves_no_file(url: str, tmp_path: Path) -> None:
    online = {"HEROKU_API_URL": url, "HEROKU_API_KEY": "any"}
    ran = run("init", "example-shop", "no-such-app", "--timezone", "UTC", cwd=tmp_path, **online)
    assert ran.status == 1
    assert "no-such-app" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "policies.yaml").exists()


def test_without_a_token_there_is_an_example_and_never_over_a_file(tmp_path: Path) -> None:
    assert run("init", "--timezone", "Europe/Berlin", cwd=tmp_path).status == 0
    assert run("check", cwd=tmp_path).status == 0
    shutil.copy(ROOT / "policies.yaml", tmp_path)
    again = run("init", "--timezone", "Europe/Berlin", cwd=tmp_path)
    assert again.status == 1
    assert again.err == "Error: policies.yaml is there already, and stays as it is; --force writes over it\n"
    assert (tmp_path / "policies.yaml").read_text() == (ROOT / "policies.yaml").read_text()
    assert run("init", "--timezone", "Europe/Berlin", "--force", cwd=tmp_path).status == 0
    assert "Europe/Berlin" in (tmp_path / "policies.yaml").read_text()


def test_apps_without_a_token_are_told_how_to_make_one(tmp_path: Path) -> None:
    ran = run("init", "shop", "--timezone", "UTC", cwd=tmp_path)
    assert ran.status == 1
    assert "heroku authorizations:create -d autoscaler -s write" in ran.err
    assert "`autoscaler init --offline` needs none" in ran.err
    assert run("init", "shop", "--offline", "--timezone", "UTC", cwd=tmp_path).status == 0
    assert "  shop:\n" in (tmp_path / "policies.yaml").read_text()


def test_without_a_zone_the_hours_are_in_utc_and_that_is_said(tmp_path: Path) -> None:
    ran = run("init", "--offline", cwd=tmp_path)
    assert ran.status == 0
    assert "Its hours are in UTC: write yours, such as Asia/Tokyo" in ran.err
    assert "\ntimezone: UTC\n" in (tmp_path / "policies.yaml").read_text()


def test_a_zone_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    wrong = run("init", "--offline", "--timezone", "Asia/Tokio", cwd=tmp_path)
    assert wrong.status == 64
    assert "did you mean Asia/Tokyo?" in wrong.err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_app_name_is_refused_before_a_file_is_made(tmp_path: Path) -> None:
    for asked in (["--offline"], []):  # without a request, and without a word about the token
        ran = run("init", "Not An App", *asked, "--timezone", "UTC", cwd=tmp_path)
        assert ran.status == 64
        assert 'read "Not An App"; did you mean not-an-app?' in ran.err
        assert "HEROKU_API_KEY" not in ran.err
        assert list(tmp_path.iterdir()) == []
