"""Heroku's Platform API in miniature, with dynos that live. It meets the rest of the program over HTTP only."""

from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.jobs import Cause, Job, Work
from autoscaler.sandbox.server import serve
from autoscaler.sandbox.tally import Tally
from autoscaler.sandbox.web import create_app
from autoscaler.sandbox.world import World

__all__ = ["Cause", "Fault", "Job", "Tally", "Work", "World", "create_app", "serve"]
