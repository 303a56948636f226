"""Every answer against Heroku's own JSON Hyper-Schema, with every declared property in it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft4Validator

from autoscaler.sandbox import World
from tests.sandbox.asking import Clock

SCHEMA = Path(__file__).parents[3] / "shared" / "reference" / "platform-api-schema.json"

if not SCHEMA.is_file():
    pytest.skip(f"NOT CHECKED: Heroku's schema is not at {SCHEMA.name}", allow_module_level=True)

DOCUMENT: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))

ANSWERS = [
    ("GET", "/account", None, "account"),
    ("GET", "/account/rate-limits", None, "rate-limit"),
    ("GET", "/apps", None, "app"),
    ("GET", "/users/~/apps", None, "app"),
    ("GET", "/apps/example-shop", None, "app"),
    ("PATCH", "/apps/example-shop", {"maintenance": True}, "app"),
    ("GET", "/apps/example-shop/formation", None, "formation"),
    ("GET", "/apps/example-shop/formation/web", None, "formation"),
    ("PATCH", "/apps/example-shop/formation/web", {"quantity": 2}, "formation"),
    ("PATCH", "/apps/example-shop/formation", {"updates": [{"type": "worker", "quantity": 2}]}, "formation"),
    ("GET", "/apps/example-shop/dynos", None, "dyno"),
    ("GET", "/apps/example-shop/dynos/web.1", None, "dyno"),
    ("POST", "/apps/example-shop/dynos", {"command": "true"}, "dyno"),
    ("GET", "/apps/example-shop/releases", None, "release"),
    ("GET", "/apps/example-shop/releases/current", None, "release"),
    ("GET", "/apps/example-shop/features", None, "app-feature"),
    ("PATCH", "/apps/example-shop/features/preboot", {"enabled": True}, "app-feature"),
    ("GET", "/apps/example-shop/collaborators", None, "collaborator"),
    ("GET", "/dyno-sizes", None, "dyno-size"),
    ("GET", "/dyno-sizes/standard-1x", None, "dyno-size"),
    ("GET", "/apps/example-shop/available-dyno-sizes", None, "dyno-size"),
]


@pytest.mark.parametrize(("method", "path", "body", "definition"), ANSWERS)
async def test_an_answer_is_whole_and_valid(
    api: httpx.AsyncClient, method: str, path: str, body: object, definition: str
) -> None:
    answer = await api.request(method, path, json=body)
    assert answer.status_code in {200, 201}
    rows = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    assert rows
    validator = Draft4Validator({**DOCUMENT, "$ref": f"#/definitions/{definition}"})
    declared = set(DOCUMENT["definitions"][definition]["properties"])
    for row in rows:
        assert set(row) == declared
        assert [error.message for error in validator.iter_errors(row)] == []


async def test_a_dyno_is_valid_in_every_state(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    for _ in range(2):
        world.crash("example-shop", "web.1")
    await api.patch("/apps/example-shop/formation/worker", json={"quantity": 1})
    clock.go_on(minutes=1)
    await api.post("/apps/example-shop/dynos", json={"command": "true"})
    rows = (await api.get("/apps/example-shop/dynos")).json()
    assert {row["type"]: row["state"] for row in rows} == {"web": "crashed", "worker": "up", "run": "starting"}
    validator = Draft4Validator({**DOCUMENT, "$ref": "#/definitions/dyno"})
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []


def test_the_schema_would_find_a_wrong_answer() -> None:
    validator = Draft4Validator({**DOCUMENT, "$ref": "#/definitions/formation"})
    assert list(validator.iter_errors({"quantity": "one"}))
