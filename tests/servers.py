"""Real servers of Debian's packages for tests: on free ports of loopback, in folders of their own, gone at the end.

PostgreSQL and PgBouncer refuse to run as root; where the tests do, they run as the user `postgres`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Thread

import psycopg
import pytest

USER = "autoscaler_tests"
PASSWORD = "hush-hush-hush"
"""Planted: no text that people read may contain it."""

_SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=200",
    "listen_addresses=127.0.0.1",
    "timezone=Asia/Tokyo",  # a server's own zone must not matter
)


@dataclass
class PostgresServer:
    """A cluster in `folder`, from which anybody can be thrown out."""

    binaries: Path
    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres", password: str = PASSWORD, port: int = 0) -> str:
        return f"postgres://{USER}:{password}@127.0.0.1:{port or self.port}/{database}"

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The URL of a database with nothing in it."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"create database {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"drop database {name} with (force)")

    def execute(self, sql: str, url: str = "") -> list[tuple[object, ...]]:
        """One statement by somebody else."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def make(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        _run(
            str(self.binaries / "initdb"), "--pgdata", str(self.folder / "data"), "--username", USER,
            "--pwfile", str(password), "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        settings = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={self.folder}"))
        self._control("start", "--options", f"-p {self.port} {settings}", "--log", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        """At once: whoever is connected is thrown out."""
        self._control("stop", "--mode", mode)

    def _control(self, *arguments: str) -> None:
        _run(str(self.binaries / "pg_ctl"), "--wait", "--silent", "--pgdata", str(self.folder / "data"), *arguments)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL; where it is not installed, the test is skipped, saying so."""
    with _folder() as folder:
        server = PostgresServer(_postgres_binaries(), folder, free_port())
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


@contextmanager
def pgbouncer(server: PostgresServer) -> Iterator[int]:
    """The port of a PgBouncer in transaction mode, whose clients share one connection to `server`."""
    binary = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    with _folder() as folder:
        port = free_port()
        (folder / "users").write_text(f'"{USER}" "{PASSWORD}"\n')
        settings = {
            "listen_addr": "127.0.0.1", "listen_port": port, "unix_socket_dir": "", "auth_type": "plain",
            "auth_file": folder / "users", "pool_mode": "transaction", "default_pool_size": 1,
            "server_login_retry": 0.1,
        }  # fmt: skip
        lines = [f"* = host=127.0.0.1 port={server.port}", "[pgbouncer]", *(f"{k} = {v}" for k, v in settings.items())]
        (folder / "pgbouncer.ini").write_text("\n".join(["[databases]", *lines, ""]))
        command = [binary, str(folder / "pgbouncer.ini")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder, user=_uid()) as process:
            try:
                assert process.stderr is not None
                told = iter(process.stderr.readline, "")
                assert any("process up" in line for line in told), "PgBouncer did not start"
                listener = Thread(target=process.stderr.read, daemon=True)  # a full pipe would make it wait for ever
                listener.start()
                yield port
            finally:
                process.kill()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL."""
    with postgres_server() as server:
        yield server


def _postgres_binaries() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    if debian:
        return debian[-1].parent
    if elsewhere is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return Path(elsewhere).parent


def _uid() -> int | None:
    return pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None


@contextmanager
def _folder() -> Iterator[Path]:
    """An empty folder of whoever runs the server; pytest's own is closed to other users."""
    path = Path(tempfile.mkdtemp(prefix="autoscaler-"))
    uid = _uid()
    if uid is not None:
        os.chown(path, uid, -1)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def _run(*command: str) -> None:
    done = subprocess.run(command, user=_uid(), cwd="/", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
