"""The doors that ask nobody: check, plan --offline, explain, and wrong usage."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, command, environ, run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "policies.yaml", tmp_path)
    return tmp_path


def test_the_shipped_file_is_without_fault(shop: Path) -> None:
    ran = run("check", cwd=shop)
    assert ran.status == 0
    assert ran.out.startswith("policies.yaml: ok: 1 app, 2 process types, 2 windows; time zones: 20")
    assert ran.err == ""


def test_a_typing_error_is_shown_with_its_place_and_the_nearest_spelling(shop: Path) -> None:
    file = shop / "policies.yaml"
    file.write_text(file.read_text().replace("quantity: 5 ", "quantty: 5 "))
    ran = run("check", cwd=shop)
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("policies.yaml:8:7: apps.example-shop.formation.web.quantity: `quantity` is missing")
    caret = next(at for at, line in enumerate(lines) if "quantty" in line and line.startswith("policies.yaml:9:9:"))
    assert lines[caret + 2].index("^") == lines[caret + 1].index("quantty")
    assert "did you mean quantity?" in lines[caret + 3]


def test_the_offline_plan_of_the_founding_wish_is_forty_hours_a_week(shop: Path) -> None:
    ran = run("plan", "--offline", "--format", "json", "--from", "2026-11-23T00:00", "--until", "7d", cwd=shop)
    plan = json.loads(ran.out)
    assert ran.status == 0
    assert (plan["version"], plan["from"], plan["until"]) == (1, "2026-11-22T15:00:00Z", "2026-11-29T15:00:00Z")
    assert "now" not in plan
    web, worker = plan["formations"]
    assert (worker["app"], worker["type"], worker["timezone"]) == ("example-shop", "worker", "Asia/Tokyo")
    assert worker["dyno_hours"] == 40.0
    assert worker["cost_usd"] == 2.78
    assert web["dyno_hours"] == 7 * (16 * 5 + 8 * 2)
    nights = [span for span in worker["spans"] if span["window"] == "nightly batch"]
    assert [span["start"] for span in nights] == [f"2026-11-{day}T13:00:00Z" for day in range(23, 28)]
    assert nights[-1]["end"] == "2026-11-27T21:00:00Z"  # Friday's night ends on Saturday, 06:00 in Tokyo
    assert nights[0] | {"start": "", "end": ""} == {
        "start": "",
        "end": "",
        "quantity": 1,
        "range": None,
        "size": "standard-2x",
        "window": "nightly batch",
        "line": 20,
    }


def test_explain_names_every_window_and_the_one_that_spoke(shop: Path) -> None:
    ran = run("explain", "example-shop", "worker", "--at", "2026-11-28T05:59", cwd=shop)
    assert ran.status == 0
    assert "example-shop/worker at Sat 28 Nov 2026 05:59 JST (Fri 20:59 UTC)" in ran.out
    assert "wanted: 1:standard-2x, until Sat 28 Nov 2026 06:00 JST (Fri 21:00 UTC)" in ran.out
    assert "nightly batch    1:standard-2x  gives the quantity and the size" in ran.out
    assert "open since Fri 27 Nov 22:00 JST (13:00 UTC), until Sat 06:00 JST (Fri 21:00 UTC)" in ran.out


def test_an_hour_later_no_window_is_open(shop: Path) -> None:
    ran = run("explain", "example-shop", "worker", "--at", "2026-11-28T06:00", cwd=shop)
    assert "wanted: 0:standard-1x, until Mon 30 Nov 2026 22:00 JST (13:00 UTC)" in ran.out
    assert "nightly batch    1:standard-2x  closed" in ran.out
    assert "opens Mon 22:00 JST (13:00 UTC)" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plann"], "there is no command 'plann'. Did you mean plan?"),
        (
            ["plan", "--offline", "--until", "yesterday"],
            "'yesterday' is no time: write it as 36h, 7d, 2026-11-27T08:00",
        ),
        (["plan", "--offline", "--until", "9999-12-31"], "'9999-12-31' is no time"),
        (["plan", "--offline", "--from", "2026-01-02", "--until", "2026-01-01"], "is not later than the start"),
        (["explain", "example-shop"], "Missing argument 'TYPE'"),
        (["check", "--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_usage_exits_64_and_says_what_is_right(shop: Path, arguments: list[str], said: str) -> None:
    ran = run(*arguments, cwd=shop)
    assert ran.status == 64
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_stranger_is_named_with_those_who_are_known(shop: Path) -> None:
    ran = run("plan", "--offline", "--app", "shop", cwd=shop)
    assert ran.status == 1
    assert "policies.yaml names no app 'shop'; it has: example-shop" in ran.err


def test_without_a_file_it_says_where_to_name_one(tmp_path: Path) -> None:
    ran = run("plan", "--offline", cwd=tmp_path)
    assert ran.status == 1
    assert "policies.yaml:1:1: there is no such file" in ran.err
    assert "AUTOSCALER_POLICIES" in ran.err


def test_without_a_token_the_plan_says_how_to_make_one(shop: Path) -> None:
    ran = run("plan", cwd=shop)
    assert ran.status == 1
    assert "heroku authorizations:create -d autoscaler -s write" in ran.err
    assert "plan --offline" in ran.err


def test_the_own_process_type_is_refused(shop: Path) -> None:
    ran = run("check", cwd=shop, AUTOSCALER_APP="example-shop", DYNO="worker.1")
    assert ran.status == 1
    assert "example-shop/worker is this program itself" in ran.out


def test_the_environment_names_the_file_and_dotenv_does_where_it_does_not(shop: Path) -> None:
    (shop / "policies.yaml").rename(shop / "other.yaml")
    (shop / ".env").write_text("AUTOSCALER_POLICIES=other.yaml\n")
    assert run("check", cwd=shop).out.startswith("other.yaml: ok")
    assert "nowhere.yaml:1:1" in run("check", cwd=shop, AUTOSCALER_POLICIES="nowhere.yaml").out


def test_help_tells_every_command_and_an_example(shop: Path) -> None:
    ran = run("--help", cwd=shop)
    for name in ("demo", "check", "plan", "explain", "apply", "run", "sandbox"):
        assert f"\n  {name} " in ran.out
    assert "Example: autoscaler plan --offline --until 14d" in run("plan", "--help", cwd=shop).out


def test_the_python_api_is_two_functions(shop: Path) -> None:
    from datetime import UTC, datetime

    from autoscaler import load_policies, timeline

    start, until = datetime(2026, 11, 22, 15, tzinfo=UTC), datetime(2026, 11, 29, 15, tzinfo=UTC)
    spans = [
        span for span in timeline(load_policies(str(shop / "policies.yaml")), start, until) if span.type == "worker"
    ]
    hours = sum((span.end - span.start).total_seconds() / 3600 for span in spans if span.quantity == 1)
    assert hours == 40
    assert (spans[0].app, spans[0].window, spans[0].size) == ("example-shop", None, "standard-1x")


def test_every_door_is_listed(tmp_path: Path) -> None:
    doors = {
        file.stem.rstrip("_")
        for file in (ROOT / "autoscaler" / "cli").glob("*.py")
        if "@click.command(" in file.read_text()
    }
    listed = set(re.findall(r"^  ([a-z]+)  ", run("--help", cwd=tmp_path).out, re.MULTILINE))
    assert listed == doors - {"__init"}


def test_the_page_is_written_whole_to_a_file(shop: Path) -> None:
    ran = run("plan", "--offline", "--format", "html", "--output", "plan.html", cwd=shop)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    page = (shop / "plan.html").read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="en"><head><meta charset="utf-8"/>')
    assert page.endswith("</html>\n")
    assert page.count('<svg class="chart"') == 2


def test_a_plan_is_eighty_columns_wide_where_it_is_piped_and_as_wide_as_columns_says(shop: Path) -> None:
    at = ("plan", "--offline", "--at", "2026-11-24T12:00", "--from", "2026-11-24T12:00")
    piped = run(*at, cwd=shop).out
    assert max(map(len, piped.splitlines())) in range(72, 81)
    assert run(*at, cwd=shop, COLUMNS="80").out == piped
    assert max(map(len, run(*at, cwd=shop, COLUMNS="50").out.splitlines())) <= 50
    assert max(map(len, run(*at, cwd=shop, COLUMNS="160").out.splitlines())) in range(110, 161)
    assert run(*at, cwd=shop, COLUMNS="wide").out == piped


def test_where_the_output_takes_no_blocks_they_are_ascii(shop: Path) -> None:
    at = ("plan", "--offline", "--at", "2026-11-24T12:00", "--from", "2026-11-24T12:00")
    ran = run(*at, cwd=shop, PYTHONIOENCODING="ascii")
    assert "Wed 25-Mon 30  2===========5###" in ran.out
    assert ran.out.isascii()


def test_where_the_output_lacks_a_letter_a_page_is_utf_8_and_text_has_a_question_mark(shop: Path) -> None:
    file = shop / "policies.yaml"
    file.write_text(file.read_text().replace("nightly batch", "夜間"))
    ran = run("plan", "--offline", cwd=shop, PYTHONIOENCODING="latin-1")
    assert (ran.status, "  ??" in ran.out) == (0, True), ran.err
    for form in ("markdown", "json", "html"):
        asked = command("plan", "--offline", "--format", form)
        found = subprocess.run(
            asked, cwd=shop, capture_output=True, env=environ(PYTHONIOENCODING="latin-1"), check=True
        )
        assert "夜間".encode() in found.stdout


def test_a_summary_is_of_the_text_alone(shop: Path) -> None:
    ran = run("plan", "--offline", "--summary", cwd=shop)
    assert [line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")][1:] == [
        "example-shop",
        "clock",
        "all",
    ]
    refused = run("plan", "--offline", "--summary", "--format", "json", cwd=shop)
    assert refused.status == 64
    assert "--summary is of the text" in refused.err


def test_an_offline_plan_imports_neither_rich_nor_a_loop(shop: Path) -> None:
    code = (
        "import sys; from autoscaler.cli import cli; cli.main(['plan', '--offline'], standalone_mode=False);"
        "print(sorted({'rich', 'asyncio', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shop, env=environ(), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["plan", "--offline"], ["check"], ["--help"]])
def test_output_that_cannot_be_written_is_told_in_a_sentence(shop: Path, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(*arguments), cwd=shop, env=environ(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "Error: the output cannot be written: No space left on device\n")


def test_standard_input_is_refused_with_what_to_do(shop: Path) -> None:
    for name in ("-", "/dev/stdin"):
        done = subprocess.run(
            command("plan", "--offline", name), cwd=shop, env=environ(), input="apps: {}\n", capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 1
        assert "standard input and pipes are not read: write it to a file first, and name that" in done.stderr
