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

    `date` is the platform's own clock (UTC, whole seconds) when it answered, None if it did not say.
    """

    app: str
    types: Mapping[str, Live]
    date: datetime | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """Absolute values for one process type; None leaves a value as it is."""

    type: str
    quantity: int | None = None
    size: str | None = None


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
    """The one platform that the program knows, through the two things that it needs."""

    async def formation(self, app: str) -> Formation:
        """The app's formation now. Raises PlatformError."""

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        """Ask for all of `writes` in one request; the Request-Id. Raises PlatformError.

        The answer proves nothing: only a later `formation` does.
        """
