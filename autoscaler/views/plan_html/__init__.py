"""`plan --format html`: one page to attach to a pull request, to print, to read by ear."""

from autoscaler.views.plan_html.page import plan_html

__all__ = ["plan_html"]
