"""What went wrong, as one of our four kinds of error and one sentence for people."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from socket import gaierror

import httpx

from autoscaler.core.masking import mask
from autoscaler.core.platform import Gone, PlatformError, Refused, Transient, Unauthorised
from autoscaler.heroku.connections import Answer
from autoscaler.heroku.retry import retry_after
from autoscaler.heroku.wire import Complaint, read_complaint

_SCOPED = "make one with `heroku authorizations:create -s {}` and set it as HEROKU_API_KEY"
NEW_TOKEN = _SCOPED.format("write")
_SCOPES = ("write", "write-protected", "global")
"""Those that a change may need, the least first."""

ACCOUNT = "the account"
"""What a request is about that is about no app: no app can have this name."""

_MESSAGE_LIMIT = 300
_ADVICE = {
    "delinquent": "settle the account's bill in Heroku's dashboard",
    "suspended": "ask Heroku's support why the account is suspended",
    "two_factor": f"this token needs a second factor: {NEW_TOKEN}",
    "verification_needed": "verify the account in Heroku's dashboard",
    "verification_required": "verify the account in Heroku's dashboard",
}
_UNDER_WAY = re.compile(
    r"\b(release|preboot)\b.*\b(in progress|under way|until|complete)\b|\b(in progress|until)\b.*\brelease\b"
)
"""A release that is being made. Known for certain: "Cannot change formation for a preboot app until release phase and
preboot complete" (422; Judoscale's troubleshooting guide)."""
_ABOVE = re.compile(r"\bcannot (?:run|update to|scale to) more than (\d{1,4})\b")
"""Such as "Cannot update to more than 10 Performance-M size dynos per process type", under ids that have changed."""
_MIXED = "following dyno types in the same app"
_UNDEPLOYED = "must be deployed before"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was for: `about` an app by name or ACCOUNT; `deed` completes "Heroku refused to …".

    `request_id` is the one we sent.
    """

    about: str
    deed: str
    request_id: str = ""


def refusal(answer: Answer, asked: Asked, now: datetime) -> PlatformError:
    """The error that an answer outside 2xx stands for (Platform API reference, "Errors")."""
    complaint, status = read_complaint(answer.body), answer.status
    said = _said(status, complaint)
    match status:
        case 401:
            return Unauthorised(
                _text(asked, f"Heroku does not accept the token ({said}); {NEW_TOKEN}"), request_id=asked.request_id
            )
        case 404 | 410 if asked.about != ACCOUNT and complaint.resource in ("", "app"):
            text = f"Heroku knows no such app, or hides it from this token ({said}); check its name and who may see it"
            return Gone(_text(asked, text), request_id=asked.request_id)
        case 429:
            text = f"the account's limit of requests an hour is used up ({said}); it refills by 75 a minute"
            wait = retry_after(answer.headers.get("Retry-After"), now)
            return Transient(_text(asked, text), retry_after=wait, everywhere=True, request_id=asked.request_id)
        case _ if 400 <= status < 500 and not _passing(status, complaint):
            advice = _advice(status, complaint, answer)
            return Refused(
                _text(asked, f"Heroku refused to {asked.deed} ({said}){advice}"), request_id=asked.request_id
            )
        case _ if 300 <= status < 400:
            text = (
                f"Heroku's answer cannot be read: a redirect ({status}), which is never followed; check HEROKU_API_URL"
            )
            return Transient(_text(asked, text), request_id=asked.request_id)
        case _:
            wait = retry_after(answer.headers.get("Retry-After"), now)
            text = f"Heroku could not {asked.deed} ({said}); trying again may help"
            return Transient(_text(asked, text), retry_after=wait, request_id=asked.request_id)


def unreadable(why: str, asked: Asked) -> Transient:
    """An answer that says 2xx and is not what was promised."""
    return Transient(_text(asked, f"Heroku's answer cannot be read: {clean(why)}"), request_id=asked.request_id)


def failure(error: Exception, asked: Asked, deadline: float) -> Transient:
    """The error that stands for no answer at all. Raised and caught texts of others may quote anything: not used."""
    return Transient(_text(asked, f"{_cause(error, deadline)}; trying again may help"), request_id=asked.request_id)


def clean(text: str) -> str:
    """On one line, without control characters or what looks like a secret, and not too long: others wrote it, and
    terminals and logs show it."""
    return _short(mask(_flat(text)))


def one_line(text: str) -> str:
    """The same with what looks like a secret: for a request's id, which has the form of a token."""
    return _short(_flat(text))


