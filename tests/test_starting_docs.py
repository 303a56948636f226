"""docs/moving.md and docs/plan-and-ci.md: what `import` prints stands there, and their tables are true.

AUTOSCALER_WRITE_DOCS=1 writes the outputs anew; look at the difference before you believe it.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.running import ROOT, run

MOVING, CI = ROOT / "docs" / "moving.md", ROOT / "docs" / "plan-and-ci.md"
EXAMPLE = re.compile(
    r"```(?:crontab|text config)\n(?P<source>.*?)```\n```yaml autoscaler (?P<command>[^\n]*)\n(?P<output>.*?)```",
    re.DOTALL,
)
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
