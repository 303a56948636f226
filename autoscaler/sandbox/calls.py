"""One call of the Platform API: what was asked, what is answered, and who answers it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autoscaler.sandbox.errors import bad_request, not_found
from autoscaler.sandbox.things import App, Dyno
from autoscaler.sandbox.world import World

APP = "/apps/{app}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the names in its path, and its body."""

    world: World
    path: dict[str, str]
    body: Any

    @property
    def app(self) -> App:
        """The app of the path, by name or id. Raises ApiError."""
        name = self.path["app"]
        found = self.world.apps.get(name) or next((a for a in self.world.apps.values() if a.id == name), None)
        if found is None:
            raise not_found("app")
        return found

    @property
    def dyno(self) -> Dyno:
        """The dyno of the path, by name or id. Raises ApiError."""
        name, dynos = self.path["dyno"], self.app.dynos
        found = dynos.get(name) or next((one for one in dynos.values() if one.id == name), None)
        if found is None:
            raise not_found("dyno")
        return found

    @property
    def fields(self) -> dict[str, Any]:
        """The body as an object. Raises ApiError."""
        if not isinstance(self.body, dict):
            raise bad_request("The request body must be a JSON object.")
        return self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; a list may be asked for in ranges by `keys`."""

    body: Any
    status: int = 200
    keys: tuple[str, ...] = field(default=("id",))


@dataclass(frozen=True, slots=True)
class Route:
    """`access` is a key of gate.SCOPES, or gate.ONE_OFF."""

    method: str
    path: str
    access: str
    answer: Callable[[Call], Answer]
