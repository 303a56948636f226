"""What every request passes before it is answered: version, token, scope, the account's rate budget."""

import base64
import binascii
import re
from datetime import timedelta

from starlette.requests import Request

from autoscaler.sandbox.errors import ApiError
from autoscaler.sandbox.state import REQUESTS_AN_HOUR, State

_ACCEPT = re.compile(r"application/vnd\.heroku\+json\s*;\s*version=3(?![0-9])", re.IGNORECASE)
_RATE_LIMITED = "Your account reached the API rate limit\nPlease wait a few minutes before making new requests"
_REFILL = timedelta(hours=1) / REQUESTS_AN_HOUR

SCOPES = {
    "identity": frozenset({"identity", "read", "write", "read-protected", "write-protected", "global"}),
    "read": frozenset({"read", "write", "read-protected", "write-protected", "global"}),
    "write": frozenset({"write", "write-protected", "global"}),
    "read-protected": frozenset({"read-protected", "write-protected", "global"}),
    "write-protected": frozenset({"write-protected", "global"}),
}
"""Which scopes a kind of access accepts: write includes read, protected includes unprotected (Dev Center, "OAuth")."""

ONE_OFF = "one-off"
"""What creating a one-off demands: the world says which access that is."""


def admit(world: State, request: Request) -> str:
    """The token's scope. Raises ApiError: 406 without a version, 401 without a good token, 429 over the rate limit."""
    if not _ACCEPT.search(request.headers.get("accept", "")):
        message = "Please specify a version along with Heroku's API MIME type. For example, "
        message += "`Accept: application/vnd.heroku+json; version=3`."
        raise ApiError(406, "not_acceptable", message)
    token = _token(request.headers.get("authorization", ""))
    if token in {"", "revoked"}:
        raise ApiError(401, "unauthorized", "Invalid credentials provided.")
    spend(world)
    return next((scope for scope in ("read", "write") if token.startswith(f"scope-{scope}")), "global")


def demand(world: State, scope: str, access: str) -> dict[str, str]:
    """The scope headers of an answer; `access` is ONE_OFF or a key of SCOPES. Raises ApiError 403 where the scope does
    not reach."""
    accepted = SCOPES[world.one_off_access if access == ONE_OFF else access]
    headers = {"Oauth-Scope": scope, "Oauth-Scope-Accepted": " ".join(sorted(accepted))}
    if scope not in accepted:
        raise ApiError(403, "forbidden", "This authorization does not have the required scope.", headers)
    return headers


def remaining(world: State) -> int:
    """Requests left in the account's budget, which refills steadily."""
    now = world.now()
    refilled = max(0.0, (now - world.counted_at) / _REFILL)
    world.remaining = min(float(REQUESTS_AN_HOUR), world.remaining + refilled)
    world.counted_at = max(now, world.counted_at)
    return int(world.remaining)


def spend(world: State) -> None:
    if remaining(world) < 1:
        raise ApiError(429, "rate_limit", _RATE_LIMITED, {"Ratelimit-Remaining": "0"})
    world.remaining -= 1


def _token(header: str) -> str:
    """From `Bearer TOKEN`, or the password of `Basic`."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
