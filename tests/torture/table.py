"""All trials, some at a time, and the table that docs/reliability.md shows of them."""

import re
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.torture import clocks, hosts, killing, lasting
from tests.torture.judge import judge
from tests.torture.longer import Long
from tests.torture.scenarios import SCENARIOS, Scenario
from tests.torture.trial import attempt

LONG: Sequence[Long] = (*clocks.TRIALS, *killing.TRIALS, *hosts.TRIALS, *lasting.TRIALS)
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BLOCK = re.compile(r"(<!-- written by make torture -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A trial's outcome; `known` is the defect that it is expected to show."""

    name: str
    broken: tuple[str, ...]
    skipped: tuple[str, ...]
    measured: str
    known: str

    @property
    def surprising(self) -> bool:
        """It broke and nobody knew, or it holds and somebody thinks it does not."""
        return bool(self.broken) != bool(self.known) and not (self.skipped and not self.broken and self.known)

    @property
    def verdict(self) -> str:
        if self.broken:
            return "known" if self.known else "**broken**"
        return "holds, though listed as known" if self.surprising else "holds"


def scenario(one: Scenario) -> Row:
    """Try one of SCENARIOS."""
    verdict = judge(attempt(one))
    measured = f"right after {verdict.healed:.0f} s; {verdict.reads} reads/h; longest request {verdict.longest:.1f} s"
    if not one.everywhere:
        measured += f"; the other app {verdict.late:.0f} s late"
    return Row(one.name, verdict.broken, verdict.skipped, measured, one.known)


def long(one: Long) -> Row:
    """Try one of LONG."""
    result = one.run()
    skipped = (result.skipped,) if result.skipped else ()
    return Row(one.name, tuple(result.broken), skipped, result.measured, one.known)


def all_of(names: Sequence[str], at_once: int) -> list[Row]:
    """Try everything whose name contains one of `names`, or everything; a line on stdout as each ends."""
    tries: list[tuple[str, Callable[[], Row]]] = [
        *((one.name, lambda one=one: long(one)) for one in LONG),
        *((one.name, lambda one=one: scenario(one)) for one in SCENARIOS),
    ]
    chosen = [(name, run) for name, run in tries if not names or any(part in name for part in names)]
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda one: _tried(*one), chosen))


def _tried(name: str, run: Callable[[], Row]) -> Row:
    try:
        row = run()
    except Exception:
        row = Row(name, (traceback.format_exc()[-600:],), (), "", "")
    print(f"{row.verdict:10} {name}: {row.measured}", flush=True)
    for what in (*row.broken[:6], *(f"skipped: {why}" for why in row.skipped)):
        print(f"           - {what}", flush=True)
    return row


def write(rows: Sequence[Row]) -> None:
    """Put the rows into the page's table, where those of other trials stay."""
    text = PAGE.read_text(encoding="utf-8")
    found = _BLOCK.search(text)
    assert found is not None
    lines = dict(re.findall(r"^\| (.+?) \| (.+) \|$", found[0], re.MULTILINE))
    lines |= {row.name: f"{row.verdict} | {datetime.now(UTC):%Y-%m-%d} | {_remark(row)}" for row in rows}
    every = [*(one.name for one in LONG), *(one.name for one in SCENARIOS)]
    names = [name for name in every if name in lines]
    table = ["| trial | | tried | measured |", "|---|---|---|---|", *(f"| {name} | {lines[name]} |" for name in names)]
    head = f"{sum(lines[name].startswith('holds') for name in names)} of {len(names)} hold.\n"
    block = "\n".join((head, *table))
    PAGE.write_text(_BLOCK.sub(lambda old: f"{old[1]}{block}\n{old[2]}", text), encoding="utf-8")


def _remark(row: Row) -> str:
    parts = [row.measured, *(f"not judged: {why}" for why in row.skipped)]
    if row.broken:
        parts.append(row.known or row.broken[0])
    return "; ".join(part for part in parts if part).replace("|", "\\|").replace("\n", " ")
