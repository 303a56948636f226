"""A number from Redis, on a connection that is closed afterwards and never tried again within the deadline."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never
from urllib.parse import urlsplit

from autoscaler.core.probes import Counted, Counter, Lists, Queues, SortedSets
from autoscaler.outside.probes.asking import Unanswered, number, plain
from autoscaler.outside.probes.layouts import Command, Read, unfinished

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KINDS = {
    "GET": "string",
    "HLEN": "hash",
    "HVALS": "hash",
    "LLEN": "list",
    "SMEMBERS": "set",
    "ZCARD": "sorted set",
}
"""What each command reads, in Redis's words."""


async def count(url: str, counted: Counted) -> int:
    """The number of unfinished things. Raises Unanswered."""
    try:
        from redis import exceptions
    except ImportError:
        raise Unanswered("redis is not installed: pip install 'dyno-autoscaler[redis]'") from None

    client = _client(url)
    try:
        return await _counted(counted, lambda commands: _read(client, commands))
    except exceptions.AuthenticationError:
        raise Unanswered("the user or the password is refused") from None
    except exceptions.NoPermissionError:
        raise Unanswered("the user may not read what is counted") from None
    except exceptions.BusyLoadingError:
        raise Unanswered("it is still loading its data") from None
    except (exceptions.ConnectionError, OSError) as error:
        secure = "certificate" in str(error).lower()
        why = "its certificate is not trusted; if it signs its own, add ?ssl_cert_reqs=none to the URL"
        raise Unanswered(why if secure else "it is not reached") from None
    except exceptions.RedisError as error:  # its words may quote data
        raise Unanswered(f"reading it failed ({type(error).__name__})") from None
    finally:
        await client.aclose()


def _client(url: str) -> "Redis":
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    if not url.startswith(("redis://", "rediss://")):
        raise Unanswered("it holds no URL of a Redis; it begins with redis:// or rediss://")
    try:
        secure: dict[str, Any] = {"ssl_cert_reqs": "none"} if _signs_its_own(url) else {}
        return Redis.from_url(
            url,
            protocol=2,
            socket_timeout=None,
            encoding_errors="surrogateescape",
            retry=Retry(NoBackoff(), 0),
            **secure,
        )
    except (TypeError, ValueError):  # their words quote the URL
        raise Unanswered("it holds no URL that can be read") from None


def _signs_its_own(url: str) -> bool:
    """Whether the certificate cannot be checked: Heroku Data for Redis signs its own, on hosts with EC2's names.

    No authority signs such a name for a customer, so nothing is given up that could be had. Heroku says to turn the
    check off (devcenter.heroku.com/articles/heroku-redis); what the URL itself says wins.
    """
    address = urlsplit(url)
    host = address.hostname or ""
    return address.scheme == "rediss" and host.startswith("ec2-") and host.endswith(".amazonaws.com")


async def _counted(counted: Counted, read: Read) -> int:
    match counted:
        case Queues():
            return await unfinished(counted, read)
        case Lists(keys):
            return sum(await read([("LLEN", key) for key in keys]))
        case SortedSets(keys):
            return sum(await read([("ZCARD", key) for key in keys]))
        case Counter(key):
            return _held(key, *await read([("GET", key)]))
    assert_never(counted)


async def _read(client: "Redis", commands: Sequence[Command]) -> list[Any]:
    """What the commands answer, in one round trip and at one instant."""
    from redis.exceptions import ResponseError

    pipeline = client.pipeline(transaction=True)
    for command in commands:
        pipeline.execute_command(*command)
    answers: list[Any] = await pipeline.execute(raise_on_error=False)
    for command, answer in zip(commands, answers, strict=True):
        if isinstance(answer, ResponseError) and str(answer).startswith("WRONGTYPE"):
            raise Unanswered(f"the key {plain(command[1])} is no {_KINDS[command[0]]}")
        if isinstance(answer, Exception):
            raise answer
    return answers


def _held(key: str, value: bytes | None) -> int:
    """The number that a key holds. One that is not there may be misspelt: unknown is not zero."""
    if value is None:
        raise Unanswered(f"there is no key {plain(key)}; where nothing is unfinished it has to hold 0")
    if not re.fullmatch(rb"-?[0-9]{1,18}", value):
        raise Unanswered(f"the key {plain(key)} holds no whole number")
    return number(int(value), f"the key {plain(key)}")
