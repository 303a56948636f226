"""What only shows in the long run: memory, descriptors, and how much of the rate limit is used."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.torture.faked import at
from tests.torture.longer import Long, Result, place
from tests.torture.processes import daemon, poll
from tests.torture.wanted import calm

TICKS = 10_000


def _size(pid: int) -> tuple[int, int]:
    """Resident kilobytes, and open descriptors."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0])
    return resident, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _growth() -> Result:
    """10,000 reads a second apart, every second minute of one app's failing in one of five ways."""
    result = Result()
    faults = (
        {"status": 500},
        {"drop": "before"},
        {"status": 200, "body": "[{}]"},
        {"drop": "within"},
        {"hang": "before"},
    )
    with place(40) as here, daemon(here.folder, here.clock, here.heroku.url, AUTOSCALER_BEAT="1") as running:
        result.demand(poll(lambda: here.right, 20), "it did not converge")
        here.wait(60)
        sizes, turn, deadline = [], 0, here.clock.now() + timedelta(hours=4)
        while (ticks := len(here.heroku.requests())) < TICKS and here.clock.now() < deadline:
            here.heroku.fail(path="/apps/shop/", **faults[turn % len(faults)])
            here.wait(60)
            here.heroku.heal()
            here.wait(60)
            sizes.append((ticks, *_size(running.process.pid)))
            turn += 1
        result.demand(ticks >= TICKS, f"only {ticks} requests")
        early = [size for size in sizes if TICKS / 5 <= size[0] < TICKS / 2]
        late = [size for size in sizes if size[0] >= TICKS / 2]
        memory = max(one[1] for one in late) - max(one[1] for one in early)
        descriptors = max(one[2] for one in late) - max(one[2] for one in early)
        result.demand(memory <= 1500, f"resident memory grew by {memory} kB: {sizes}")
        result.demand(descriptors <= 2, f"{descriptors} more descriptors: {sizes}")
        result.demand(running.end()[0] == 0, "it did not exit with 0")
        result.measured = (
            f"{ticks:,} requests: {memory:+} kB of {late[-1][1]:,}, {descriptors:+} descriptors of {late[-1][2]}"
        )
    return result


def _hour(apps: int, **fault: object) -> Result:
    """An hour in which every read fails: how many are sent."""
    result = Result()
    with place(60, calm(apps)) as here, daemon(here.folder, here.clock, here.heroku.url) as running:
        result.demand(poll(lambda: bool(running.said("tick")), 20), "it did not begin")
        here.wait(60)
        here.heroku.fail(method="GET", path="/apps/", **fault)
        began = here.clock.now()
        here.wait(3600)
        end = here.clock.now()
        reads = [row for row in here.heroku.requests() if row["method"] == "GET" and began <= at(row["at"]) < end]
        result.demand(len(reads) <= 450, f"{len(reads)} reads in an hour")
        result.demand(running.end()[0] == 0, "it did not exit with 0")
        result.measured = f"{len(reads)} reads in an hour, {len(reads) / 45:.1f} % of 4,500"
    return result


TRIALS = (
    Long("10,000 ticks, one app failing half the time", _growth),
    Long("an hour of 500, 1 app", partial(_hour, 1, status=500)),
    Long("an hour of 500, 2 apps", partial(_hour, 2, status=500)),
    Long("an hour of 500, 7 apps", partial(_hour, 7, status=500)),
    Long("an hour without answers, 7 apps", partial(_hour, 7, hang="before")),
    Long("an hour of 500, 20 apps", partial(_hour, 20, status=500)),
    Long("an hour without a fault, 20 apps", partial(_hour, 20, delay=0)),
)
