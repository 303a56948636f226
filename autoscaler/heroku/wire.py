"""The shapes on the wire: an answer is read strictly or not at all, never half and never mended.

A quantity read wrongly would be acted upon, so `"2"`, `2.0`, `true` and `null` are no quantities here, although
Heroku's own command-line client would take some of them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from autoscaler.core.platform import Dyno, DynoSize, Live, OneOff, Write

T = TypeVar("T")

_Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[-.\w]+$")]
_Quantity = Annotated[int, Field(ge=0, le=1_000_000)]


class Unreadable(Exception):
    """An answer that is not what the Platform API reference promises; the text says in what."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Named(_Strict):
    name: _Name


class _App(_Strict):
    id: _Name


@dataclass(frozen=True, slots=True)
class Process:
    """A process type, and the UUID of its app, empty where it is not told."""

    live: Live
    app_id: str


class _Process(_Strict):
    """One entry of a formation (Platform API reference, "Formation"); `size` is its deprecated plain spelling."""

    type: _Name
    quantity: _Quantity
    dyno_size: _Named | None = None
    size: _Name | None = None
    app: _App | None = None

    def process(self) -> Process:
        """Sizes in lower case: Cedar answers Standard-1X, Fir dyno-2c-1gb, and either takes any case."""
        name = self.dyno_size.name if self.dyno_size else self.size
        if name is None:
            raise Unreadable(f"no dyno size is given for {self.type}")
        return Process(Live(self.quantity, name.casefold()), self.app.id if self.app else "")


class _Release(_Strict):
    version: int


class _Dyno(_Strict):
    """One entry of a dyno list (Platform API reference, "Dyno")."""

    id: _Name
    name: _Name
    type: _Name
    size: _Name
    state: _Name
    command: str = ""
    release: _Release | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    def dyno(self) -> Dyno:
        version = self.release.version if self.release else None
        return Dyno(
            self.id, self.name, self.type, self.size.casefold(), self.state, self.command, version,
            self.created_at.astimezone(UTC), self.updated_at.astimezone(UTC),
        )  # fmt: skip


class _Cost(_Strict):
    cents: int
    unit: str


class _Size(_Strict):
    """One entry of the sizes (Platform API reference, "Dyno Size", whose stability is "prototype")."""

    name: _Name
    cost: _Cost | None = None
    private_space_only: bool = False
    generation: _Named | None = None

    def size(self) -> DynoSize:
        cents = self.cost.cents if self.cost and self.cost.unit == "month" else None
        generation = self.generation.name.casefold() if self.generation else ""
        return DynoSize(self.name.casefold(), cents, self.private_space_only, generation)


class _Addon(_Strict):
    id: _Name
    addon_service: _Named


class _Monitor(_Strict):
    """One entry of the monitors of a process type (Heroku's command-line client, `ps:autoscale`)."""

    is_active: bool
    action_type: str | None = None


class Complaint(_Strict):
    """The body of an error (Platform API reference, "Errors"). Empty in whatever the answer did not tell in words.

    `limit` is how many dynos there may be, in the errors `cannot_run_above_limit` and `cannot_update_above_limit`.
    """

    id: str = ""
    message: str = ""
    resource: str = ""
    limit: int | None = None

    @field_validator("id", "message", "resource", mode="before")
    @classmethod
    def _words_only(cls, value: object) -> str:
        return value if isinstance(value, str) else ""

    @field_validator("limit", mode="before")
    @classmethod
    def _counts_only(cls, value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000 else None


_FORMATION = TypeAdapter(list[_Process])
_DYNOS = TypeAdapter(list[_Dyno])
_NAMES = TypeAdapter(list[_Named])
_SIZES = TypeAdapter(list[_Size])
_ADDONS = TypeAdapter(list[_Addon])
_MONITORS = TypeAdapter(list[_Monitor])


def read_formation(body: bytes) -> dict[str, Process]:
    """A formation list, by process type. Raises Unreadable."""
    return _by_key((entry.type, entry.process()) for entry in _listed(_FORMATION, body))


def read_dynos(body: bytes) -> dict[str, Dyno]:
    """A dyno list, by id. Raises Unreadable."""
    return _by_key((entry.id, entry.dyno()) for entry in _listed(_DYNOS, body))


def read_names(body: bytes) -> dict[str, None]:
    """The names in a list of apps or of teams. Raises Unreadable."""
    return _by_key((entry.name, None) for entry in _listed(_NAMES, body))


def read_sizes(body: bytes) -> dict[str, DynoSize]:
    """A list of dyno sizes, by name. Raises Unreadable."""
    return _by_key((entry.name.casefold(), entry.size()) for entry in _listed(_SIZES, body))


def read_addons(body: bytes) -> dict[str, str]:
    """The services of a list of add-ons, by the add-on's id. Raises Unreadable."""
    return _by_key((entry.id, entry.addon_service.name) for entry in _listed(_ADDONS, body))


def read_monitors(body: bytes) -> bool:
    """Whether one of the monitors in a list is active and scales. Raises Unreadable."""
    return any(entry.is_active and entry.action_type == "scale" for entry in _listed(_MONITORS, body))


def read_dyno(body: bytes) -> Dyno:
    """One dyno. Raises Unreadable."""
    try:
        return _Dyno.model_validate_json(body).dyno()
    except ValidationError as error:
        raise Unreadable(_first(error, body)) from None


def _listed(shape: TypeAdapter[list[T]], body: bytes) -> list[T]:
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        raise Unreadable(_first(error, body)) from None


def _by_key(entries: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for key, entry in entries:
        add(found, {key: entry})
    return found


def add(found: dict[str, T], more: Mapping[str, T]) -> None:
    """Put `more` into `found`. Raises Unreadable if something is told twice."""
    if twice := found.keys() & more.keys():
        raise Unreadable(f"{min(twice)} is in it twice")
    found.update(more)


def read_complaint(body: bytes) -> Complaint:
    """What an error says of itself; never raises: an error without an explanation is one all the same."""
    try:
        return Complaint.model_validate_json(body)
    except ValidationError:
        return Complaint()


def batch_update(writes: Sequence[Write]) -> bytes:
    """The body of PATCH /apps/{app}/formation (Platform API reference, "Formation Batch Update").

    Absolute integers and `dyno_size` by name as the schema has them; the relative strings that the endpoint also
    takes ("+1") would not be safe to send twice.
    """
    return json.dumps({"updates": [_update(write) for write in writes]}, separators=(",", ":")).encode()


def one_off_body(one_off: OneOff) -> bytes:
    """The body of POST /apps/{app}/dynos (Platform API reference, "Dyno Create"), in which a size is plain text.

    Its `type` is left to be `run`, and nobody attaches to it: its output goes to the app's log.
    """
    body: dict[str, Any] = {"command": one_off.command, "attach": False, "time_to_live": one_off.time_to_live}
    if one_off.size is not None:
        body["size"] = one_off.size
    return json.dumps(body, separators=(",", ":")).encode()


def _update(write: Write) -> dict[str, Any]:
    update: dict[str, Any] = {"type": write.type}
    if write.quantity is not None:
        update["quantity"] = write.quantity
    if write.size is not None:
        update["dyno_size"] = {"name": write.size}
    return update


def _first(error: ValidationError, body: bytes) -> str:
    """The first fault of an answer, without what was in it: it may be anything, even a page of HTML."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if fault["type"] == "json_invalid":
        return f"{len(body)} bytes that are not JSON"
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]
