"""People and the commands, through the public door: a change by hand, a pin, and a file that went bad at a restart."""

from pathlib import Path

import httpx
import pytest

from tests.cli.running import run
from tests.cli.test_online import Running, formation, online, url, write

__all__ = ["url"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, 4, 0)
    return tmp_path


def by_hand(url: str, quantity: int) -> None:
    headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": "Bearer x"}
    httpx.patch(f"{url}/apps/example-shop/formation/web", headers=headers, json={"quantity": quantity})


def test_apply_leaves_a_change_by_hand_alone_and_plan_says_so(url: str, shop: Path) -> None:
    assert run("apply", cwd=shop, **online(url)).status == 0
    by_hand(url, 9)
    plan = run("plan", cwd=shop, COLUMNS="160", **online(url))
    assert "4:standard-1x was changed to 9:standard-1x by hand or by another program" in plan.out
    again = run("apply", cwd=shop, **online(url))
    assert again.status == 0
    assert formation(url)["web"] == 9
    history = run("history", cwd=shop, COLUMNS="160", **online(url))
    assert "manual" in history.out
    write(shop, 3, 0)
    assert run("apply", cwd=shop, **online(url)).status == 0
    assert formation(url)["web"] == 3


def test_what_keeps_coming_back_is_known_to_plan_status_and_apply(url: str, shop: Path) -> None:
    file = shop / "policies.yaml"
    file.write_text("on_manual_change: enforce\n" + file.read_text())
    assert run("apply", cwd=shop, **online(url)).status == 0
    for _ in range(2):
        by_hand(url, 9)
        assert run("apply", cwd=shop, **online(url)).status == 0
        assert formation(url)["web"] == 4
    by_hand(url, 9)
    told = "4:standard-1x was changed to 9:standard-1x by somebody three times in an hour"
    assert told in run("plan", cwd=shop, COLUMNS="200", **online(url)).out
    status = run("status", cwd=shop, **online(url)).out
    assert told in " ".join(status.split())
    assert run("apply", cwd=shop, **online(url)).status == 1
    assert formation(url)["web"] == 9


def test_apply_obeys_a_pin_and_a_pause(url: str, shop: Path) -> None:
    assert run("apply", cwd=shop, **online(url)).status == 0
    assert run("pin", "example-shop", "web=7", "--until", "2h", cwd=shop).status == 0
    assert run("apply", cwd=shop, **online(url)).status == 0
    assert formation(url)["web"] == 7
    assert run("pin", "--all", "--until", "1h", cwd=shop).status == 0
    assert run("unpin", "example-shop", "web", cwd=shop).status == 0
    assert run("apply", cwd=shop, **online(url)).status == 0
    assert formation(url)["web"] == 7
    assert run("unpin", "--all", cwd=shop).status == 0
    assert run("apply", cwd=shop, **online(url)).status == 0
    assert formation(url)["web"] == 4


def test_a_daemon_that_starts_with_a_bad_file_goes_on_with_the_last_good_one(url: str, shop: Path) -> None:
    daemon = Running(shop, url, AUTOSCALER_BEAT="1")
    daemon.until("event=scaled")
    assert daemon.end() == 0
    write(shop, "four", 0)
    by_hand(url, 9)
    (shop / "autoscaler.sqlite3").rename(shop / "moved.sqlite3")
    without = Running(shop, url, AUTOSCALER_BEAT="1")
    assert "every formation is left as it is" in without.until("event=degraded")
    assert without.end() == 0
    for file in shop.glob("autoscaler.sqlite3*"):
        file.unlink()
    (shop / "moved.sqlite3").rename(shop / "autoscaler.sqlite3")
    second = Running(shop, url, AUTOSCALER_BEAT="1")
    try:
        assert "kept_since=" in second.until("event=started")
        told = second.until("event=degraded")
        assert ("policies.yaml:6:19" in told, "the last good file stays in force" in told) == (True, True)
        assert "from=4 to=9" in second.until("event=manual")
    finally:
        assert second.end() == 0
