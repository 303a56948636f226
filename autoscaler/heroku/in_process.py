"""Heroku's client before an application in this process: the demo's road to the sandbox."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from autoscaler.heroku.client import Heroku
from autoscaler.heroku.retry import Patience


def in_process(app: Any, now: Callable[[], datetime]) -> Heroku:
    """A client whose requests end in the ASGI application `app`; no socket is opened and any token will do."""
    patience = Patience(reads=None)  # it goes through days in seconds
    return Heroku("demo", "http://sandbox", now=now, transport=httpx.ASGITransport(app), patience=patience)
