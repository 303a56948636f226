"""Heroku's own command line against the sandbox on loopback."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.cli.running import ROOT
from tests.sandbox.serving import serving

TOOLS = ROOT / ".tools" / "node_modules" / ".bin" / "heroku"
HEROKU = os.environ.get("HEROKU_CLI") or shutil.which("heroku") or (str(TOOLS) if TOOLS.exists() else None)

if HEROKU is None:
    hint = "npm install --prefix .tools heroku@11"
    pytest.skip(f"NOT CHECKED against Heroku's own command line; to check: {hint}", allow_module_level=True)

Heroku = Callable[..., str]


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heroku]:
    home = tmp_path_factory.mktemp("home")
    with serving(home) as url:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HEROKU_HOST": url,
            "HEROKU_API_KEY": "x",
            "HEROKU_PARTICLEBOARD_URL": url,
            "DISABLE_TELEMETRY": "true",
            "HEROKU_DISABLE_AUTOUPDATE": "1",
            "HEROKU_SKIP_NEW_VERSION_CHECK": "true",
        }

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [str(HEROKU), *arguments],
                env=environ,
                cwd=home,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            return done.stdout + done.stderr

        yield run


APP = ("-a", "example-shop")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ps", *APP], "=== web (Standard-1X): bin/web (1)"),
        (["ps:scale", *APP], "web=1:Standard-1X worker=0:Standard-1X"),
        (["ps:scale", "web=3", "worker+1", *APP], "now running web at 3:Standard-1X, worker at 1:Standard-1X"),
        (["ps:scale", "worker=2:standard-2x", *APP], "now running worker at 2:Standard-2X"),
        (["ps:type", "web=standard-2x", *APP], "Standard-2X   5"),
        (["ps:type", "basic", *APP], "Cannot update to more than 1 Basic size dynos per process type."),
        (["ps:restart", *APP], "Restarting all dynos on example-shop... done"),
        (["ps:restart", "--dyno-name", "web.1", *APP], "Restarting dyno web.1 on example-shop... done"),
        (["ps:restart", "--process-type", "worker", *APP], "Restarting all worker dynos on example-shop... done"),
        (["ps:stop", "--dyno-name", "web.1", *APP], "Stopping dyno web.1 on example-shop... done"),
        (["run:detached", *APP, "echo", "hi"], "Running echo hi on example-shop... done, run."),
        (["apps:info", *APP], "worker: 2"),  # in the order of the dynos' ids
        (["apps:info", *APP], "run: 1"),
        (["maintenance:on", *APP], "Enabling maintenance mode for example-shop... done"),
        (["maintenance:off", *APP], "Disabling maintenance mode for example-shop... done"),
        (["config:set", "A=b", *APP], "Setting A and restarting example-shop... done, v2"),
        (["config", *APP], "A: b"),
        (["releases", *APP], "example-shop Releases - Current: v2"),
        (["ps:wait", "-w", "10", *APP], "v2"),
        (["auth:whoami"], "founder@example.com"),
        (["ps", "-a", "nosuch"], "Couldn't find that app."),
    ],
    ids=lambda value: "_".join(value[:2]) if isinstance(value, list) else "",
)
def test_heroku_s_own_command_line_believes_it(heroku: Heroku, arguments: list[str], said: str) -> None:
    assert said in heroku(*arguments)
