"""The demo's picture: what each process type had since the start, and what just happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from autoscaler.core.policies import Policy
from autoscaler.core.zones import HOUR, Zone
from autoscaler.views import moments
from autoscaler.views.paint import Colour, Paint

COLUMNS = 48
_BLOCKS = "▁▂▃▄▅▆▇█"
_COLOURS: tuple[Colour, ...] = ("cyan", "magenta", "green", "yellow", "blue")
_NEWS = 6


@dataclass(slots=True)
class Lane:
    """One process type: `seen` has what it had in each column so far."""

    policy: Policy
    peak: int
    quantity: int = 0
    size: str = ""
    seen: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Picture:
    """The demo at one moment; `start`, `until` and `now` are instants, `news` lines with their instants."""

    zone: Zone
    start: int
    until: int
    now: int
    speed: float
    lanes: list[Lane]
    news: list[tuple[int, str]] = field(default_factory=list)
    requests: int = 0
    dyno_hours: float = 0.0

    def look(self) -> None:
        """Keep what the lanes have now in the columns that time has reached."""
        reached = min(COLUMNS, 1 + (self.now - self.start) * COLUMNS // (self.until - self.start))
        for lane in self.lanes:
            lane.seen += [lane.quantity] * (reached - len(lane.seen))


def picture_text(picture: Picture, paint: Paint) -> str:
    """The whole picture, at most 80 columns wide."""
    names = max(len(lane.policy.target.type) for lane in picture.lanes)
    title = f"autoscaler demo {paint.dash} a sandbox Heroku, {picture.speed:,.0f} times as fast as life"
    lines = [paint(title, "bold"), "", f"  {_clock(picture, paint)}", ""]
    app = ""
    for number, lane in enumerate(picture.lanes):
        if lane.policy.target.app != app:
            app = lane.policy.target.app
            lines.append(f"  {paint(app, 'bold')}")
        lines.append(_lane(lane, names, _COLOURS[number % len(_COLOURS)], paint))
    lines += [_axis(picture, names, paint), "", *news_lines(picture.news[-_NEWS:], picture.zone, paint)]
    lines += [""] * (_NEWS - len(picture.news[-_NEWS:]))
    counted = f"  {picture.requests} API calls, {picture.dyno_hours:.1f} dyno-hours so far"
    return "\n".join([*lines, "", paint(counted, "dim")])


def news_lines(news: Sequence[tuple[int, str]], zone: Zone, paint: Paint) -> list[str]:
    """What happened, each with its local time."""
    return [f"  {paint(f'{zone.local(at):%a %H:%M}', 'dim')}  {text}" for at, text in news]


def _clock(picture: Picture, paint: Paint) -> str:
    return paint(moments.full(picture.now, picture.zone), "bold", "yellow")


def _lane(lane: Lane, names: int, colour: Colour, paint: Paint) -> str:
    strip = "".join(_block(quantity, lane.peak, paint) for quantity in lane.seen)
    has = f"{lane.quantity} x {lane.size}"
    return f"    {lane.policy.target.type:<{names}}  {paint(strip, colour)}{' ' * (COLUMNS - len(lane.seen))}  {has}"


def _block(quantity: int, peak: int, paint: Paint) -> str:
    if quantity == 0:
        return "·" if paint.unicode else "."
    if not paint.unicode:
        return str(quantity) if quantity < 10 else "#"
    return _BLOCKS[min(len(_BLOCKS) - 1, (quantity * len(_BLOCKS) - 1) // max(peak, 1))]


def _axis(picture: Picture, names: int, paint: Paint) -> str:
    """Local times under a quarter, a half and so on of the strip."""
    quarter = (picture.until - picture.start) // 4
    marks = [f"{picture.zone.local(picture.start + quarter * at):%H:%M}" for at in range(4)]
    if quarter > 24 * HOUR:
        marks = [f"{picture.zone.local(picture.start + quarter * at):%a}" for at in range(4)]
    return paint(f"    {'':<{names}}  " + "".join(f"{mark:<{COLUMNS // 4}}" for mark in marks).rstrip(), "dim")
