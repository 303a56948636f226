"""How tools lay out their queues in Redis: what waits in them and what is being worked on, as far as Redis tells.

What is to come (scheduled, deferred, retried later) and what failed for good is not counted.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, assert_never

from autoscaler.core.probes import Queues

Command = tuple[str, ...]
Read = Callable[[Sequence[Command]], Awaitable[list[Any]]]
"""Reads all at one instant: a job that goes from a queue to a worker is in one of the two."""

_PRIORITIES = ("", *(f"\x06\x16{priority}" for priority in range(1, 10)))


async def unfinished(queues: Queues, read: Read) -> int:
    """How many jobs of `queues` wait or are being worked on."""
    names, prefix = queues.names, queues.prefix
    match queues.tool:
        case "sidekiq":
            return await _sidekiq(names, prefix, read)
        case "rq":
            return await _rq(names, prefix, read)
        case "celery":
            return await _celery(names, prefix, read)
        case "resque":
            return await _resque(names, prefix, read)
    assert_never(queues.tool)


async def _sidekiq(names: Sequence[str], prefix: str, read: Read) -> int:
    """Lists, and the work that each process told of at its last heartbeat, at most 10 s ago (lib/sidekiq/launcher.rb).

    The hash is called `workers` before Sidekiq 6.5.
    """
    [processes] = await read([("SMEMBERS", f"{prefix}processes")])
    told = [f"{prefix}{_text(process)}:{kind}" for process in processes for kind in ("work", "workers")]
    waiting = [("LLEN", f"{prefix}queue:{name}") for name in names]
    found = await read([*waiting, *(("HVALS", key) for key in told)])
    return sum(found[: len(names)]) + sum(_is_of(names, job) for jobs in found[len(names) :] for job in jobs)


async def _resque(names: Sequence[str], prefix: str, read: Read) -> int:
    """Lists, and what each worker is at (lib/resque/data_store.rb); a killed worker stays until another one starts."""
    [workers] = await read([("SMEMBERS", f"{prefix}workers")])
    waiting = [("LLEN", f"{prefix}queue:{name}") for name in names]
    found = await read([*waiting, *(("GET", f"{prefix}worker:{_text(worker)}") for worker in workers)])
    return sum(found[: len(names)]) + sum(_is_of(names, job) for job in found[len(names) :] if job is not None)


async def _rq(names: Sequence[str], prefix: str, read: Read) -> int:
    """Lists, the list in which a job is between queue and worker, and the started jobs (rq/registry.py)."""
    commands: list[Command] = []
    for name in names:
        queue = f"{prefix}queue:{name}"
        commands += [("LLEN", queue), ("LLEN", f"{queue}:intermediate"), ("ZCARD", f"{prefix}wip:{name}")]
    return sum(await read(commands))


async def _celery(names: Sequence[str], prefix: str, read: Read) -> int:
    """Lists, one for each priority above 0 too, and what workers took and have not acknowledged, of whatever queue.

    kombu/transport/redis.py: `_q_for_pri`, `unacked_key`.
    """
    waiting = [("LLEN", f"{prefix}{name}{priority}") for name in names for priority in _PRIORITIES]
    return sum(await read([*waiting, ("HLEN", f"{prefix}unacked")]))


def _is_of(names: Sequence[str], job: bytes) -> bool:
    """Whether a job that is being worked on comes from one of the queues; one that cannot be read may well."""
    try:
        queue = json.loads(job)["queue"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return True
    return queue in names or not isinstance(queue, str)


def _text(name: bytes) -> str:
    """surrogateescape is how the client writes it back: names are anybody's bytes."""
    return name.decode("utf-8", "surrogateescape")
