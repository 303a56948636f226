"""Secrets that people write where others read them: tokens, passwords of URLs, values of variables named so."""

import re

_SECRETS = re.compile(
    r"HRKU-[\w-]+"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<=://)[^/@\s]+(?=@)"
    r"|(?P<name>(?:password|passwd|secret|token|api[_-]?key)=[\"']?)(?P<value>[^\s\"'$][^\s\"']*)",
    re.I,
)
_PATHS = re.compile(r"(://[^/\s\"']+/)([^\s\"'},\]]+)")


def mask(text: str) -> str:
    """The text with what looks like a secret replaced by as many asterisks: carets still point right."""
    return _SECRETS.sub(_masked, text)


def mask_addresses(text: str) -> str:
    """The same, and of addresses all that follows the host: who knows a feed's secret address can read it."""
    return _PATHS.sub(lambda found: found[1] + "*" * len(found[2]), mask(text))


def _masked(found: re.Match[str]) -> str:
    name = found["name"] or ""
    return name + "*" * (len(found[0]) - len(name))
