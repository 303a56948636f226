"""heroku3, an independent client in Python, against the sandbox on loopback."""

from pathlib import Path

import heroku3
import heroku3.api
import pytest

from tests.sandbox.serving import serving


def test_heroku3_lists_scales_and_restarts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path) as url:
        monkeypatch.setattr(heroku3.api, "HEROKU_URL", url)
        client = heroku3.from_key("anything")
        app = client.apps()["example-shop"]
        assert {process.type: process.quantity for process in app.process_formation()} == {"web": 1, "worker": 0}
        app.process_formation()["worker"].scale(2)
        assert app.process_formation()["worker"].quantity == 2
        assert sorted(dyno.name for dyno in app.dynos()) == ["web.1", "worker.1", "worker.2"]
        before = {dyno.name: dyno for dyno in app.dynos()}["web.1"]
        before.restart()
        assert before.id not in {dyno.id for dyno in app.dynos()}
        assert app.config().to_dict() == {}
