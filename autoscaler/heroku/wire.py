"""The shapes on the wire: an answer is read strictly or not at all, never half and never mended.

A quantity read wrongly would be acted upon, so `"2"`, `2.0`, `true` and `null` are no quantities here, although
Heroku's own command-line client would take some of them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from autoscaler.core.platform import Dyno, Live, OneOff, Write

T = TypeVar("T")

_Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[-.\w]+$")]
_Quantity = Annotated[int, Field(ge=0, le=1_000_000)]


class Unreadable(Exception):
    """An answer that is not what the Platform API reference promises; the text says in what."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _DynoSize(_Strict):
    name: _Name


class _Process(_Strict):
    """One entry of a formation (Platform API reference, "Formation"); `size` is its deprecated plain spelling."""

    type: _Name
    quantity: _Quantity
    dyno_size: _DynoSize | None = None
    size: _Name | None = None

    def live(self) -> Live:
        """Sizes in lower case: Cedar answers Standard-1X, Fir dyno-2c-1gb, and either takes any case."""
        name = self.dyno_size.name if self.dyno_size else self.size
        if name is None:
            raise Unreadable(f"no dyno size is given for {self.type}")
        return Live(self.quantity, name.casefold())


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


class Complaint(_Strict):
    """The body of an error (Platform API reference, "Errors"). Empty in whatever the answer did not tell in words."""

    id: str = ""
    message: str = ""
    resource: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _words_only(cls, value: object) -> str:
        return value if isinstance(value, str) else ""


_FORMATION = TypeAdapter(list[_Process])
_DYNOS = TypeAdapter(list[_Dyno])


def read_formation(body: bytes) -> dict[str, Live]:
    """A formation list, by process type. Raises Unreadable."""
    try:
        processes = _FORMATION.validate_json(body)
    except ValidationError as error:
        raise Unreadable(_first(error, body)) from None
    types: dict[str, Live] = {}
    for process in processes:
        add(types, {process.type: process.live()})
    return types


def read_dynos(body: bytes) -> dict[str, Dyno]:
    """A dyno list, by id. Raises Unreadable."""
    try:
        listed = _DYNOS.validate_json(body)
    except ValidationError as error:
        raise Unreadable(_first(error, body)) from None
    dynos: dict[str, Dyno] = {}
    for entry in listed:
        add(dynos, {entry.id: entry.dyno()})
    return dynos


def read_dyno(body: bytes) -> Dyno:
    """One dyno. Raises Unreadable."""
    try:
        return _Dyno.model_validate_json(body).dyno()
    except ValidationError as error:
        raise Unreadable(_first(error, body)) from None


def add(found: dict[str, T], more: Mapping[str, T]) -> None:
    """Put `more` into `found`. Raises Unreadable if a process type, or a dyno, is told twice."""
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
