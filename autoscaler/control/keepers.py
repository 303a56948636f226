"""One keeper for each app of the file in force."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from autoscaler.control.keeper import Keeper
from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.control.people import People
from autoscaler.control.pins import Pins
from autoscaler.control.road import Road
from autoscaler.control.scribe import Scribe
from autoscaler.core.clock import Clock
from autoscaler.core.guard import Ourselves
from autoscaler.core.memory import Memory
from autoscaler.core.pace import BEATS_AN_HOUR, beat_for, reads_of_each
from autoscaler.core.platform import Platform
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober


@dataclass(slots=True)
class Keepers:
    """What each keeper is handed, and the keepers by their apps' names."""

    platform: Platform
    clock: Clock
    ourselves: Ourselves
    prober: Prober | None
    memory: Memory | None
    scribe: Scribe
    pins: Pins
    neighbourhood: Neighbourhood
    _by_app: dict[str, Keeper] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._by_app)

    def __iter__(self) -> Iterator[Keeper]:
        return iter(self._by_app.values())

    @property
    def apps(self) -> set[str]:
        return set(self._by_app)

    def keeps(self, keeper: Keeper) -> bool:
        """Whether the keeper has not been replaced by that of a newer file."""
        return self._by_app.get(keeper.app) is keeper

    def wait(self, keeper: Keeper, beat: float | None) -> float:
        """Seconds from a turn of one of them to its next; a beat set by hand is taken as it is."""
        return wait_for(keeper, self._by_app.values(), beat)

    def take_up(self, policies: Policies) -> None:
        """A new file: its keepers take the place of those of the old one."""
        self._by_app = {app: self._keeper(app, policies.only([app])) for app in policies.apps}

    def take_over(self, policies: Policies) -> None:
        """The same file, whose globs match other apps now: who was there goes on."""
        here = self._by_app
        self._by_app = {app: here.get(app) or self._keeper(app, policies.only([app])) for app in policies.apps}

    def _keeper(self, app: str, policies: Policies) -> Keeper:
        road = Road(self.platform, policies, self.ourselves, self.prober, self.neighbourhood)
        before = self._by_app.get(app)
        people = People(policies, self.scribe, self.pins)
        if before is not None and before.people is not None:  # who changed what is told by its own records
            people = before.people
            people.policies = policies
        keeper = Keeper(app, road, self.clock, self.memory, people)
        if before is not None:  # what the old file began must have ended before the new one acts
            keeper.task = before.task
        return keeper


def wait_for(keeper: Keeper, keepers: Collection[Keeper], beat: float | None) -> float:
    """Seconds from a turn of `keeper`, one of `keepers`, to the next: fewer while its app is not as wanted.

    Those that are not share what the others leave of the reads.
    """
    usual = beat_for(len(keepers), beat)
    if keeper.converged:
        return usual
    lagging = sum(not other.converged for other in keepers)
    left = BEATS_AN_HOUR - (len(keepers) - lagging) * reads_of_each(len(keepers))
    return min(usual, beat_for(lagging, beat, max(left, 1)))
