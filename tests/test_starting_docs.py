"""docs/moving.md and docs/plan-and-ci.md: what `import` prints stands there, and every command in them works.

AUTOSCALER_WRITE_DOCS=1 writes the outputs anew; look at the difference before you believe it.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli.running import ROOT, command, environ, run
from tests.sandbox.serving import serving

MOVING, CI = ROOT / "docs" / "moving.md", ROOT / "docs" / "plan-and-ci.md"
EXAMPLE = re.compile(
    r"```(?:crontab|text config)\n(?P<source>.*?)```\n```yaml autoscaler (?P<command>[^\n]*)\n(?P<output>.*?)```",
    re.DOTALL,
)
LINES = re.compile(r"```sh\n(.*?)```", re.DOTALL)
WORKFLOWS = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def examples() -> list[re.Match[str]]:
    return list(EXAMPLE.finditer(MOVING.read_text(encoding="utf-8")))


@pytest.mark.parametrize("number", range(len(examples())))
def test_an_import_prints_what_stands_under_it(number: int, tmp_path: Path) -> None:
    example = examples()[number]
    arguments = shlex.split(example["command"])
    (tmp_path / arguments[1]).write_text(example["source"])
    ran = run(*arguments, cwd=tmp_path)
    assert ran.status == 0
    if os.environ.get("AUTOSCALER_WRITE_DOCS"):
        text = MOVING.read_text(encoding="utf-8")
        MOVING.write_text(text[: example.start("output")] + ran.out + text[example.end("output") :], encoding="utf-8")
    else:
        assert example["output"] == ran.out
    (tmp_path / "policies.yaml").write_text(ran.out)
    assert run("check", cwd=tmp_path).status == 0


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("sandbox")) as address:
        yield address


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The shipped file on main, and a change of it."""
    text = (ROOT / "policies.yaml").read_text()
    (tmp_path / "policies.yaml").write_text(text)
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "policies"]):
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True)
    (tmp_path / "policies.yaml").write_text(text.replace("quantity: 5 ", "quantity: 6 "))
    return tmp_path


@pytest.mark.parametrize("page", [MOVING, CI], ids=lambda page: str(page.name))
def test_every_command_of_a_page_works(page: Path, repository: Path, url: str) -> None:
    lines = [line for block in LINES.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    assert len(lines) >= 5
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "autoscaler"
        env = environ(HEROKU_API_URL=url, HEROKU_API_KEY="any")
        whole = command(*arguments)
        done = subprocess.run(whole, cwd=repository, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    if page == CI:
        assert "example-shop/web" in (repository / "plan.md").read_text()


def test_the_exit_statuses_of_the_table(repository: Path) -> None:
    against = ("plan", "--offline", "--against", "git:main", "--detailed-exitcode")
    assert run(*against, cwd=repository).status == 2
    (repository / "policies.yaml").write_text((ROOT / "policies.yaml").read_text())
    assert run(*against, cwd=repository).status == 0


def test_the_workflow_and_the_hook_name_what_there_is() -> None:
    workflow, hooks = (yaml.safe_load(text) for text in WORKFLOWS.findall(CI.read_text(encoding="utf-8")))
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert workflow["permissions"] == {"contents": "read", "pull-requests": "write"}
    [_, step] = workflow["jobs"]["plan"]["steps"]
    assert set(step["with"]) <= set(action["inputs"])
    rows = re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", CI.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == {name: str(told["default"]) for name, told in action["inputs"].items()}
    [known] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks["repos"][0]["hooks"]] == [known["id"]]
