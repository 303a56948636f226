"""The numbered files of `migrations/`, and what is said of a store that is of another version than the program.

They only go forward: a table is made once, and a later file changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LATEST = 3
"""The number of the last file, known without looking; a test compares them."""

VERSIONS = "create table if not exists schema_version (version integer primary key)"
FOUND = "select coalesce(max(version), 0) from schema_version"

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, and its statements in order."""

    version: int
    statements: tuple[str, ...]


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration in order."""
    files = sorted(_FOLDER.glob("*.sql"))
    return tuple(Migration(int(file.name.partition("_")[0]), tuple(_statements(file))) for file in files)


def pending(found: int) -> Iterator[str]:
    """The statements that bring a store from version `found` to the latest and write the version down."""
    for migration in migrations():
        if migration.version > found:
            yield from migration.statements
            yield f"insert into schema_version (version) values ({migration.version})"


def newer(name: str, found: int) -> str:
    """What is said of a store that a later program has used."""
    return (
        f"{name} is of version {found}, and this program knows versions up to {LATEST}: "
        "a newer autoscaler has used it; use that one or a later one"
    )


def older(name: str, found: int) -> str:
    """What is said of a store that waits for its daemon."""
    return f"{name} is of version {found}, and this program needs {LATEST}: its `autoscaler run` brings it up to date"


def _statements(file: Path) -> Iterator[str]:
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("--")]
    return (statement.strip() for statement in "\n".join(lines).split(";") if statement.strip())
