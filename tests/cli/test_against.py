"""`plan --against`: a file, or a revision of a real git repository."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import environ, run
from tests.sandbox.serving import serving

FILE = """\
timezone: UTC
calendars:
  closed: {ics: ./closed.ics}
apps:
  shop:
    formation:
      worker:
        quantity: 0
        size: standard-1x
        windows:
          - {name: closed, when: closed, quantity: 0}
          - {name: batch, when: weekdays 22:00-06:00, quantity: 1}
  other:
    formation: {web: {quantity: 1, size: basic}}
"""
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
ICS += "DTSTART;VALUE=DATE:202611%s\r\nSUMMARY:closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

WEEK = ("plan", "--offline", "--from", "2026-11-23T00:00", "--format", "json")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    ran = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=environ())
    return ran.stdout.decode()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose policy file lies in a folder of it, with a calendar beside it."""
    folder = tmp_path / "deploy"
    folder.mkdir()
    (folder / "policies.yaml").write_text(FILE)
    (folder / "closed.ics").write_text(ICS % "24")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return folder


def against(folder: Path, other: str, *more: str, file: str = "policies.yaml") -> dict[str, Any]:
    ran = run(*WEEK, "--against", other, *more, file, cwd=folder)
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)["against"]
    return found


def test_the_same_file_at_a_revision_is_told_in_words(repository: Path) -> None:
    file = repository / "policies.yaml"
    file.write_text(FILE.replace("when: weekdays", "when: mon-sat"))
    found = against(repository, "git:main")
    [process] = found["formations"]
    assert process["text"] == "shop/worker now also runs on Saturdays 22:00-06:00; +8 h, +$0.28 a week"
    assert process["spans"] == [
        {
            "start": "2026-11-28T22:00:00Z",
            "end": "2026-11-29T06:00:00Z",
            "before": {"quantity": 0, "range": None, "size": "standard-1x"},
            "after": {"quantity": 1, "range": None, "size": "standard-1x"},
        }
    ]
    assert (found["more"], found["differs"]) == ({"dyno_hours": 8.0, "usd": 0.28}, True)
    assert against(repository.parent, "git:main", file="deploy/policies.yaml")["formations"] == [process]


def test_a_commit_is_named_by_its_first_digits(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD").strip()
    found = against(repository, f"git:{commit}")
    assert found["policies"] == f"{commit[:10]}:policies.yaml"


def test_calendar_files_are_those_of_the_revision(repository: Path) -> None:
    (repository / "closed.ics").write_text(ICS % "25")
    spans = against(repository, "git:HEAD")["formations"][0]["spans"]
    assert [(span["start"], span["after"]["quantity"]) for span in spans] == [
        ("2026-11-24T00:00:00Z", 1),
        ("2026-11-24T22:00:00Z", 1),
        ("2026-11-25T00:00:00Z", 0),
        ("2026-11-25T22:00:00Z", 0),
    ]


def test_the_exit_status_tells_whether_the_file_differs(repository: Path) -> None:
    asked = ("plan", "--offline", "--detailed-exitcode", "--against", "git:main")
    assert run(*asked, cwd=repository).status == 0
    file = repository / "policies.yaml"
    file.write_text(FILE.replace("quantity: 1}\n  other", "quantity: 2}\n  other"))
    assert run(*asked, cwd=repository).status == 2
    assert run(*asked[:2], *asked[3:], cwd=repository).status == 0


def test_another_file_will_do_as_well(repository: Path) -> None:
    (repository / "old.yaml").write_text(FILE.replace("size: basic", "size: standard-2x"))
    found = against(repository, "old.yaml")
    [process] = found["formations"]
    assert (found["policies"], process["app"], process["kind"]) == ("old.yaml", "other", "changed")
    assert (process["before"]["usd"], process["after"]["usd"]) == (11.67, 1.63)
    assert against(repository, "old.yaml", "--app", "shop")["differs"] is False


def test_with_app_the_probes_of_other_apps_are_no_difference(repository: Path) -> None:
    (repository / "old.yaml").write_text(FILE + "    probes: {left: {postgres: SHOP_URL, query: select 1}}\n")
    assert against(repository, "old.yaml")["rules"] == ["other probe left is gone"]
    assert against(repository, "old.yaml", "--app", "shop")["rules"] == []


def test_an_app_that_only_the_other_file_names_may_be_asked_for(repository: Path) -> None:
    (repository / "old.yaml").write_text(FILE.replace("  other:", "  gone-app:"))
    found = against(repository, "old.yaml", "--app", "gone-app")
    assert [(row["app"], row["kind"]) for row in found["formations"]] == [("gone-app", "removed")]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("old.yaml", "--against old.yaml: there is no such file; name a policy file, or write git:REV"),
        ("git:nowhere", "--against git:nowhere: this repository has no revision 'nowhere'; name a branch"),
        ("git:", "--against git:: this repository has no revision ''"),
        ("git:--output=x", "this repository has no revision '--output=x'"),
        ("git:HEAD:policies.yaml", "this repository has no revision 'HEAD:policies.yaml'"),
    ],
)
def test_what_is_not_there_is_said(repository: Path, other: str, said: str) -> None:
    ran = run("plan", "--offline", "--against", other, cwd=repository)
    assert ran.status == 1
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_in_the_revision_is_said(repository: Path) -> None:
    (repository / "new.yaml").write_text(FILE)
    ran = run("plan", "--offline", "--against", "git:main", "new.yaml", cwd=repository)
    assert (ran.status, "there is no new.yaml at main" in ran.err) == (1, True)


