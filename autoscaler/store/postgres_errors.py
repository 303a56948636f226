"""Why PostgreSQL did not do it, for people. What it says itself is never quoted: that can show the URL."""

import psycopg

_STATES = {
    "08": "the connection was lost",
    "22": "it does not take one of the values",
    "25006": "it can only be read; it may be a follower, or under maintenance",
    "28": "the user or the password in DATABASE_URL is not accepted",
    "3D000": "there is no such database",
    "3F000": "its schema autoscaler is gone",
    "40": "another program changed the same rows",
    "42501": "the user in DATABASE_URL may not do that in the schema autoscaler",
    "42P01": "its tables are gone",
    "53100": "its disk is full",
    "53200": "it is out of memory",
    "53300": "it has no connection left for us",
    "55P03": "another program holds it locked",
    "57014": "no answer in time; another program may hold it locked",
    "57P": "it was shut down or is just starting",
    "58": "it has trouble with its own machine",
}

_TEXTS = {
    "authentication failed": _STATES["28"],
    "no password supplied": _STATES["28"],
    "wrong password": _STATES["28"],
    "no pg_hba.conf entry": "it does not let us in from here; a URL may need ?sslmode=require",
    "certificate": "its certificate is not trusted",
    "ssl": "it does not agree with us about TLS; see sslmode in DATABASE_URL",
    "does not exist": "there is no such database or user",
    "no such database": "there is no such database or user",
    "no such user": "there is no such database or user",
    "too many": _STATES["53300"],
    "remaining connection slots": _STATES["53300"],
    "starting up": _STATES["57P"],
    "shutting down": _STATES["57P"],
    "resolve host": "its host is not known",
    "name or service not known": "its host is not known",
    "translate host": "its host is not known",
    "refused": "nobody answers there",
    "timeout": "no answer in time",
}


def reason(error: BaseException) -> str:
    """One part of a sentence, made of our words alone."""
    state = getattr(error, "sqlstate", None)
    if state:
        found = next((_STATES[state[:length]] for length in (5, 3, 2) if state[:length] in _STATES), None)
        return found or f"it refused with SQLSTATE {state}"
    if isinstance(error, psycopg.ProgrammingError):
        return "DATABASE_URL is no URL that can be read; a password's special characters are written as %40 and so on"
    if isinstance(error, psycopg.OperationalError):
        text = str(error).lower()
        return next((told for part, told in _TEXTS.items() if part in text), "it is not reached, or was lost")
    return "it does not take one of the values"
