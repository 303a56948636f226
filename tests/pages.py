"""The pages of the documentation as far as tests read them: fenced blocks, and what is above them."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.cli.running import ROOT

DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.glob("*.md")),
    *sorted(DOCS.glob("decisions/*.md")),
]

_FENCED = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n)?^(?P<indent> *)```(?P<kind>[^\n]*)\n(?P<body>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block. `reason`: why its commands are not run, None where they are; `span`: where its body stands."""

    page: Path
    line: int
    kind: str
    body: str
    indent: str
    span: tuple[int, int]
    reason: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("kind")) + 1,
            found["kind"].strip(),
            "".join(line.removeprefix(found["indent"]) for line in found["body"].splitlines(keepends=True)),
            found["indent"],
            found.span("body"),
            found["reason"],
        )
        for found in _FENCED.finditer(text)
    ]


@dataclass(frozen=True)
class Typed:
    """A command of a console block, and what stands under it ("" where its output is not told)."""

    command: str
    output: str

    @property
    def status(self) -> int:
        """What it exits with: 0, or what a comment behind it says."""
        said = re.search(r"#.*\bexits (\d+)", self.command)
        return int(said[1]) if said else 0


def typed(block: Block) -> list[Typed]:
    """The commands of a console block. A backslash at its end continues a line."""
    found: list[Typed] = []
    for line in block.body.replace("\\\n", "").splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Typed(line[2:].strip(), ""))
        elif found:
            found[-1] = Typed(found[-1].command, found[-1].output + line)
        else:
            raise AssertionError(f"{block}: a console block begins with `$ `")
    return found
