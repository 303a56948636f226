"""Heroku's refusals: a status, an id and a sentence (Platform API Reference, "Errors")."""


class ApiError(Exception):
    """An answer other than the one that was asked for; `headers` go with it, and `more` into its body."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        headers: dict[str, str] | None = None,
        more: dict[str, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"id": kind, "message": message, **(more or {})}
        self.headers = headers or {}


def not_found(what: str) -> ApiError:
    """404: `what` is such as `app` or `process type (web)`."""
    return ApiError(404, "not_found", f"Couldn't find that {what}.")


def invalid(message: str) -> ApiError:
    """422, understood and refused."""
    return ApiError(422, "invalid_params", message)


def changed() -> ApiError:
    """412: the resource is no longer what the client's If-Match says."""
    return ApiError(412, "precondition_failed", "The resource has changed since it was read.")


def bad_request(message: str) -> ApiError:
    """400, not understood."""
    return ApiError(400, "bad_request", message)
