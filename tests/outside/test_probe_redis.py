"""Probes of a real Redis, with queues laid out as the tools lay them out."""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from autoscaler.core.probes import Answer, Busy, Counted, Counter, Failed, Idle, Lists, Queues, RedisProbe, SortedSets
from autoscaler.outside.probes import SECONDS
from tests.outside import servers
from tests.outside.probing import asked, silent, stalling
from tests.outside.servers import PASSWORD, Server, free_port

PROCESS, WORKER = "shop.1:4:a1b2c3", "shop.1:4:default,high"


@pytest.fixture
def keys(redis: Server) -> Iterator["Redis"]:
    """The Redis, empty."""
    with Redis(port=redis.port, password=PASSWORD) as client:
        client.flushall()
        yield client


def url(port: int, user: str = "", password: str = PASSWORD, scheme: str = "redis") -> str:
    return f"{scheme}://{user}:{password}@127.0.0.1:{port}"


async def said(address: str, counted: Counted, seconds: float = SECONDS) -> Answer:
    return await asked(RedisProbe("SHOP_REDIS_URL", counted), {"SHOP_REDIS_URL": address}, seconds)


def at(queue: str) -> str:
    """What a Sidekiq process or a Resque worker says about the job that it works on."""
    return json.dumps({"queue": queue, "run_at": 1795000000, "payload": {"class": "Invoice", "args": ["s3cret"]}})


async def test_lists_and_sorted_sets_are_counted(redis: Server, keys: "Redis") -> None:
    keys.rpush("one", "a", "b")
    keys.rpush("two", "c")
    keys.zadd("later", {"d": 1, "e": 2})
    assert await said(url(redis.port), Lists(("one", "two", "none"))) == Busy(3)
    assert await said(url(redis.port), SortedSets(("later", "none"))) == Busy(2)
    assert await said(url(redis.port), Lists(("none",))) == Idle()
    assert await said(f"{url(redis.port)}/1", Lists(("one",))) == Idle()  # another database


@pytest.mark.parametrize(
    ("held", "answer"),
    [
        ("3", Busy(3)),
        ("0", Idle()),
        (None, Failed("SHOP_REDIS_URL: there is no key jobs:open; where nothing is unfinished it has to hold 0")),
        ("-1", Failed("SHOP_REDIS_URL: the key jobs:open gave -1; the number of unfinished things is 0 or more")),
        ("--1", Failed("SHOP_REDIS_URL: the key jobs:open holds no whole number")),
        ("1.5", Failed("SHOP_REDIS_URL: the key jobs:open holds no whole number")),
        ("s3cret", Failed("SHOP_REDIS_URL: the key jobs:open holds no whole number")),
        ("", Failed("SHOP_REDIS_URL: the key jobs:open holds no whole number")),
        ("1" * 5000, Failed("SHOP_REDIS_URL: the key jobs:open holds no whole number")),
    ],
)
async def test_a_counter_holds_the_number(redis: Server, keys: "Redis", held: str | None, answer: Answer) -> None:
    if held is not None:
        keys.set("jobs:open", held)
    assert await said(url(redis.port), Counter("jobs:open")) == answer


@pytest.mark.parametrize("kind", ["work", "workers"])  # since Sidekiq 6.5, and before
async def test_sidekiq_s_queues_and_what_its_processes_work_on(redis: Server, keys: "Redis", kind: str) -> None:
    probe = Queues("sidekiq", ("default", "high"), "")
    assert await said(url(redis.port), probe) == Idle()
    keys.sadd("queues", "default", "mail")
    keys.lpush("queue:mail", at("mail"))
    keys.zadd("retry", {"a job": 1})
    keys.zadd("schedule", {"a job": 1})
    keys.sadd("processes", PROCESS, "shop.2:4:gone")
    keys.hset(PROCESS, mapping={"info": "{}", "busy": 1, "beat": 1, "quiet": "false"})
    keys.hset(f"{PROCESS}:{kind}", "tid1", at("mail"))
    assert await said(url(redis.port), probe) == Idle()
    keys.hset(f"{PROCESS}:{kind}", mapping={"tid2": at("default"), "tid3": at("high"), "tid4": at("high")})
    assert await said(url(redis.port), probe) == Busy(3)
    keys.lpush("queue:default", at("default"))
    keys.hset(f"{PROCESS}:{kind}", "tid5", "what no version wrote")
    assert await said(url(redis.port), probe) == Busy(5)


