"""What Heroku tells of what is around formations: apps, dyno sizes, and its own autoscaling."""

from collections.abc import Sequence
from dataclasses import dataclass

from autoscaler.core.platform import DynoSize, Gone, PlatformError, Refused, Transient
from autoscaler.heroku.errors import ACCOUNT, unreadable
from autoscaler.heroku.reading import Question, Reader, path
from autoscaler.heroku.sender import Order, Sender
from autoscaler.heroku.wire import Unreadable, read_addons, read_monitors, read_names, read_sizes

METRICS_DEADLINE = 3.0
"""Seconds: a first write to web waits for this answer, and may go without it."""


@dataclass(frozen=True, slots=True)
class Around:
    """Asks the Platform API through `reader`, and the host of Heroku's own autoscaling through `metrics`."""

    reader: Reader
    metrics: Sender

    async def apps(self) -> Sequence[str]:
        """The names of all apps that the token may see, in code-point order. Raises PlatformError.

        /apps has the account's own and those that it works on, in teams too (heroku/cli, `apps --all`); a team's list
        has those of the team as well that the account has not joined (schema, "team-app": `joined`). Teams that the
        token may not ask are left out.
        """
        found = await self._names("list the apps", "/apps")
        for team in sorted(await self._if_allowed("list the teams", "/teams")):
            found |= await self._if_allowed(f"list the apps of {team}", path("teams", team, "apps"))
        return sorted(found)

    async def sizes(self) -> Sequence[DynoSize]:
        """Every dyno size that there is. Raises PlatformError."""
        found, _ = await self.reader.read(Question(ACCOUNT, "list the dyno sizes", "/dyno-sizes"), read_sizes)
        return list(found.values())

    async def sizes_for(self, app: str) -> Sequence[DynoSize]:
        """Those that the app's dynos may have. Raises PlatformError."""
        question = Question(app, "list the sizes for its dynos", path("apps", app, "available-dyno-sizes"))
        found, _ = await self.reader.read(question, read_sizes)
        return list(found.values())

    async def addons(self, app: str) -> Sequence[str]:
        """The services of the app's add-ons, by name. Raises PlatformError."""
        question = Question(app, "list the add-ons", path("apps", app, "addons"))
        found, _ = await self.reader.read(question, read_addons)
        return sorted(set(found.values()))

    async def autoscaled(self, app: str, app_id: str) -> bool:
        """Whether Heroku's own autoscaling is on for the app's web, asked once and within METRICS_DEADLINE.

        Raises Transient, whatever went wrong: what this host refuses, and to whom, is documented nowhere.
        """
        if not app_id:
            raise Transient(f"{app}: its id is not known, without which Heroku's own autoscaling cannot be asked about")
        where = path("apps", app_id, "formation", "web", "monitors")
        order = Order(app, "tell whether its own autoscaling is on", "GET", where, lambda: None, once=True)
        try:
            answer, asked = await self.metrics.send(order)
        except PlatformError as error:
            text = f"{error}: nobody knows whether Heroku's own autoscaling is on for web (AUTOSCALER_METRICS_URL)"
            raise Transient(text, request_id=error.request_id) from None
        try:
            return read_monitors(answer.body)
        except Unreadable as error:
            raise unreadable(str(error), asked) from None

    async def _names(self, deed: str, where: str) -> set[str]:
        found, _ = await self.reader.read(Question(ACCOUNT, deed, where, "look"), read_names)
        return set(found)

    async def _if_allowed(self, deed: str, where: str) -> set[str]:
        try:
            return await self._names(deed, where)
        except (Refused, Gone):
            return set()
