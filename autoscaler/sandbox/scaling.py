"""Formation updates: what a client asks for, judged as a whole, then done as a whole."""

import re
from dataclasses import dataclass
from typing import Any

from autoscaler.sandbox.autoscaling import scaled_by_hand
from autoscaler.sandbox.errors import ApiError, bad_request, invalid, not_found
from autoscaler.sandbox.life import settle
from autoscaler.sandbox.sizes import DYNOS_AN_APP, SIZES
from autoscaler.sandbox.state import State
from autoscaler.sandbox.things import App, ProcessType

_QUANTITY = re.compile(r"[+-]?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a process type is to have; `size` is a key of SIZES."""

    process: ProcessType
    quantity: int
    size: str


def scale(world: State, app: App, updates: list[Any]) -> list[ProcessType]:
    """Bring about all updates or, raising ApiError, none. The process types that were named, in the order asked."""
    if app.preboot_until is not None and world.now() < app.preboot_until:
        raise invalid("Cannot change formation for a preboot app until release phase and preboot complete")
    wanted: dict[str, Wanted] = {}
    for update in updates:
        found = _wanted(app, update, wanted)
        wanted[found.process.type] = found
    _judge(app, wanted)
    for found in wanted.values():
        _bring_about(world, app, found)
    if "web" in wanted:
        scaled_by_hand(world, app)
    return [found.process for found in wanted.values()]


def process_type(app: App, name: str) -> ProcessType:
    """A process type by its name or id. Raises ApiError."""
    found = app.formation.get(name) or next((p for p in app.formation.values() if p.id == name), None)
    if found is None:
        raise not_found(f"process type ({name})")
    return found


def _wanted(app: App, update: Any, before: dict[str, Wanted]) -> Wanted:
    if not isinstance(update, dict):
        raise bad_request("Each update must be an object.")
    name = update.get("type", update.get("process", update.get("id")))
    if not isinstance(name, str):
        raise invalid("Each update must name a process type.")
    process = process_type(app, name)
    held = before.get(process.type)
    quantity = held.quantity if held else process.quantity
    size = held.size if held else process.size
    if update.get("quantity") is not None:
        quantity = _quantity(update["quantity"], quantity)
    asked = update.get("dyno_size") or update.get("size")
    return Wanted(process, quantity, size if asked is None else size_key(asked))


def _quantity(asked: object, now: int) -> int:
    """An integer, its digits, or a relative "+1" or "-1", which Heroku's own client sends."""
    if isinstance(asked, bool) or not isinstance(asked, int | str):
        raise invalid(f"Quantity must be an integer, not {asked!r}.")
    if isinstance(asked, str) and not _QUANTITY.fullmatch(asked):
        raise invalid(f"Quantity must be an integer, not {asked!r}.")
    relative = isinstance(asked, str) and asked[0] in "+-"
    quantity = now + int(asked) if relative else int(asked)
    if quantity < 0:
        raise invalid("Quantity must be greater than or equal to 0.")
    return quantity


def size_key(asked: object) -> str:
    """A size by its name in any case, or as an object with its name or id. Raises ApiError."""
    name = (asked.get("name") or asked.get("id")) if isinstance(asked, dict) else asked
    spelled = name.lower() if isinstance(name, str) else ""
    for key, size in SIZES.items():
        if spelled in {key, size.id}:
            return key
    names = ", ".join(size.name for size in SIZES.values())
    raise invalid(f"No such size as {name}. Available dyno sizes are {names}.")


def _judge(app: App, wanted: dict[str, Wanted]) -> None:
    """The rules of dyno types, over the whole app as it would be."""
    after = [wanted.get(p.type) or Wanted(p, p.quantity, p.size) for p in app.formation.values()]
    _judge_tiers(after)
    for found in wanted.values():
        size = SIZES[found.size]
        if found.quantity > size.most and size.most < DYNOS_AN_APP:
            raise invalid(f"Cannot update to more than {size.most} {size.name} size dynos per process type.")
    if sum(found.quantity for found in after) > DYNOS_AN_APP:
        message = f"Cannot update to more than {DYNOS_AN_APP} dynos in total."
        raise ApiError(422, "cannot_update_above_limit", message, more={"limit": DYNOS_AN_APP})


def _judge_tiers(after: list[Wanted]) -> None:
    tiers = {SIZES[found.size].tier for found in after}
    if len(tiers) > 1:
        names = sorted({SIZES[found.size].name for found in after})
        raise invalid(f"Cannot use the following dyno types in the same app: {' and '.join(names)}")


def _bring_about(world: State, app: App, wanted: Wanted) -> None:
    process = wanted.process
    if (process.quantity, process.size) == (wanted.quantity, wanted.size):
        return
    before = f"{process.quantity}:{SIZES[process.size].name}"
    process.quantity, process.size, process.updated_at = wanted.quantity, wanted.size, world.now()
    world.note("scaled", app, process.type, f"{before} to {process.quantity}:{SIZES[process.size].name}")
    settle(world, app)
