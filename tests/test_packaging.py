"""What Heroku and pip are handed."""

import json
import re
import tomllib

import pytest

from tests.cli.running import ROOT


def names(requirements: str) -> set[str]:
    """Each pinned distribution, all of them with hashes."""
    text = (ROOT / requirements).read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)==[^ ]+.*\\\n    --hash=sha256:", text, re.M)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pins) == len(lines), "a line without a hash"
    assert "://" not in text
    return {name.lower().replace("_", "-") for name in pins}


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    given = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return {re.split(r"[<>=\[]", line)[0].lower() for line in given}


def test_what_runs_is_pinned_with_hashes_and_so_is_what_tests() -> None:
    assert wanted() <= names("requirements.txt") <= names("requirements-dev.txt")
    assert wanted("dev") <= names("requirements-dev.txt")


def test_heroku_s_buildpack_finds_one_kind_of_dependency_file_and_a_python() -> None:
    others = ["Pipfile.lock", "poetry.lock", "uv.lock", "runtime.txt"]
    assert [name for name in others if (ROOT / name).exists()] == []
    assert (ROOT / ".python-version").read_text() == "3.11\n"


def test_the_procfile_checks_at_release_and_runs_one_clock() -> None:
    assert (ROOT / "Procfile").read_text() == "release: python -m autoscaler check\nclock: python -m autoscaler run\n"


def test_the_deploy_button_makes_one_basic_clock_and_asks_for_the_token() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    assert app["formation"] == {"clock": {"quantity": 1, "size": "basic"}}
    assert {name for name, variable in app["env"].items() if variable["required"]} == {
        "HEROKU_API_KEY",
        "AUTOSCALER_APP",
    }
    assert all(variable["description"] for variable in app["env"].values())


@pytest.mark.parametrize("word", ["dry_run", "dry-run"])
def test_a_preview_is_the_road_ended_early_and_no_flag(word: str) -> None:
    assert [path for path in (ROOT / "autoscaler").rglob("*.py") if word in path.read_text()] == []
