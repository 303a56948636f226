"""Heroku's Platform API: the one platform, over the wire. The only room that knows tenacity, and httpx for it."""

import sys

# httpx has a command line of its own, and loads click, rich and pygments for it where they are installed: 5 MB that a
# daemon never uses. None here stands for "not installed", which httpx provides for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

from autoscaler.heroku.client import URL, Heroku, Hosts  # noqa: E402 - after the above
from autoscaler.heroku.retry import Patience  # noqa: E402

__all__ = ["URL", "Heroku", "Hosts", "Patience"]