def _flat(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _short(line: str) -> str:
    return line if len(line) <= _MESSAGE_LIMIT else line[: _MESSAGE_LIMIT - 1] + "…"


def _passing(status: int, complaint: Complaint) -> bool:
    """Refusals that time alone ends: 408, 425, and a release or its preboot that is under way."""
    return status in (408, 425) or (
        status in (409, 422) and _UNDER_WAY.search(complaint.message.casefold()) is not None
    )


def _advice(status: int, complaint: Complaint, answer: Answer) -> str:
    if advice := _ADVICE.get(complaint.id) or _about_dynos(complaint):
        return f"; {advice}"
    if status == 402:
        return "; see the account's billing in Heroku's dashboard"
    return _about_access(answer) if status == 403 else ""


def _about_dynos(complaint: Complaint) -> str:
    """What to do about a formation that Heroku does not allow, empty for any other complaint."""
    message = complaint.message.casefold()
    above = _ABOVE.search(message)
    limit = complaint.limit if complaint.limit is not None else above and int(above[1])
    if limit is not None or complaint.id in ("cannot_run_above_limit", "cannot_update_above_limit"):
        most = "Heroku's limit" if limit is None else f"Heroku's limit of {limit}"
        return f"nothing was changed: stay within {most} in the policy file, or ask Heroku's support to raise it"
    if _MIXED in message:
        return "give every process type of the app a size of one tier: one with 0 dynos counts too"
    if _UNDEPLOYED in message:
        return "deploy the app first"
    return ""


def _about_access(answer: Answer) -> str:
    scope, needed = answer.headers.get("Oauth-Scope"), answer.headers.get("Oauth-Scope-Accepted")
    if not scope or not needed or set(scope.split()) & set(needed.split()):
        return "; give the token's user leave to operate the app (`heroku access:add`)"
    accepted = clean(needed).split()
    advice = _SCOPED.format(next((one for one in _SCOPES if one in accepted), "global"))
    return f"; the token's scope is {clean(scope)}, one of {', '.join(accepted)} is needed: {advice}"


def _said(status: int, complaint: Complaint) -> str:
    """Status, Heroku's own id of the error and its message: `422 invalid_params: No such size`."""
    code = f"{status} {clean(complaint.id)}".strip()
    message = clean(complaint.message).rstrip(".")
    return f"{code}: {message}" if message else code


def _cause(error: Exception, deadline: float) -> str:
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                why = clean(getattr(cause, "verify_message", "") or "for no reason given")
                return f"TLS: Heroku's certificate is not trusted here ({why})"
            case ssl.SSLError():
                why = clean(getattr(cause, "reason", "") or "for no reason given")
                return f"TLS: no secure connection to Heroku could be made ({why})"
            case gaierror():
                return "DNS: the address of Heroku's API cannot be looked up"
            case ConnectionRefusedError():
                return "the connection to Heroku was refused"
            case ConnectionResetError():
                return "the connection to Heroku was reset"
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return f"Heroku's answer was not there within {deadline:g} s"
        case httpx.ConnectError():
            return "no connection to Heroku could be made"
        case httpx.ProxyError():
            return "the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used"
        case httpx.RemoteProtocolError():
            return "Heroku's answer cannot be read: it broke off, or is not HTTP"
        case _:
            return f"the connection to Heroku broke ({type(error).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from. httpcore cuts the chain of causes, so contexts are followed too."""
    following: list[BaseException | None] = [error]
    seen: set[int] = set()
    while following:
        cause = following.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        following += [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]


def _text(asked: Asked, sentence: str) -> str:
    return f"{asked.about}: {sentence}"
