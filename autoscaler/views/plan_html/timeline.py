"""The days ahead: every app with its process types and its jobs over their local days."""

from itertools import groupby

from autoscaler.core.zones import DAY, calendar_day
from autoscaler.views import moments
from autoscaler.views.plan_html.job_lanes import held_job, job_lane
from autoscaler.views.plan_html.lanes import axis, lane, unknown_lane
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Lane, Scene
from autoscaler.views.plan_html.sheets import Sheets

_MANY = 6
"""From so many apps on there is a list of them to jump by."""

_YEAR = 300 * DAY
"""In so long a time a date alone could be one of two."""

_KEYS = (
    ("weekend", "weekend"), ("holiday", "holiday"), ("jump", "clock change"), ("now", "now"), ("live", "live"),
    ("band", "room of a range"), ("unbroken", "unbroken"), ("held", "may be held open"),
    ("resized", "dynos restart: another size"), ("restart", "restart ahead of an unbroken opening"),
    ("start", "start of a job"), ("old", "before"),
)  # fmt: skip
"""What a drawing may hold, by its class, and what it is called."""


def timeline(shown: Scene, sheets: Sheets) -> Markup:
    """All of it, with what its signs mean, and the marked days in words."""
    apps = joined(_app(app, shown, sheets) for app in shown.apps)
    jumps = [element("a", app, href=f"#app-{number}") for number, app in enumerate(shown.apps)]
    return element(
        "section",
        element("h2", "Timeline"),
        _legend(shown, apps + sheets.drawn()),
        element("nav", *jumps, class_="apps", aria_label="Apps") if len(jumps) >= _MANY else "",
        apps,
        _marked_days(shown, sheets),
        id="timeline",
    )


def _legend(shown: Scene, drawn: str) -> Markup:
    """The sizes and their colours; of all else what is on this page."""
    keys = [(f"s{colour}", size) for size, colour in shown.colours.items() if size]
    keys += [(f"k-{kind}", name) for kind, name in _KEYS if f'class="{kind}"' in drawn or f'class="{kind} ' in drawn]
    items = [element("li", element("i", class_=kind), name) for kind, name in keys]
    return element("ul", *items, class_="legend", aria_label="Legend")


def _app(app: str, shown: Scene, sheets: Sheets) -> Markup:
    """An app's process types, the days over each run of them that lies over the same days; then its jobs."""
    lanes: list[Markup] = []
    for _, run in groupby(shown.lanes_of(app), key=lambda each: sheets.of_app(app, each.zone)):
        together = list(run)
        lanes.append(_days_over(together[0], sheets))
        lanes += [lane(each, shown, sheets) for each in together]
    policies = shown.preview.policies
    lanes += [unknown_lane(process) for process in shown.unknown_of(app)]
    lanes += [job_lane(job, shown, sheets) for job in policies.jobs if job.app == app]
    lanes += [held_job(job) for job in policies.held_jobs if job.app == app]
    number = shown.apps.index(app)
    return element("section", element("h3", app), *lanes, class_="app", id=f"app-{number}")


def _days_over(first: Lane, sheets: Sheets) -> Markup:
    zone = element("span", first.zone.name, class_="zone")
    return element("div", zone, axis(first, sheets), class_="over")


def _marked_days(shown: Scene, sheets: Sheets) -> Markup:
    """Holidays and clock changes in words: a hatching tells nothing to those who listen."""
    told: dict[tuple[int, str], None] = {}
    for each in shown.lanes:
        for day in sheets.days(each.policy.target.app, each.zone):
            if day.holiday:
                told[day.number, f"{day.holiday} ({each.zone.name})"] = None
            if day.clocks:
                told[day.number, moments.clock_change(day.clocks, each.zone)] = None
    if not told:
        return Markup("")
    dated = shown.length >= _YEAR
    lines = [
        element("li", element("b", moments.date(day), f" {calendar_day(day).year}" if dated else ""), f" {said}")
        for day, said in sorted(told)
    ]
    return element("aside", element("h3", "Marked days"), element("ul", *lines), class_="marked")
