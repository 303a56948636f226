"""The sandbox as the program that starts it has it in hand: apps, work for their dynos, counts."""

import random
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoscaler.sandbox import queues
from autoscaler.sandbox.agenda import advance
from autoscaler.sandbox.autoscaling import autoscale
from autoscaler.sandbox.crashes import crash
from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.jobs import Job, Work
from autoscaler.sandbox.life import PREBOOT, release, settle
from autoscaler.sandbox.sizes import SIZES
from autoscaler.sandbox.state import REQUESTS_AN_HOUR, Coming, Now, State
from autoscaler.sandbox.tally import Tally
from autoscaler.sandbox.things import ONE_OFF, App, ProcessType, Release


@dataclass(slots=True, repr=False)
class World(State):
    """The state, and what is done with it from outside Heroku's API. Unknown names raise ValueError."""

    @classmethod
    def of(
        cls, apps: Mapping[str, Mapping[str, str]], *, now: Now, seed: int = 0, age: timedelta = timedelta()
    ) -> "World":
        """A world with these apps, each a mapping of process types to sizes: web at 1, everything else at 0.

        They were made, and their dynos born, `age` ago. Raises ValueError for a size that Heroku does not have.
        """
        began = now() - age
        world = cls(lambda: began, random.Random(seed), {}, REQUESTS_AN_HOUR, began, seed)
        for name, types in apps.items():
            world.create(name, types)
        world.now = now
        return world

    def create(self, name: str, types: Mapping[str, str], team: str = "", *, joined: bool = True) -> App:
        """A new app, deployed once; one of a `team` may be one that the account has not joined. Raises ValueError."""
        if name in self.apps:
            raise ValueError(f"there is an app of this name: {name}")
        keys, now = {kind: _size_key(size) for kind, size in types.items()}, self.now()
        app = App(self.new_id(f"app:{name}"), name, now, now, team=team, joined=joined or not team)
        app.releases.append(Release(self.new_id("release"), 1, "Initial release", now))
        for kind, key in keys.items():
            quantity = 1 if kind == "web" else 0
            app.formation[kind] = ProcessType(self.new_id("formation"), kind, quantity, key, f"bin/{kind}", now, now)
        self.apps[name] = app
        settle(self, app)
        return app

    def delete(self, name: str) -> None:
        """An app is no more, its dynos and jobs with it. Raises ValueError."""
        app = self.app(name)
        self.advance()
        del self.apps[name]
        for gone in (app.formation, app.dynos, app.ending, app.queues, app.errands):
            gone.clear()
        self.note("deleted", app, name)

    def release(self, app: str, description: str = "Deploy", seconds: float = PREBOOT.total_seconds()) -> int:
        """A deploy: its version. Where the app has preboot on, that takes `seconds`. Raises ValueError."""
        self.advance()
        found = self.app(app)
        release(self, found, description, timedelta(seconds=seconds))
        return found.releases[-1].version

    def autoscale(self, app: str, quantity: int) -> None:
        """Heroku's own autoscaling gives web so many dynos. Raises ValueError where it could not."""
        self.advance()
        autoscale(self, self.app(app), quantity)

    def advance(self) -> None:
        """Bring every dyno and job to the present; whoever asks over HTTP does so by asking."""
        advance(self)

    def quantity(self, app: str, kind: str) -> int:
        """How many dynos a process type has been given."""
        return self._process(app, kind).quantity

    def size(self, app: str, kind: str) -> str:
        """A process type's size in Heroku's spelling."""
        return SIZES[self._process(app, kind).size].name

    def fail(self, fault: Fault) -> None:
        """Answer the requests that `fault` is about as it says."""
        if fault.stale:
            self.advance()
            self.past = deepcopy(self.apps)
        self.faults.append(fault)

    def give(self, app: str, kind: str, work: Work, at: datetime | None = None) -> Job:
        """Work for the next free dyno of a process type: it waits from `at` on (aware), which is now if left out."""
        self.advance()
        now, kind = self.now(), self._process(app, kind).type
        job = self._job(app, kind, "", work, max(at or now, now))
        self.plan(job.given, Coming.ARRIVE, self.apps[app], job)
        self.advance()
        return job

    def give_one_off(self, app: str, command: str, work: Work) -> Job:
        """Work for the next one-off to come up whose command contains `command`. Raises ValueError if that is empty."""
        if not command:
            raise ValueError("command is a part of the one-off's command, not empty")
        self.advance()
        job = self._job(app, ONE_OFF, command, work, self.now())
        queues.arrive(self, self.apps[app], job, job.given)
        return job

    def crash(self, app: str, dyno: str) -> None:
        """The process of a dyno ends with status 1, now. Raises ValueError if it has crashed already."""
        self.advance()
        found = self.app(app).dynos.get(dyno)
        if found is None:
            raise ValueError(f"no such dyno in {app}: {dyno}")
        if found.crashed_at is not None:
            raise ValueError(f"{dyno} of {app} has crashed already")
        crash(self, self.apps[app], found, 1, self.now())

    def unfinished(self, app: str, kind: str) -> int:
        """How many jobs of a process type wait or are being done now; those of one-offs count under `run`."""
        self.advance()
        found = self.app(app)
        if kind != ONE_OFF:
            self._process(app, kind)
        return queues.waiting(found, kind) + queues.running(found, kind)

    def tally(self, app: str, kind: str) -> Tally:
        """The counts of a process type as of now: what runs is counted until now."""
        self.advance()
        found, now = self.app(app), self.now()
        tally = deepcopy(found.tallies[kind]) if kind in found.tallies else Tally()
        for dyno in (*found.dynos.values(), *found.ending.values()):
            if dyno.type == kind:
                tally.run(dyno.size, now - dyno.born)
        return tally

    def _job(self, app: str, kind: str, command: str, work: Work, given: datetime) -> Job:
        self.app(app)
        self.numbered += 1
        self.jobs.append(Job(self.numbered, app, kind, command, work, given))
        return self.jobs[-1]

    def app(self, name: str) -> App:
        """Raises ValueError if there is none of this name."""
        if name not in self.apps:
            raise ValueError(f"no such app: {name}; there are {', '.join(self.apps)}")
        return self.apps[name]

    def _process(self, app: str, kind: str) -> ProcessType:
        formation = self.app(app).formation
        if kind not in formation:
            raise ValueError(f"no such process type in {app}: {kind}; there are {', '.join(formation)}")
        return formation[kind]


def _size_key(name: str) -> str:
    """A size as a key of SIZES: in a Shield space too the API speaks of Private sizes (Heroku CLI, `ps:scale`)."""
    key = name.lower().replace("shield-", "private-")
    if key not in SIZES:
        raise ValueError(f"no such dyno size: {name}")
    return key
