"""The other policy file of `plan --against`: a file, or the same one at another revision of its git repository."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from autoscaler.cli import Failure
from autoscaler.cli.feeds import fetched
from autoscaler.cli.policies import refused, remembering
from autoscaler.core.policies import Policies
from autoscaler.environment import ourselves
from autoscaler.policyfile import Beside, PolicyFileError, Refuse, beside, load_policies, load_text

GIT = "git:"

_FULL = re.compile(r"([0-9a-f]{10})[0-9a-f]{30}")
"""A commit as CI names it; its first digits are enough for people."""


def other_policies(against: str, file: str, environ: Mapping[str, str]) -> Policies:
    """The policies of `against`, which is a path or `git:REV` for `file` at that revision. Raises Failure."""
    try:
        found = _at(against, file, environ) if against.startswith(GIT) else _file(against, environ)
    except PolicyFileError as error:
        raise refused(error.faults, f"--against {against}") from None
    return remembering(found, environ)


def _file(path: str, environ: Mapping[str, str]) -> Policies:
    if not Path(path).exists():
        hint = f"name a policy file, or write {GIT}REV for this one at another revision, such as {GIT}main"
        raise Failure(f"--against {path}: there is no such file; {hint}")
    return load_policies(path, ourselves(environ), fetched)


def _at(against: str, file: str, environ: Mapping[str, str]) -> Policies:
    revision = against.removeprefix(GIT)
    folder = Path(file).parent
    commit = _commit(revision, folder, against)
    content = _git(folder, "cat-file", "blob", f"{commit}:./{Path(file).name}")
    if content.returncode:
        raise Failure(f"--against {against}: there is no {file} at {revision}; name another revision, or a file")
    near = _beside(folder, commit, revision)
    named = _FULL.sub(lambda found: found[1], revision)
    return load_text(content.stdout, f"{named}:{file}", ourselves(environ), fetched, near)


def _commit(revision: str, folder: Path, against: str) -> str:
    inside = _git(folder, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        raise Failure(
            f"--against {against}: {folder.absolute()} is in no git repository that can be read ({_said(inside)})"
        )
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode or not revision:
        hint = "name a branch, tag or commit; fetch it first (in GitHub Actions: checkout with `fetch-depth: 0`)"
        raise Failure(f"--against {against}: this repository has no revision {revision!r}; {hint}")
    return found.stdout.decode().strip()


def _beside(folder: Path, commit: str, revision: str) -> Beside:
    """Calendar files as they were at that revision; an absolute path is no part of it."""

    def read(path: str, refuse: Refuse) -> bytes | None:
        if Path(path).is_absolute():
            return beside(str(folder / "."))(path, refuse)
        found = _git(folder, "cat-file", "blob", f"{commit}:./{path}")
        if found.returncode:
            refuse((1, 1), f"there is no such file at {revision}", None)
            return None
        return found.stdout

    return read


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise Failure(f"{GIT}REV needs git, which is not installed here; name a file instead") from None


def _said(ran: subprocess.CompletedProcess[bytes]) -> str:
    lines = ran.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else f"git ended with status {ran.returncode}"
