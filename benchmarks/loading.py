"""A file of a thousand windows from bytes to policies, beside PyYAML's C loader, which only parses it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from autoscaler import load_policies
from benchmarks import workload
from benchmarks.workload import Candidate, as_it_is

OURS, BOUND, PEER = "autoscaler load_policies", "C parser's events alone", "PyYAML CSafeLoader"


def events(path: Path) -> int:
    """How many events there are: nothing is made of them."""
    return sum(1 for _ in yaml.parse(path.read_bytes(), yaml.CSafeLoader))


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policies.yaml"
        path.write_text(workload.file(workload.windows()))
        lines = len(path.read_text().splitlines())
        agreed(path)
        runs: dict[str, Callable[[], object]] = {
            OURS: partial(load_policies, str(path)),
            BOUND: partial(events, path),
            PEER: partial(_loaded, path),
        }
        candidates = [Candidate(name, as_it_is(run), 1, 9) for name, run in runs.items()]
        for collecting in (True, False):
            taken = workload.measured(candidates, collecting)
            collector = "as Python sets it" if collecting else "off"
            title = f"Loading 1,000 windows ({lines:,} lines), collector {collector}; {workload.load()}"
            workload.table(title, "ms/file", taken, OURS, 1e-6)


def _loaded(path: Path) -> object:
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)


def agreed(path: Path) -> None:
    """AssertionError where ours has read other windows than are in the file."""
    told = _loaded(path)
    assert isinstance(told, dict)
    policies = load_policies(str(path)).policies
    ours = {(p.target.app, p.target.type): [(w.name, w.quantity) for w in p.windows] for p in policies}
    theirs = {
        (app, kind): [(window["name"], window["quantity"]) for window in written["windows"]]
        for app, section in told["apps"].items()
        for kind, written in section["formation"].items()
    }
    assert ours == theirs, "other windows than PyYAML's"
