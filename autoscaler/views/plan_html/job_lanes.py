"""One-off jobs on the page: a mark at each start, and the same in a table."""

from autoscaler.core.jobs import HeldJob, Job, due_between
from autoscaler.core.masking import mask
from autoscaler.core.spoken import spoken_length
from autoscaler.views import moments
from autoscaler.views.plan_html.marks import line_at_now, local_time
from autoscaler.views.plan_html.markup import Markup, element, joined, row
from autoscaler.views.plan_html.scene import Scene
from autoscaler.views.plan_html.sheets import Sheets

_FEW = 45
"""So many starts of a job are seen one by one; of more each gets a small mark."""


def job_lane(job: Job, scene: Scene, sheets: Sheets) -> Markup:
    """A job with a mark at each of its starts, and the same in a table."""
    starts = due_between(job, scene.preview.start, scene.preview.until)
    about = f"at most {spoken_length(job.time_limit)}{f' on {job.size}' if job.size else ''}"
    side = element(
        "header",
        element("h4", job.name, element("small", "job")),
        element("p", job.spoken, class_="wanted"),
        element("p", f"{len(starts)} start{'' if len(starts) == 1 else 's'}, {about}", class_="sum"),
        class_="side",
    )
    kind = "#start" if len(starts) <= _FEW else "#often"
    dots = joined(
        element("use", element("title", moments.both(at, job.zone, scene.preview.now)), href=kind, class_="start",
                x=scene.percent(at), y="50%", data_at=at - scene.preview.start)
        for at in starts
    )  # fmt: skip
    ground = element("use", href=f"#d{sheets.of_app(job.app, job.zone)}", width="100%", height="100%")
    now = line_at_now(scene, "100%")
    label = f"{job.app} job {job.name}: {len(starts)} starts; figures below"
    drawing = element("svg", ground, dots, now, class_="starts", role="img", aria_label=label)
    drawn = element("div", drawing, _starts(job, starts), class_="drawn")
    return element("article", side, drawn, class_="lane job", data_app=job.app, data_job=job.name)


def held_job(job: HeldJob) -> Markup:
    """A job that is not started, and why."""
    side = element("header", element("h4", job.name, element("small", "job")), class_="side")
    reason = element("p", f"Held: {job.reason}", class_="unknown")
    return element("article", side, reason, class_="lane job", data_app=job.app, data_job=job.name)


def _starts(job: Job, starts: list[int]) -> Markup:
    head = element("tr", element("th", "Start", scope="col"), element("th", "UTC", scope="col"))
    rows = joined(row((local_time(at, job.zone), moments.clock_utc(at, job.zone))) for at in starts)
    caption = element("caption", f"{job.app} job {job.name} (line {job.line}): ", element("code", mask(job.command)))
    table = element("table", caption, element("thead", head), element("tbody", rows))
    return element("details", element("summary", "Figures"), table, class_="figures")
