"""The daemon and the real client through outages, in virtual time: how many reads Heroku gets in any hour."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.guard import Ourselves
from autoscaler.core.pace import READS_AN_HOUR
from autoscaler.core.policies import Policies
from autoscaler.heroku import Heroku, Patience
from tests.control.test_daemon import TOKYO, worker
from tests.control.virtual import Time, run

HOUR = 3600.0
ROWS = json.dumps([{"type": "worker", "quantity": 0, "dyno_size": {"name": "Basic"}}]).encode()


@pytest.mark.parametrize(
    ("apps", "beat", "broken"), [(1, 60, 1), (6, 60, 6), (8, 120, 8), (40, 420, 40), (100, 1260, 100), (100, 1260, 9)]
)
def test_an_outage_takes_no_more_than_a_tenth_and_every_app_is_read_within_a_beat_of_its_end(
    apps: int, beat: int, broken: int
) -> None:
    time = Time(datetime(2026, 11, 22, 1, tzinfo=UTC))  # a Sunday: no window opens before Monday evening
    down, up = 1.5 * HOUR, 3.6 * HOUR
    sent: list[float] = []
    well: dict[str, float] = {}

    async def answer(request: httpx.Request) -> httpx.Response:
        app = request.url.path.split("/")[2]
        sent.append(time.steady())
        if down <= time.steady() < up and int(app.rpartition("-")[2]) < broken:
            return httpx.Response(503, request=request)
        if time.steady() >= up:
            well.setdefault(app, time.steady())
        return httpx.Response(200, content=ROWS, request=request)

    async def main() -> None:
        heroku = Heroku("token", now=time.now, transport=httpx.MockTransport(answer), patience=Patience())
        policies = [Policies("policies.yaml", tuple(worker(f"app-{number}") for number in range(apps)), TOKYO)]
        daemon = Daemon(
            Surroundings(heroku, time, lambda: policies.pop() if policies else None, lambda _: None, Ourselves())
        )
        running = asyncio.create_task(daemon.run())
        await asyncio.wait({running}, timeout=up + beat + 5)
        daemon.stop()
        await running
        await heroku.aclose()

    run(time, main)
    hours = [sum(at - HOUR < other <= at for other in sent) for at in sent]
    assert max(hours) <= READS_AN_HOUR
    assert len(well) == apps