def test_faults_of_the_other_file_are_told_as_its_own(repository: Path) -> None:
    (repository / "policies.yaml").write_text(FILE.replace("quantity: 0\n", "quantty: 0\n"))
    git(repository, "commit", "-q", "-a", "-m", "broken")
    (repository / "policies.yaml").write_text(FILE)
    ran = run("plan", "--offline", "--against", "git:main", cwd=repository)
    assert ran.status == 1
    assert "2 errors in --against git:main\nmain:policies.yaml:7:7: " in ran.err
    assert "did you mean quantity?" in ran.err


def test_outside_a_repository_there_are_no_revisions(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE.replace("calendars:\n  closed: {ics: ./closed.ics}\n", "").replace(
        "          - {name: closed, when: closed, quantity: 0}\n", ""))  # fmt: skip
    ran = run("plan", "--offline", "--against", "git:main", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert ran.status == 1
    assert "is in no git repository that can be read (fatal: not a git repository" in ran.err


def test_without_git_a_file_can_still_be_named(repository: Path) -> None:
    ran = run("plan", "--offline", "--against", "git:main", cwd=repository, PATH=str(repository))
    assert (ran.status, "git:REV needs git, which is not installed here; name a file instead" in ran.err) == (1, True)


def test_markdown_is_for_a_pull_request(repository: Path) -> None:
    (repository / "policies.yaml").write_text(FILE.replace("when: weekdays", "when: mon-sat"))
    ran = run("plan", "--offline", "--against", "git:main", "--format", "markdown", cwd=repository)
    assert ran.status == 0
    assert ran.out.startswith("**Offline: ")
    assert "| shop/worker | now also runs on Saturdays 22:00-06:00 |" in ran.out


def test_online_the_prices_are_the_accounts_and_live_differences_are_told_apart(tmp_path: Path) -> None:
    """In the sandbox web lives at 1 and worker at 0, both as standard-1x."""
    both = "timezone: UTC\napps:\n  example-shop:\n    formation:\n      web: {quantity: %d, size: standard-1x}\n"
    both += "      worker: {quantity: %d, size: standard-1x}\n"
    (tmp_path / "policies.yaml").write_text(both % (3, 2))
    (tmp_path / "old.yaml").write_text(both % (1, 2))
    with serving(tmp_path) as url:
        reached = {"HEROKU_API_URL": url, "HEROKU_API_KEY": "any-token-at-all"}
        ran = run("plan", "--against", "old.yaml", "--format", "json", cwd=tmp_path, **reached)
        page = run("plan", "--against", "old.yaml", "--format", "markdown", cwd=tmp_path, **reached)
    plan = json.loads(ran.out)
    assert plan["cost"]["prices"] == "Heroku's prices for this account, read now"
    assert plan["cost"]["formations"]["usd"] == 29.17
    assert plan["against"]["live"] == [
        {"app": "example-shop", "type": "web", "because": "file"},
        {"app": "example-shop", "type": "worker", "because": "live"},
    ]
    assert page.out.startswith("**Plan: 2 up, 0 down, 0 unchanged, 0 held; ")
