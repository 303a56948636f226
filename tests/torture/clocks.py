"""Clocks that are wrong, clocks that jump, and a daemon that is stopped for a while."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.torture.faked import Faked, jumping
from tests.torture.longer import Long, Place, Result, place
from tests.torture.processes import Running, daemon, poll, sandbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _off(off: timedelta) -> Result:
    """The daemon's clock is wrong from its start on, Heroku's is right: it holds everything and says why."""
    result = Result()
    with place(20) as here, daemon(here.folder, here.clock, here.heroku.url, **here.clock.environ(off)) as running:
        result.demand(poll(lambda: bool(running.said("started")), 20), "it did not start")
        here.wait(240)
        alarms = running.said("unconverged")
        told = [line.text for line in running.lines if "clock" in line.text and line not in alarms]
        status, took = running.end()
        result.demand(not list(here.writes()), "something was written")
        result.demand(bool(told), "nothing is said about the clock")
        # Once for each process type, and anew where there was nothing to hold at an edge in between.
        result.demand(len(told) <= 6, f"it is said {len(told)} times")
        result.demand(status == 0, f"exit {status}")
        result.measured = f"nothing written, said {len(told)} times for 3 process types, exit {status} in {took:.1f} s"
    return result


class _Hands:
    """The hands of a process's wall clock, which can be set while it runs."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        self._behind = start - datetime.now(UTC)
        self.turn(timedelta(0))

    def turn(self, by: timedelta) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{(self._behind + by).total_seconds():+.3f}\n")
        new.replace(self._file)


@contextmanager
def _jumping(start: datetime, folder: Path) -> Iterator[tuple[Place, Running, list[_Hands]]]:
    """A daemon and a sandbox at the machine's own speed, each with hands of its own."""
    clock, files = Faked(start), [folder / "heroku", folder / "daemon"]
    hands = [_Hands(file, start) for file in files]
    theirs, ours = (_Jumping(start, file) for file in files)
    with (
        sandbox(folder, theirs) as heroku,
        daemon(folder, ours, heroku.url, AUTOSCALER_BEAT="2") as running,
    ):
        yield Place(folder, clock, heroku), running, hands


class _Jumping(Faked):
    def __init__(self, start: datetime, file: Path) -> None:
        super().__init__(start)
        object.__setattr__(self, "_file", file)

    def environ(self, off: timedelta = timedelta(0)) -> dict[str, str]:  # noqa: ARG002 the hands have it
        return jumping(self._file)  # type: ignore[attr-defined]


def _jump(by: timedelta) -> Result:
    """The daemon's clock alone is set, across an edge, and set right again: held meanwhile, right in a beat (2 s)."""
    result, start = Result(), datetime(2026, 11, 24, 12, 1, 46, tzinfo=UTC)
    with place(1, start=start) as other, _jumping(start, other.folder) as (here, running, hands):
        result.demand(poll(lambda: here.right, 12), "it did not converge")
        hands[1].turn(by)
        here.wait(3)
        before = len(list(here.writes()))
        here.clock.until(start + timedelta(seconds=20))  # the edge was at the fourteenth
        result.demand(len(list(here.writes())) == before, "something was written with the wrong clock")
        hands[1].turn(timedelta(0))
        began = here.clock.now()
        result.demand(poll(lambda: here.right, 5), "it was not right 5 s after the clock was right again")
        took = (here.clock.now() - began).total_seconds()
        status, _ = running.end()
        result.demand(status == 0, f"exit {status}")
        result.measured = f"held; right {took:.1f} s after the clock was"
    return result


def _jump_together(by: timedelta) -> Result:
    """Both clocks are set: right for the new time in a beat (2 s)."""
    result, start = Result(), datetime(2026, 11, 24, 12, 4, 5, tzinfo=UTC)
    with place(1, start=start) as other, _jumping(start, other.folder) as (here, running, hands):
        result.demand(poll(lambda: here.right, 12), "it did not converge")
        for hand in hands:
            hand.turn(by)
        then = Place(here.folder, Faked(here.clock.now() + by), here.heroku)
        result.demand(not then.right, "the jump changes nothing: the trial is wrong")
        began = then.clock.now()
        result.demand(poll(lambda: then.right, 6), "it was not right 6 s after the jump")
        took = (then.clock.now() - began).total_seconds()
        status, _ = running.end()
        result.demand(status == 0, f"exit {status}")
        result.measured = f"right for the new time in {took:.1f} s"
    return result


def _stopped() -> Result:
    """SIGSTOP for 10 minutes, 30 s of the machine's: right within a beat after SIGCONT, and nothing outdated sent."""
    result = Result()
    with place(20) as here, daemon(here.folder, here.clock, here.heroku.url) as running:
        result.demand(poll(lambda: here.right, 20), "it did not converge")
        running.process.send_signal(signal.SIGSTOP)
        here.wait(600)
        running.process.send_signal(signal.SIGCONT)
        began = here.clock.now()
        here.wait(66)
        end = here.clock.now()
        took = here.late(began, end)
        result.demand(took <= 66, "it was not right a beat later")
        here.wait(120)
        result.demand(here.late(end, here.clock.now()) <= 10, "it was late afterwards")
        result.broken += here.wrong_values()
        status, _ = running.end()
        result.demand(status == 0, f"exit {status}")
        result.measured = f"right {took:.0f} s after SIGCONT"
    return result


def _stopped_often() -> Result:
    """SIGSTOP at 20 random moments for up to 3 minutes, while reads and changes take 3 s each."""
    result, chance = Result(), random.Random(5)
    with place(20) as here, daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_BEAT="10") as running:
        result.demand(poll(lambda: here.right, 20), "it did not converge")
        here.heroku.fail(delay=3)
        for _ in range(20):
            here.wait(chance.uniform(5, 40))
            running.process.send_signal(signal.SIGSTOP)
            here.wait(chance.uniform(5, 180))
            running.process.send_signal(signal.SIGCONT)
        here.heroku.heal()
        here.wait(30)
        end = here.clock.now()
        here.wait(60)
        result.demand(here.late(end, here.clock.now()) <= 10, "it was late afterwards")
        result.broken += here.wrong_values()
        result.measured = f"{len(list(here.writes()))} values written, each right at its time"
        result.demand(running.end()[0] == 0, "it did not exit with 0")
    return result


def _sign(by: timedelta) -> str:
    return f"{'+' if by > timedelta(0) else '-'}{'1 h' if abs(by) < DAY else '1 day'}"


_BOTH = (HOUR, -HOUR, DAY, -DAY)
MINUTE = timedelta(minutes=1)
TRIALS = (
    *(Long(f"clock {_sign(by)} from the start, Date right", partial(_off, by)) for by in _BOTH),
    *(Long(f"clock jumps {_sign(by)} and back, Date right", partial(_jump, by), quick=by == HOUR) for by in _BOTH),
    *(
        Long(f"clock jumps {_sign(by)} and 2 minutes, Date follows", partial(_jump_together, by + 2 * MINUTE))
        for by in _BOTH
    ),
    Long("SIGSTOP for 10 minutes", _stopped),
    Long("SIGSTOP at 20 random moments, answers after 3 s", _stopped_often),
)
