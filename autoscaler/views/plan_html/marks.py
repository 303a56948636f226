"""What happens along a lane beside its quantities: now and live, restarts, unbroken and held-open openings."""

from collections.abc import Iterator
from itertools import pairwise

from autoscaler.core.quantity import highest
from autoscaler.core.restarts import protected
from autoscaler.core.windows import Opening, openings
from autoscaler.core.zones import Zone
from autoscaler.views.plan_html import course
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Lane, Scene
from autoscaler.views.plan_text import restarts

_GROUND = course.ROOM + course.PLOT


def marks(lane: Lane, scene: Scene) -> Markup:
    """Over a lane's drawing, from what lies lowest to now."""
    return joined([*_unbroken(lane, scene), *_held_open(lane, scene), *_restarts(lane, scene), *_now(lane, scene)])


def local_time(at: int, zone: Zone) -> str:
    """Mon 23 Nov 22:00."""
    local = zone.local(at)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _unbroken(lane: Lane, scene: Scene) -> Iterator[Markup]:
    """A bar under each opening into which no daily restart falls."""
    for opening in protected(lane.policy, scene.preview.start, scene.preview.until):
        said = f"unbroken {_hours(opening, lane)}: no daily restart falls inside"
        yield _bar("unbroken", opening, _GROUND + 3, scene, said)


def _held_open(lane: Lane, scene: Scene) -> Iterator[Markup]:
    """How long an opening may be held open past its end while its work is not done."""
    for window in lane.policy.windows:
        if window.close is None:
            continue
        quantity = lane.policy.quantity if window.quantity is None else window.quantity
        at = course.height(min(highest(quantity), lane.top), lane.top)
        for _, end in openings(window, lane.zone, scene.preview.start - window.latest, scene.preview.until):
            late = end, end + window.latest
            said = f"{window.name} may be held open {_hours(late, lane)}, while {window.close.probe} finds work"
            yield _line("held", late, at, scene, said)


def _bar(kind: str, opening: Opening, y: float, scene: Scene, title: str) -> Markup:
    start, end = max(opening[0], scene.preview.start), min(opening[1], scene.preview.until)
    if start >= end:
        return Markup("")
    x, width = scene.percent(start), scene.share(start, end)
    return element("rect", element("title", title), class_=kind, x=x, width=width, y=f"{y:g}", height=3)


def _line(kind: str, opening: Opening, y: float, scene: Scene, title: str) -> Markup:
    start, end = max(opening[0], scene.preview.start), min(opening[1], scene.preview.until)
    if start >= end:
        return Markup("")
    x1, x2 = scene.percent(start), scene.percent(end)
    return element("line", element("title", title), class_=kind, x1=x1, x2=x2, y1=f"{y:g}", y2=f"{y:g}")


def _hours(opening: Opening, lane: Lane) -> str:
    return f"{local_time(opening[0], lane.zone)} to {local_time(opening[1], lane.zone)}"


def _restarts(lane: Lane, scene: Scene) -> Iterator[Markup]:
    """Where running dynos are restarted: by another size, or by us, shortly before what must not be broken."""
    for before, after in pairwise(lane.spans):
        if restarts(before.desired, after.desired):
            said = f"{before.desired.size} becomes {after.desired.size}: dynos restart"
            yield _mark("resized", after.start, said, lane, scene)
    for ahead in scene.preview.plan.outlook if scene.preview.plan else ():
        if ahead.target == lane.policy.target and ahead.restart is not None and scene.within(ahead.restart):
            said = f"{ahead.cycle.dyno.name} is restarted ahead of what is unbroken"
            yield _mark("restart", ahead.restart, said, lane, scene)


def _mark(kind: str, at: int, said: str, lane: Lane, scene: Scene) -> Markup:
    title = element("title", f"{local_time(at, lane.zone)}: {said}")
    return element(
        "use", title, href=f"#{kind}", class_=kind, x=scene.percent(at), y=_GROUND, data_at=at - scene.preview.start
    )


def _now(lane: Lane, scene: Scene) -> Iterator[Markup]:
    if not scene.within(scene.preview.now):
        return
    yield line_at_now(scene, _GROUND)
    if lane.live is not None:
        y = f"{course.height(lane.live.quantity, lane.top):g}"
        wanted = f"live {lane.live.quantity} of {lane.live.size}"
        x = scene.percent(scene.preview.now)
        yield element("circle", element("title", wanted), class_="live", cx=x, cy=y, r=4, data_live=lane.live.quantity)


def line_at_now(scene: Scene, bottom: int | str) -> Markup:
    """From the upper edge down; nothing where now is not in what is drawn."""
    if not scene.within(scene.preview.now):
        return Markup("")
    x = scene.percent(scene.preview.now)
    return element("line", class_="now", x1=x, x2=x, y1=0, y2=bottom)
