"""`simulate` as text: a table whose columns are the runs, what they are, and what it comes to."""

import shlex

from autoscaler.core.zones import DAY, HOUR, moment
from autoscaler.views import moments
from autoscaler.views.paint import Paint
from autoscaler.views.plan_text import home_zone
from autoscaler.views.simulation import ERA, Run, Simulation
from autoscaler.views.table import Cell, rows, width

_TITLES = {"policies": "these policies", "always-on": "always-on", "fixed-hours": "fixed-hours"}

_ABOUT = {
    "policies": "the file as it is, kept by this program",
    "always-on": "every process type at its peak all the time, and nobody to look after it",
    "fixed-hours": "a plain scheduler: the windows' hours and values, no `unbroken` and no `close`",
}


def simulation_text(done: Simulation, paint: Paint) -> str:
    """The whole simulation; ends with a sentence that sums it up, and how to have it again."""
    zone = home_zone(done.policies)
    span = moments.length(done.until - done.start)
    title = f"{done.policies.file} {paint.dash} {span} from {moments.full(done.start, zone)}, seed {done.seed}"
    parts = [
        [paint(title, "bold")],
        rows(_table(done), paint),
        rows([[(_TITLES[run.name], "bold"), _ABOUT[run.name]] for run in done.runs], paint),
        _work(done, paint),
        [paint(f"  ! {_TITLES[run.name]}: {run.trouble}", "red") for run in done.runs if run.trouble],
        [_sum(done), paint(f"Again: {_again(done)}", "dim")],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _table(done: Simulation) -> list[list[Cell]]:
    runs = done.runs
    lines: list[tuple[str, list[Cell]]] = [
        ("batches started", [str(run.started) for run in runs]),
        ("  finished", [str(run.finished) for run in runs]),
        ("  killed by a daily restart", [_bad(run.killed.daily_restart) for run in runs]),
        ("  killed by its own scale-down", [_bad(run.killed.scale_down) for run in runs]),
        ("  killed by its own restart", [_bad(run.killed.own_restart) for run in runs]),
        ("  still running at the end", [str(run.unfinished) for run in runs]),
        ("overrun the window's end", [str(run.overrun) for run in runs]),
        ("never started", [_bad(run.batches - run.started) for run in runs]),
        ("dyno-hours", [f"{run.dyno_hours:,.0f}" for run in runs]),
        ("cost", [_dollars(run) for run in runs]),
        ("API calls", [f"{run.calls.all:,}" for run in runs]),
        ("  of them changes", [f"{run.calls.writes:,}" for run in runs]),
        ("  of them restarts", [f"{run.calls.restarts:,}" for run in runs]),
    ]
    heading: list[Cell] = ["", *(( _TITLES[run.name], "bold") for run in runs)]  # fmt: skip
    told = [[name, *cells] for name, cells in lines if _is_told(name, cells)]
    return _to_the_right([heading, *told])


def _is_told(name: str, cells: list[Cell]) -> bool:
    """What should never happen, and did not, takes no line."""
    return name not in {"never started", "  still running at the end"} or any(cell != "0" for cell in cells)


def _bad(number: int) -> Cell:
    return (str(number), "red") if number else "0"


def _dollars(run: Run) -> str:
    return "unknown" if run.dollars is None else f"${run.dollars:,.2f}"


def _to_the_right(cells: list[list[Cell]]) -> list[list[Cell]]:
    """Numbers are compared more easily where their last digits stand below one another."""
    widths = [max(width(_plain(row[column])) for row in cells) for column in range(len(cells[0]))]
    return [[row[0], *(_padded(cell, widths[at]) for at, cell in enumerate(row[1:], 1))] for row in cells]


def _padded(cell: Cell, columns: int) -> Cell:
    text = " " * (columns - width(_plain(cell))) + _plain(cell)
    return text if isinstance(cell, str) else (text, cell[1])


def _plain(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _work(done: Simulation, paint: Paint) -> list[str]:
    work = done.workload
    if not work.windows:
        return ["  No batches: no window of a type but web is unbroken, or has more dynos than there are outside."]
    lengths = moments.length(work.shortest)
    if work.longest != work.shortest:
        lengths += f" to {moments.length(work.longest)}"
    lines = [f"  A batch of {lengths} begins a minute into each opening of"]
    lines += [f"    {target} {paint.dash} {window} ({number})" for target, window, number in work.windows]
    lines += ["  It takes one dyno, and does not survive it."]
    lines += [
        f"  By arithmetic {run.expected:.1f} of them meet a daily restart {run.name}: "
        f"one of 4 h does with a chance of 4 in {ERA}."
        for run in done.runs
        if run.expected is not None
    ]
    return lines


def _sum(done: Simulation) -> str:
    """Of 260 batches these policies lose none, for $1,825.00; always-on loses 39, for $2,129.17."""
    ours, *others = done.runs
    if not ours.batches:
        return (
            "; ".join(f"{_TITLES[run.name]}: {run.dyno_hours:,.0f} dyno-hours{_price(run)}" for run in done.runs) + "."
        )
    told = f"Of {ours.batches} batches these policies lose {ours.killed.all or 'none'}{_price(ours)}"
    beside = [f"{run.name} loses {run.killed.all or 'none'}{_price(run)}" for run in others]
    return "; ".join([told, *beside]) + "."


def _price(run: Run) -> str:
    return "" if run.dollars is None else f", for {_dollars(run)}"


def _again(done: Simulation) -> str:
    work = done.workload
    batch = f"{_short(work.shortest)}..{_short(work.longest)}"
    options = ["--from", f"{moment(done.start):%Y-%m-%dT%H:%M}+00:00", "--for", _short(done.until - done.start)]
    options += ["--batch", batch, "--seed", str(done.seed)]
    options += [part for run in done.runs[1:] for part in ("--compare", run.name)]
    return shlex.join(["autoscaler", "simulate", done.policies.file, *options])


def _short(seconds: int) -> str:
    """1d12h, as options take it."""
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // 60
    parts = [f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if number]
    return "".join(parts)