async def test_resque_s_queues_and_what_its_workers_are_at(redis: Server, keys: "Redis") -> None:
    probe = Queues("resque", ("default", "high"), "resque:")
    assert await said(url(redis.port), probe) == Idle()
    keys.sadd("resque:queues", "default", "high", "mail")
    keys.rpush("resque:queue:mail", "{}")
    keys.rpush("resque:failed", "{}")
    keys.sadd("resque:workers", WORKER, "shop.2:4:mail", "shop.3:4:idle")
    keys.set("resque:worker:shop.2:4:mail", at("mail"))
    assert await said(url(redis.port), probe) == Idle()
    keys.set(f"resque:worker:{WORKER}", at("high"))
    assert await said(url(redis.port), probe) == Busy(1)
    keys.rpush("resque:queue:default", "{}", "{}")
    assert await said(url(redis.port), probe) == Busy(3)


async def test_rq_s_queues_what_is_on_its_way_and_what_is_started(redis: Server, keys: "Redis") -> None:
    probe = Queues("rq", ("default", "high"), "rq:")
    keys.sadd("rq:queues", "rq:queue:default", "rq:queue:high")
    keys.rpush("rq:queue:mail", "a job")
    keys.zadd("rq:finished:default", {"a job": 1})
    keys.zadd("rq:scheduled:default", {"a job": 1})
    keys.zadd("rq:failed:default", {"a job": 1})
    assert await said(url(redis.port), probe) == Idle()
    keys.zadd("rq:wip:high", {"a job:an execution": 1})
    assert await said(url(redis.port), probe) == Busy(1)
    keys.rpush("rq:queue:default:intermediate", "a job")
    assert await said(url(redis.port), probe) == Busy(2)
    keys.rpush("rq:queue:default", "a job", "another")
    assert await said(url(redis.port), probe) == Busy(4)


async def test_celery_s_queues_of_every_priority_and_what_is_not_acknowledged(redis: Server, keys: "Redis") -> None:
    probe = Queues("celery", ("celery",), "")
    keys.sadd("_kombu.binding.celery", "celery\x06\x16\x06\x16celery")
    keys.zadd("unacked_index", {"tag": 1})
    keys.lpush("mail", "{}")
    assert await said(url(redis.port), probe) == Idle()
    keys.lpush("celery\x06\x163", "{}")
    keys.lpush("celery\x06\x169", "{}")
    assert await said(url(redis.port), probe) == Busy(2)
    keys.lpush("celery", "{}")
    keys.hset("unacked", "tag", '[{"body": "s3cret"}, "", "celery"]')
    assert await said(url(redis.port), probe) == Busy(4)


async def test_a_prefix_stands_before_every_key(redis: Server, keys: "Redis") -> None:
    for key in ("ns:queue:q", "ns:queue:q:intermediate", "ns:q"):
        keys.rpush(key, "{}")
    keys.zadd("ns:wip:q", {"a job": 1})
    keys.hset("ns:unacked", "tag", "[]")
    keys.sadd("ns:processes", PROCESS)
    keys.hset(f"ns:{PROCESS}:work", "tid", at("q"))
    keys.sadd("ns:workers", WORKER)
    keys.set(f"ns:worker:{WORKER}", at("q"))
    found = [await said(url(redis.port), Queues(tool, ("q",), "ns:")) for tool in ("sidekiq", "rq", "celery", "resque")]
    assert found == [Busy(2), Busy(3), Busy(2), Busy(2)]


async def test_a_key_of_another_kind_is_named(redis: Server, keys: "Redis") -> None:
    keys.set("queue:default", "s3cret")
    keys.rpush("workers", "s3cret")
    for counted, why in (
        (Lists(("queue:default",)), "the key queue:default is no list"),
        (SortedSets(("workers", "queue:default")), "the key workers is no sorted set"),
        (Counter("workers"), "the key workers is no string"),
        (Queues("sidekiq", ("default",), ""), "the key queue:default is no list"),
        (Queues("resque", ("default",), ""), "the key workers is no set"),
    ):
        assert await said(url(redis.port), counted) == Failed(f"SHOP_REDIS_URL: {why}")


async def test_who_is_not_let_in_is_told_without_the_password(redis: Server, keys: "Redis") -> None:
    refused = Failed("SHOP_REDIS_URL: the user or the password is refused")
    assert await said(url(redis.port, password="s3cret"), Counter("n")) == refused
    assert await said(f"redis://127.0.0.1:{redis.port}", Counter("n")) == refused
    assert await said(url(free_port()), Counter("n")) == Failed("SHOP_REDIS_URL: it is not reached")
    gone = "redis://:s3cret@nowhere.invalid:1"
    assert await said(gone, Counter("n")) == Failed("SHOP_REDIS_URL: it is not reached")
    keys.acl_setuser("stranger", enabled=True, passwords=[f"+{PASSWORD}"], keys=["*"], commands=["+multi", "+exec"])
    assert await said(url(redis.port, "stranger"), Lists(("n",))) == Failed(
        "SHOP_REDIS_URL: the user may not read what is counted"
    )


