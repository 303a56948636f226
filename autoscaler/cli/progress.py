"""How far long work is: bars on a terminal, which vanish when it is done; nothing elsewhere."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Reached = Callable[[int], None]
"""Told how much of a task is done."""


def shown() -> bool:
    """Whether somebody looks. NO_COLOR takes the bars' colours, not the bars."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def progress(tasks: Sequence[tuple[str, int]]) -> Iterator[list[Reached]]:
    """One bar a task, of a name and how much there is to do, on stderr: what is piped stays as it is."""
    if not shown():
        yield [lambda done: None for _ in tasks]  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        added = [bars.add_task(name, total=total) for name, total in tasks]

        def reached(task: TaskID) -> Reached:
            return lambda done: bars.update(task, completed=done)

        yield [reached(task) for task in added]
