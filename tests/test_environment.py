"""Where the store is, and where nothing can be remembered."""

from pathlib import Path

import pytest

from autoscaler.environment import forgetful
from autoscaler.settings import settings

URL = "postgres://me:hush-hush-hush@host/store"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "AUTOSCALER_STATE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("environ", "store"),
    [
        ({}, "autoscaler.sqlite3"),
        ({"AUTOSCALER_STATE": "/var/lib/state"}, "/var/lib/state"),
        ({"DATABASE_URL": URL}, URL),
        ({"DATABASE_URL": URL, "AUTOSCALER_STATE": "/var/lib/state"}, URL),
        ({"DATABASE_URL": "", "AUTOSCALER_STATE": ""}, "autoscaler.sqlite3"),
    ],
)
def test_the_store_is_postgresql_where_there_is_one_and_a_file_otherwise(
    environ: dict[str, str], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert settings().store == store
    assert "hush" not in repr(settings())


@pytest.mark.parametrize(
    "environ",
    [{}, {"DATABASE_URL": URL}, {"DYNO": "clock.1", "DATABASE_URL": URL}, {"DYNO": ""}],
)
def test_elsewhere_than_on_a_dyno_or_with_postgresql_it_remembers(environ: dict[str, str]) -> None:
    assert forgetful(environ) is None


@pytest.mark.parametrize("more", [{}, {"DATABASE_URL": ""}, {"AUTOSCALER_STATE": "/app/state"}])
@pytest.mark.parametrize("dyno", ["clock.1", "run.1234"])
def test_a_dyno_without_postgresql_forgets_and_says_why(dyno: str, more: dict[str, str]) -> None:
    reason = forgetful({"DYNO": dyno, **more})
    assert reason is not None
    assert reason.startswith("DATABASE_URL is not set, and this dyno's disk does not outlive its restart")
