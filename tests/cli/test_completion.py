"""Completion as bash asks for it: the script that `completion bash` prints, sourced by a real bash."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, command, environ, run

SHELL = """\
source <({script})
COMP_WORDS=({words})
COMP_CWORD={at}
_autoscaler_completion autoscaler
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="NOT CHECKED: bash is not here")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a policy file, and the command on its PATH."""
    program = tmp_path / "bin" / "autoscaler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m autoscaler "$@"\n')
    program.chmod(0o755)
    (tmp_path / "policies.yaml").write_text("""\
timezone: UTC
apps:
  shop: {formation: {web: {quantity: 1}, worker: {quantity: 0}}}
  other-app: {formation: {batch: {quantity: 0}}}
""")
    return tmp_path


def completed(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    env = environ()
    env["PATH"] = f"{folder / 'bin'}:{env['PATH']}"
    source = SHELL.format(
        script=shlex.join(command("completion", "bash")), words=shlex.join(("autoscaler", *words)), at=len(words)
    )
    arguments = ["bash", "--norc", "-c", source]
    done = subprocess.run(arguments, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return sorted(done.stdout.split())


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("si",), ["simulate"]),
        (("i",), ["import", "init"]),
        (("--d",), ["--debug"]),
        (("plan", "--off"), ["--offline"]),
        (("check", "--format", "g"), ["github"]),
        (("plan", "--app", ""), ["other-app", "shop"]),
        (("explain", "s"), ["shop"]),
        (("explain", "shop", "w"), ["web", "worker"]),
        (("explain", "other-app", ""), ["batch"]),
        (("completion", ""), ["bash", "fish", "zsh"]),
        (("no-such-command", "--h"), ["--help"]),
    ],
)
def test_bash_completes(shop: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(shop, *words) == offered


@needs_bash
def test_every_command_is_offered(shop: Path) -> None:
    listed = run("--help", cwd=shop).out.split("Commands:\n")[1].splitlines()
    assert completed(shop, "") == sorted(line.split()[0] for line in listed if line.startswith("  ") and line[2] != " ")


@needs_bash
@pytest.mark.parametrize("text", ["apps: [", "", "timezone: UTC\napps: {shop: {formation: {web: {}}}}\n"])
def test_a_file_with_faults_offers_nothing_and_says_nothing(shop: Path, text: str) -> None:
    (shop / "policies.yaml").write_text(text)
    assert completed(shop, "explain", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str, tmp_path: Path) -> None:
    ran = run("completion", shell, cwd=tmp_path)
    assert ran.status == 0
    assert f"_AUTOSCALER_COMPLETE={shell}_complete" in ran.out
    assert run("completion", "tcsh", cwd=tmp_path).status == 64


def test_asking_imports_no_command() -> None:
    env = environ(_AUTOSCALER_COMPLETE="bash_complete", COMP_WORDS="autoscaler pl", COMP_CWORD="1")
    source = (
        "import sys\nfrom autoscaler.cli import main\ntry:\n    main()\nfinally:\n"
        "    print(sorted(name for name in sys.modules if name.startswith('autoscaler.cli.')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "plain,plan\n", "[]\n")
