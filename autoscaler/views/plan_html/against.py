"""What another version of the file would change, in sentences; the drawings show it as a dashed line."""

from autoscaler.core.difference import Difference
from autoscaler.views.difference_text import difference_head, job_sentence, process_sentence
from autoscaler.views.plan_html.markup import Markup, element


def against(found: Difference | None) -> Markup:
    """A heading and a line for whatever differs, what is drastic first. Nothing where nothing was compared."""
    if found is None:
        return Markup("")
    lines = [
        element("li", process_sentence(process, found), class_=process.drastic and "drastic")
        for process in found.processes
    ]
    lines += [element("li", job_sentence(job, found)) for job in found.jobs]
    lines += [element("li", sentence) for sentence in found.rules]
    listed = element("ul", *lines, class_="differs") if lines else Markup("")
    return element("section", element("h2", difference_head(found)), listed, id="against")
