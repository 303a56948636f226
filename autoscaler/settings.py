"""The environment of the commands that talk to Heroku."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A variable of the environment cannot be used; the text names it and never shows its value."""


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected a URL such as https://api.heroku.com")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("http:// would show the token to the network; use https://")
    return text.rstrip("/")


class Settings(BaseSettings):
    """`heroku_api_key`: the token, empty where there is none; `autoscaler_beat`: seconds between reads of an app.

    `autoscaler_metrics_url`: the host of Heroku's own autoscaling, None for the one that belongs to `heroku_api_url`.

    `database_url`: PostgreSQL for the store, empty where there is none; `autoscaler_state`: the SQLite file otherwise.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    heroku_api_key: SecretStr = SecretStr("")
    heroku_api_url: Annotated[str, AfterValidator(_url)] = "https://api.heroku.com"
    autoscaler_metrics_url: Annotated[str, AfterValidator(_url)] | None = None
    autoscaler_beat: Annotated[float, Field(ge=1, le=86400)] | None = None
    database_url: SecretStr = SecretStr("")
    autoscaler_state: str = "autoscaler.sqlite3"

    @property
    def store(self) -> str:
        """What `open_store` is handed: a URL, which may hold a password, or the path of a file."""
        return self.database_url.get_secret_value() or self.autoscaler_state


def settings() -> Settings:
    """The settings from the environment and `.env`. Raises SettingsError that names every bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_told(fault) for fault in error.errors(include_input=False))) from None


def _told(fault: Mapping[str, object]) -> str:
    where = fault["loc"]
    name = str(where[0]).upper() if isinstance(where, tuple) and where else "the environment"
    return f"{name}: {str(fault['msg']).removeprefix('Value error, ')}"
