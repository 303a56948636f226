"""The environment, as far as every command needs it: which policy file, and which process type is ourselves.

It imports nothing slow; what only online commands need is in `settings`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from autoscaler.core.guard import Ourselves

_ONE_OFF = {"run", "release", "scheduler"}


def environment() -> dict[str, str]:
    """The process's environment over what a `.env` file says, where there is one."""
    return {**_dotenv(Path(".env")), **os.environ}


def policies_file(environ: Mapping[str, str]) -> str:
    """The policy file's path: AUTOSCALER_POLICIES, or ./policies.yaml."""
    return environ.get("AUTOSCALER_POLICIES") or "policies.yaml"


def ourselves(environ: Mapping[str, str]) -> Ourselves:
    """The own app and process type: AUTOSCALER_APP or HEROKU_APP_NAME, and DYNO (`clock.1` is of type `clock`).

    A one-off dyno (`run.1234`) is not the daemon: its DYNO says nothing about where that runs.
    """
    app = environ.get("AUTOSCALER_APP") or environ.get("HEROKU_APP_NAME") or None
    own_type = environ.get("DYNO", "").partition(".")[0]
    return Ourselves(app, None if own_type in _ONE_OFF else own_type or None)


def forgetful(environ: Mapping[str, str]) -> str | None:
    """Why nothing that has to outlive a restart may be begun here, None where it may.

    That is asked for jobs, `early`, pin, unpin and close. A dyno's disk is empty after each restart, which comes at
    least once a day (Dev Center, "Dynos and the Dyno Manager"); a one-off dyno has a disk of its own.
    """
    if environ.get("DYNO") and not environ.get("DATABASE_URL"):
        return (
            "DATABASE_URL is not set, and this dyno's disk does not outlive its restart, so that nothing can be "
            "remembered here: add PostgreSQL to the autoscaler's app (`heroku addons:create heroku-postgresql`)"
        )
    return None


def daemon_name(environ: Mapping[str, str]) -> str:
    """What tells this process from others that share a store: its dyno, or its machine, and a number."""
    from secrets import token_hex
    from socket import gethostname

    return f"{environ.get('DYNO') or gethostname()}-{token_hex(2)}"


def revision(environ: Mapping[str, str]) -> str | None:
    """The git revision that runs here, where Heroku tells it (Dev Center, "Dyno Metadata"; "Build-time variables")."""
    return environ.get("HEROKU_SLUG_COMMIT") or environ.get("SOURCE_VERSION") or None


def _dotenv(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    from dotenv import dotenv_values

    return {key: value for key, value in dotenv_values(file).items() if value is not None}
