"""Idle probes: whether anything is unfinished, asked of a PostgreSQL, a Redis or an HTTP server.

Each is asked once a minute at most, so nothing is kept open between. The libraries are loaded when such a probe is
asked: a file without probes needs none of them.
"""

from collections.abc import Mapping
from typing import assert_never

from autoscaler.core.probes import Answer, Busy, Failed, HttpProbe, Idle, PostgresProbe, Probe, RedisProbe
from autoscaler.outside.probes import http, postgres, redis
from autoscaler.outside.probes.asking import Unanswered, within

SECONDS = 5.0
"""For a whole probe: looking up the host, connecting, asking and reading."""


class Probing:
    """Asks probes with the variables of an environment. A `Prober`."""

    def __init__(self, environment: Mapping[str, str], seconds: float = SECONDS) -> None:
        self._environment = environment
        self._seconds = seconds

    async def ask(self, probe: Probe) -> Answer:
        """The answer of now, or why there is none; at most a second later than the deadline. Raises nothing."""
        try:
            count = await within(self._seconds, self._count(probe))
        except Unanswered as error:
            return Failed(f"{_place(probe)}: {error}")
        except TimeoutError:
            return Failed(f"{_place(probe)}: no answer within {self._seconds:g} seconds")
        except Exception as error:  # what a library says may quote a secret
            return Failed(f"{_place(probe)}: asking it failed ({type(error).__name__})")
        return Busy(count) if count else Idle()

    async def _count(self, probe: Probe) -> int:
        match probe:
            case PostgresProbe(variable, query):
                return await postgres.count(self._value(variable), query, self._seconds)
            case RedisProbe(variable, counted):
                return await redis.count(self._value(variable), counted)
            case HttpProbe(url, field, token):
                return await http.count(url, field, self._value(token) if token else None)
        assert_never(probe)

    def _value(self, variable: str) -> str:
        value = self._environment.get(variable, "").strip()
        if not value:
            raise Unanswered(f"the variable {variable} is not set; set it on the app that the autoscaler runs in")
        return value


def _place(probe: Probe) -> str:
    """Who is asked, as far as it is no secret."""
    return http.shown(probe.url) if isinstance(probe, HttpProbe) else probe.variable
