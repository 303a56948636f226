"""What the program asks of a platform, and the ways in which it may be refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Live:
    """What a process type has: `size` in lower case."""

    quantity: int
    size: str


@dataclass(frozen=True, slots=True)
class Formation:
    """An app's formation as one answer told it.

    `date` is the platform's own clock (UTC, whole seconds) when it answered, None if it did not say. `app_id` is the
    app's UUID, empty where no process type told it.
    """

    app: str
    types: Mapping[str, Live]
    date: datetime | None = None
    request_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class Dyno:
    """One dyno: `size` in lower case; `state` is starting, up, crashed ...; `release` is a version.

    It was born between `created_at` and `updated_at` (UTC): which of the two a restart moves, Heroku does not say
    (Platform API schema, "Dyno": when it was created, and when its process last changed state).
    """

    id: str
    name: str
    type: str
    size: str
    state: str
    command: str
    release: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Dynos:
    """An app's dynos as one answer told them, one-off dynos among them. `date` is as in Formation."""

    app: str
    listed: tuple[Dyno, ...]
    date: datetime | None = None
    request_id: str = ""

    def of_type(self, kind: str) -> tuple[Dyno, ...]:
        """The dynos of a process type, by name."""
        return tuple(sorted((dyno for dyno in self.listed if dyno.type == kind), key=lambda dyno: dyno.name))


@dataclass(frozen=True, slots=True)
class DynoSize:
    """A size that dynos may have: `name` in lower case, `cents` of a US dollar a month, None where there is no price.

    `private_only`: only in private spaces. `generation` is that of the platform, cedar or fir, empty if not told.
    """

    name: str
    cents: int | None = None
    private_only: bool = False
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """Absolute values for one process type; None leaves a value as it is."""

    type: str
    quantity: int | None = None
    size: str | None = None


@dataclass(frozen=True, slots=True)
class OneOff:
    """A dyno for one command. `time_to_live` is in seconds; without a `size` the platform chooses."""

    command: str
    time_to_live: int
    size: str | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """The answer to a request for a one-off dyno."""

    dyno: Dyno
    request_id: str = ""


class PlatformError(Exception):
    """The platform did not do what was asked. The text is one sentence for people, without secrets."""

    def __init__(self, message: str, *, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id


class Transient(PlatformError):
    """Asking again may help: a timeout, a 5xx, a rate limit, an answer that cannot be read.

    `retry_after` is in seconds; None where the platform did not say. `everywhere` is true where it
    concerns the whole account (the rate limit), not one app.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, everywhere: bool = False, request_id: str = ""
    ) -> None:
        super().__init__(message, request_id=request_id)
        self.retry_after = retry_after
        self.everywhere = everywhere


class NotSent(Transient):
    """Nothing was sent: `may_send` said no, or the rate budget is kept for changes. Asking again now would not help."""


class Refused(PlatformError):
    """Understood and declined (400, 402, 403, 406, 409, 412, 422 ...): the same words would be declined again."""


class Unauthorised(PlatformError):
    """The token is missing, wrong, expired or revoked (401)."""


class Gone(PlatformError):
    """There is no such app, or the token may not see it (404, 410)."""


MaySend = Callable[[], bool]
"""Asked before each attempt to write: false once the values may no longer be the right ones, or on the way out."""


class Platform(Protocol):
    """The one platform that the program knows, through the few things that it needs."""

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:
        """The app's formation now. Raises PlatformError.

        An `urgent` read, such as that of an edge, is never put off to save requests.
        """

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        """Ask for all of `writes` in one request; the Request-Id. Raises PlatformError.

        The answer proves nothing: only a later `formation` does.
        """

    async def dynos(self, app: str) -> Dynos:
        """The app's dynos now. Raises PlatformError."""

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        """Ask once for the restart of one dyno, by its id; the Request-Id. Raises PlatformError.

        As with `apply`, only a later `dynos` tells whether it was done.
        """

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        """The same for all dynos of a process type at once."""

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:
        """Ask once for a one-off dyno. Raises PlatformError.

        After a Transient that is neither NotSent nor `everywhere` (the rate limit) the dyno may have been made.
        """


class Neighbours(Protocol):
    """What the platform tells of what is around the formations."""

    async def apps(self) -> Sequence[str]:
        """The names of all apps that the token may see, its teams' among them. Raises PlatformError."""

    async def autoscaled(self, app: str, app_id: str) -> bool:
        """Whether Heroku's own autoscaling is on for the app's web; `app_id` is its UUID. Raises PlatformError.

        The host that tells is not documented: no answer proves nothing.
        """

    async def sizes(self) -> Sequence[DynoSize]:
        """Every dyno size that there is, with what it costs this account. Raises PlatformError."""
