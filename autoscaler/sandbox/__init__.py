"""Heroku's Platform API in miniature, with dynos that live. It meets the rest of the program over HTTP only."""

from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.server import serve
from autoscaler.sandbox.web import create_app
from autoscaler.sandbox.world import World

__all__ = ["Fault", "World", "create_app", "serve"]
