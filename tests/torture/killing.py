"""A daemon that is ended at any moment, and daemons beside each other."""

import random
import signal
from datetime import timedelta
from functools import partial

from tests.torture.longer import Long, Place, Result, place
from tests.torture.processes import Running, daemon, poll
from tests.torture.wanted import FILE

BEAT = "10"


def _ended(signum: signal.Signals, times: int, seed: int) -> Result:
    """A daemon is started and ended `times` times; requests take 2 s, so that many are cut in the middle."""
    result, chance, before = Result(), random.Random(seed), 0
    longest = 0.0
    with place(20) as here:
        here.heroku.fail(delay=2)
        for number in range(times):
            with daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_BEAT=BEAT) as running:
                if number % 2:  # every other one only after it has begun
                    poll(lambda running=running: bool(running.said("started")), 20)  # type: ignore[misc]
                here.wait(chance.uniform(0, 35))
                begun, at = bool(running.said("started")), here.clock.now()
                before += not begun
                status, took = running.end(signum)
                longest = max(longest, took)
                result.broken += _judged(here, running, (signum, status, took, begun), at + timedelta(seconds=3))
        here.heroku.heal()
        with daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_BEAT=BEAT) as running:
            poll(lambda: bool(running.said("started")), 20)
            result.demand(poll(lambda: here.right, 3), "the next one was not right in a minute")
            running.end()
        result.broken += here.wrong_values()
        writes = len(list(here.writes()))
    result.measured = f"{times} times, {before} of them before it had begun; {writes} values written, each right; "
    result.measured += f"the longest end took {longest:.1f} s" if signum == signal.SIGTERM else "the next one was right"
    return result


def _judged(here: Place, running: Running, ended: tuple[int, int, float, bool], until: object) -> list[str]:
    signum, status, took, begun = ended
    if signum == signal.SIGKILL:
        return []
    broken = [] if took <= 5 else [f"SIGTERM: it took {took:.1f} s"]
    # Before Python has got as far as our first line, nobody can answer a signal in our name.
    if status != 0 and (begun or status != -signal.SIGTERM):
        broken.append(f"SIGTERM: exit {status}: {''.join(running.errors)[-300:]}")
    broken += [f"{when:%T} {app} was written after SIGTERM" for when, app, _ in here.writes() if when > until]  # type: ignore[operator]
    return broken


def _kill_every_20_s() -> Result:
    """SIGKILL every 20 s for 5 minutes, on a clock twice as fast: a start takes a second or two of the machine's."""
    result = Result()
    with place(2) as here:
        began = here.clock.now()
        for _ in range(15):
            with daemon(here.folder, here.clock, here.heroku.url) as running:
                here.wait(20)
                running.end(signal.SIGKILL)
        late = here.late(began + timedelta(seconds=20), here.clock.now())
        result.demand(late <= 20, f"something was not as wanted for {late:.0f} s")
        result.broken += here.wrong_values()
        result.measured = f"never more than {late:.0f} s late; {len(list(here.writes()))} values written"
    return result


def _two_alike() -> Result:
    """Two daemons with the same file for 10 minutes: as right as one, and no write against another."""
    result = Result()
    with (
        place(20) as here,
        daemon(here.folder, here.clock, here.heroku.url) as one,
        daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_STATE="other.sqlite3") as two,
    ):
        result.demand(poll(lambda: here.right, 20), "they did not converge")
        began = here.clock.now()
        here.wait(600)
        late = here.late(began, here.clock.now())
        result.demand(late <= 10, f"something was not as wanted for {late:.0f} s")
        result.broken += here.wrong_values()
        statuses = [running.end()[0] for running in (one, two)]
        result.demand(statuses == [0, 0], f"exits {statuses}")
        scaled = sum(row["kind"] == "scaled" for row in here.heroku.happenings())
        result.measured = f"{len(list(here.writes()))} values written for {scaled} changes; never {late + 1:.0f} s late"
    return result


def _two_files() -> Result:
    """An old file and a new one for 5 minutes, as in a deploy; then the old one ends, and the new one holds."""
    result = Result()
    with place(20) as here:
        (here.folder / "old.yaml").write_text(
            FILE.replace("quantity: 5", "quantity: 7").replace("quantity: 4", "quantity: 6")
        )
        with (
            daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_POLICIES="old.yaml") as old,
            daemon(here.folder, here.clock, here.heroku.url) as new,
        ):
            result.demand(poll(lambda: bool(old.said("started") and new.said("started")), 20), "they did not start")
            here.wait(300)
            fought = len(list(here.writes()))
            status, _ = old.end()
            result.demand(status == 0, f"exit {status}")
            ended = here.clock.now()
            here.wait(70)
            since = here.clock.now()
            here.wait(120)
            late = here.late(since, here.clock.now())
            result.demand(
                late <= 10, f"the new file's values did not hold a beat after the old one had ended at {ended:%T}"
            )
            result.demand(new.end()[0] == 0, "the new one did not exit with 0")
            result.measured = f"{fought} values written by both in 5 minutes; then the new file held"
    return result


TRIALS = (
    Long("SIGTERM at 100 random moments", partial(_ended, signal.SIGTERM, 100, 1)),
    Long("SIGTERM at 100 other moments", partial(_ended, signal.SIGTERM, 100, 2)),
    Long("SIGKILL at 100 random moments", partial(_ended, signal.SIGKILL, 100, 3)),
    Long("SIGKILL at 100 other moments", partial(_ended, signal.SIGKILL, 100, 4)),
    Long("SIGTERM at 5 random moments", partial(_ended, signal.SIGTERM, 5, 5), quick=True),
    Long("SIGKILL every 20 s", _kill_every_20_s),
    Long("two daemons with the same file", _two_alike, quick=True),
    Long("two daemons with different files", _two_files),
)
