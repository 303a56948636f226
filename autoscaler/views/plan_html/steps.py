"""What would be done now, as a table: live beside wanted, why and until when."""

from collections.abc import Sequence

from autoscaler.core.difference import causes
from autoscaler.core.plan import Change, Hold, Step
from autoscaler.core.platform import Live
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired
from autoscaler.core.zones import Zone, instant
from autoscaler.views import moments
from autoscaler.views.difference_text import cause_words
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Scene, spoken
from autoscaler.views.plan_json import step_name
from autoscaler.views.preview import Preview
from autoscaler.views.summary import kind

_ALL_SHOWN = 12
"""Up to so many process types, those that stay as they are are not folded away."""

_WORDS = {"up": "up", "down": "down", "size": "resize", "keep": "unchanged", "hold": "held"}


def steps(scene: Scene) -> Markup:
    """What changes and what is held first; of many, the rest is folded. Nothing offline."""
    plan = scene.preview.plan
    if plan is None:
        return Markup("")
    first = [step for step in plan.steps if kind(step) != "keep"]
    rest = [step for step in plan.steps if kind(step) == "keep"]
    if len(plan.steps) <= _ALL_SHOWN:
        first, rest = list(plan.steps), []
    folded = element("summary", f"{len(rest)} unchanged")
    return element(
        "section",
        element("h2", "Now"),
        _table(first, scene) if first else element("p", "Nothing would change.", class_="note"),
        element("details", folded, _table(rest, scene)) if rest else "",
        id="now",
    )


def _table(steps: Sequence[Step], scene: Scene) -> Markup:
    names = ("Process type", "Step", "Live", "Wanted", "Why", "Until")
    head = element("tr", joined(element("th", name, scope="col") for name in names))
    zones = {lane.policy.target: lane.zone for lane in scene.lanes}
    because = _because(scene.preview)
    rows = joined(
        _row(step, zones.get(step.target, scene.home), scene.preview.now, because.get(step.target, ""))
        for step in steps
    )
    return element("div", element("table", element("thead", head), element("tbody", rows)), class_="steps")


def _row(step: Step, zone: Zone, now: int, because: str) -> Markup:
    decision = step.decision
    done = kind(step)
    why = step.reason if isinstance(step, Hold) else decision.why if decision else ""
    until = ""
    if decision is not None:
        until = moments.soon(instant(decision.until), zone, now) if decision.until else "no change ahead"
    return element(
        "tr",
        element("th", f"{step.target.app}/", element("b", step.target.type), scope="row"),
        element("td", _WORDS[done], class_=f"word {done}"),
        element("td", _live(step.live), class_="has"),
        element("td", spoken(decision.desired) if decision else "unknown", class_="wants"),
        element("td", why, _resized(step), element("small", because) if because else "", class_="why"),
        element("td", until, class_="until" if decision and decision.until else "until never"),
        data_app=step.target.app, data_type=step.target.type, data_step=step_name(step),
    )  # fmt: skip


def _because(preview: Preview) -> dict[Target, str]:
    """Where a file was compared: whether a change comes of it, or of what lives."""
    if preview.plan is None or preview.against is None:
        return {}
    other, told = preview.against.other.file, causes(preview.plan, preview.against)
    return {change.target: cause_words(change, cause, other) for change, cause in told}


def _live(live: Live | None) -> str:
    return "not read" if live is None else spoken(Desired(live.quantity, live.size))


def _resized(step: Step) -> str:
    """Another size restarts the dynos that run before and after (Dev Center, "Scaling")."""
    if isinstance(step, Change) and step.write.size is not None and step.live.quantity and step.write.quantity != 0:
        return "; its dynos restart"
    return ""
