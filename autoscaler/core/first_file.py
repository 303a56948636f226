"""A first policy file: what is running now, as the quantity outside every window."""

from collections.abc import Sequence

from autoscaler.core.drafts import Draft, DraftApp, DraftType, DraftWindow
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Target
from autoscaler.core.sizes import SIZES

_TEACHING = (
    "Windows say when it differs. The first in the list that is open speaks; none open: the type's own values.",
    "A window belongs to the day on which it starts: Friday's night ends on Saturday morning. What this file does not "
    "name is never touched.",
    "`autoscaler check` finds every fault, `autoscaler plan` shows what would change, and when; neither changes "
    "anything. All the words: docs/policies.md",
)
_NO_SCALING = {"release", "rake", "console"}
"""Types that run as one-off dynos (Dev Center, "Release Phase" and "Ruby Support"): they are at 0 for ever."""

_LARGEST = 9999


def first_file(timezone: str, formations: Sequence[Formation], ourselves: Ourselves, told: str) -> Draft | None:
    """What the apps have; `told` says when. None where there is nothing to scale.

    Our own process type is left out, and so is what cannot be scaled by the clock, with a comment.
    """
    found = [(formation, _types(formation, ourselves)) for formation in formations]
    apps = tuple(DraftApp(formation.app, types, _left_out(formation, ourselves)) for formation, types in found if types)
    notes = [f"When how many dynos run. At {told} these quantities and sizes were live.", *_TEACHING]
    notes += [f"{formation.app} is left out: it has nothing to scale." for formation, types in found if not types]
    return Draft(timezone, apps, tuple(notes)) if apps else None


def example(timezone: str, apps: Sequence[str] = ()) -> Draft:
    """A file from nothing: an office-hours web and a batch worker for each of the apps named."""
    night = DraftWindow(1, ("daily 22:00-06:00",), name="night")
    batch = DraftWindow(1, ("weekdays 22:00-06:00",), name="nightly batch")
    types = (
        DraftType("web", 2, windows=(night,), notes=("By day 2 dynos, at night 1.",)),
        DraftType("worker", 0, windows=(batch,), notes=("No worker outside the batch.",)),
    )
    notes = ["When how many dynos run. This is an example: put in your own app, process types and quantities."]
    if not apps:
        notes.append("With a token (HEROKU_API_KEY), `autoscaler init --force YOUR-APP` writes what that app has now.")
    return Draft(timezone, tuple(DraftApp(name, types) for name in apps or ("example-shop",)), (*notes, *_TEACHING))


def _types(formation: Formation, ourselves: Ourselves) -> tuple[DraftType, ...]:
    chosen = [
        (name, live) for name, live in sorted(formation.types.items()) if not _why_not(formation, name, ourselves)
    ]
    return tuple(_type(name, live, with_example=at == 0) for at, (name, live) in enumerate(chosen))


def _type(name: str, live: Live, *, with_example: bool) -> DraftType:
    known = live.size in SIZES
    notes = () if known else (f"Its size is {live.size}, which is not known here: it is left as it is.",)
    window = DraftWindow(max(1, live.quantity // 2), ("daily 22:00-06:00",), name="night")
    examples = (window,) if with_example else ()
    return DraftType(name, live.quantity, live.size if known else None, notes=notes, examples=examples)


def _left_out(formation: Formation, ourselves: Ourselves) -> tuple[str, ...]:
    reasons = ((name, _why_not(formation, name, ourselves)) for name in sorted(formation.types))
    return tuple(f"{name} is left out: {reason}." for name, reason in reasons if reason)


def _why_not(formation: Formation, name: str, ourselves: Ourselves) -> str | None:
    if ourselves.includes(Target(formation.app, name)):
        unknown = "" if ourselves.app else " (say AUTOSCALER_APP, the name of its app, if that is another one)"
        return f"it may be this program itself{unknown}" if unknown else "it is this program itself"
    if name in _NO_SCALING and formation.types[name].quantity == 0:
        return "it runs in one-off dynos"
    if formation.types[name].quantity > _LARGEST:
        return f"it has {formation.types[name].quantity} dynos, more than a policy may name"
    return None