async def test_a_user_needs_to_read_and_no_more(redis: Server, keys: "Redis") -> None:
    reading = [f"+{command}" for command in "multi exec llen zcard hlen get smembers hvals".split()]  # noqa: SIM905
    keys.acl_setuser("idle_probe", enabled=True, passwords=[f"+{PASSWORD}"], keys=["%R~*"], commands=reading)
    keys.set("n", 2)
    keys.sadd("processes", PROCESS)
    keys.sadd("resque:workers", WORKER)
    tools = [Queues("sidekiq", ("q",), ""), Queues("rq", ("q",), "rq:"), Queues("celery", ("q",), "")]
    counts: list[Counted] = [Lists(("a",)), SortedSets(("a",)), *tools, Queues("resque", ("q",), "resque:")]
    for counted in counts:
        assert await said(url(redis.port, "idle_probe"), counted) == Idle()
    assert await said(url(redis.port, "idle_probe"), Counter("n")) == Busy(2)


async def test_a_server_that_says_nothing_is_left(redis: Server) -> None:
    late = Failed("SHOP_REDIS_URL: no answer within 0.3 seconds")
    async with silent() as port:
        assert await said(url(port), Counter("n"), 0.3) == late
        assert await said(url(port, scheme="rediss"), Counter("n"), 0.3) == late
        assert await said(f"{url(port)}?retry_on_timeout=yes&socket_timeout=60", Counter("n"), 0.3) == late
    async with stalling(redis.port, b"MULTI") as port:
        assert await said(url(port), Counter("n"), 0.3) == late


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "the variable SHOP_REDIS_URL is not set; set it on the app that the autoscaler runs in"),
        ("https://s3cret.example.com", "it holds no URL of a Redis; it begins with redis:// or rediss://"),
        ("redis://:s3cret@[::1", "it holds no URL that can be read"),
        ("redis://:s3cret@localhost:hunter2", "it holds no URL that can be read"),
        ("redis://localhost?socket_timeout=s3cret", "it holds no URL that can be read"),
        ("redis://localhost?s3cret=1", "asking it failed (TypeError)"),
        ("rediss://localhost?ssl_cert_reqs=s3cret", "reading it failed (RedisError)"),
    ],
)
async def test_a_variable_without_a_url_is_named(value: str | None, why: str) -> None:
    environment = {} if value is None else {"SHOP_REDIS_URL": value}
    assert await asked(RedisProbe("SHOP_REDIS_URL", Counter("n")), environment) == Failed(f"SHOP_REDIS_URL: {why}")


async def test_without_its_library_it_says_what_to_install(redis: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    assert await said(url(redis.port), Counter("n")) == Failed(
        "SHOP_REDIS_URL: redis is not installed: pip install 'dyno-autoscaler[redis]'"
    )


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Redis that speaks TLS and signs its own certificate, as Heroku's do."""
    if not shutil.which("openssl"):
        pytest.skip("NOT TESTED: openssl is not installed; on Debian: apt-get install openssl")
    folder = Path(tmp_path_factory.mktemp("tls"))
    signed = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout {folder}/key -out {folder}/cert"
    subprocess.run(signed.split(), check=True, capture_output=True)
    (folder / "key").chmod(0o644)
    for part in (folder, folder.parent, folder.parent.parent):
        part.chmod(0o755)
    port = free_port()
    options = f"--tls-port {port} --tls-cert-file {folder}/cert --tls-key-file {folder}/key --tls-auth-clients no"
    with servers.redis(*options.split()) as server:
        yield Server(port, server.folder)


async def test_a_certificate_is_checked_unless_the_url_says_no(secure: Server) -> None:
    address = url(secure.port, scheme="rediss")
    assert await said(address, Lists(("n",))) == Failed(
        "SHOP_REDIS_URL: its certificate is not trusted; if it signs its own, add ?ssl_cert_reqs=none to the URL"
    )
    assert await said(f"{address}?ssl_cert_reqs=none", Lists(("n",))) == Idle()


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        ("ec2-34-203-1-2.compute-1.amazonaws.com", True),
        ("ec2-34-203-1-2.eu-west-1.compute.amazonaws.com", True),
        ("master.shop.use1.cache.amazonaws.com", False),
        ("ec2-34-203-1-2.compute-1.amazonaws.com.example.com", False),
    ],
)
async def test_heroku_s_redis_needs_no_setting(
    secure: Server, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", secure.port))]

    async def look_up(*_: object, **__: object) -> list[object]:
        return list(here)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    address = f"rediss://:{PASSWORD}@{host}:{secure.port}"
    answer = await said(address, Lists(("n",)))
    assert isinstance(answer, Idle if trusted else Failed)
    answer = await said(f"{address}?ssl_cert_reqs=required", Lists(("n",)))
    assert isinstance(answer, Failed)
