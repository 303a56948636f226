"""Real servers for the tests, from Debian's packages: each on a free port, in a directory of its own, ended by its pid.

Without the package a test says loudly that it did not run.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

PASSWORD = "hunter2hunter2"


@dataclass(frozen=True, slots=True)
class Server:
    """`folder` is its own; `port` is on 127.0.0.1."""

    port: int
    folder: Path


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL; its superuser is `root`, whose password is PASSWORD."""
    initdb, program = _program("initdb", "postgresql"), _program("postgres", "postgresql")
    with _folder() as folder:
        (folder / "password").write_text(PASSWORD)
        data = folder / "data"
        made = [
            initdb,
            "-D",
            str(data),
            "-U",
            "root",
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(folder / "password"),
            "-N",
        ]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=_user(), env=_environment())
        port = free_port()
        settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with _running([program, "-D", str(data), *options], "ready to accept connections", signal.SIGINT):
            yield Server(port, folder)


@contextmanager
def pgbouncer(behind: Server) -> Iterator[Server]:
    """A PgBouncer in transaction mode with one connection to the PostgreSQL behind it."""
    program = _program("pgbouncer", "pgbouncer")
    with _folder() as folder:
        port = free_port()
        (folder / "users").write_text(f'"root" "{PASSWORD}"\n')
        (folder / "settings").write_text(
            f"[databases]\n* = host=127.0.0.1 port={behind.port}\n[pgbouncer]\nlisten_addr=127.0.0.1\n"
            f"listen_port={port}\nauth_type=scram-sha-256\nauth_file={folder}/users\npool_mode=transaction\n"
            "default_pool_size=1\nunix_socket_dir=\n"
        )
        with _running([program, str(folder / "settings")], "process up", signal.SIGTERM):
            yield Server(port, folder)


@contextmanager
def redis(*options: str) -> Iterator[Server]:
    """A Redis; its password is PASSWORD."""
    program = _program("redis-server", "redis-server")
    with _folder() as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--requirepass", PASSWORD]
        command += ["--save", "", "--dir", str(folder), *options]
        with _running(command, "Ready to accept connections", signal.SIGTERM):
            yield Server(port, folder)


@contextmanager
def _running(command: list[str], ready: str, end: signal.Signals) -> Iterator[None]:
    """A program that has said that it is ready."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, user=_user(), env=_environment()
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if ready in line:
                break
        else:
            raise AssertionError(f"{command[0]} did not start: {''.join(said)}")
        drain = Thread(target=process.stdout.read)
        drain.start()
        yield
    finally:
        process.send_signal(end)
        process.wait(timeout=30)
        if ready in "".join(said):
            drain.join()
        process.stdout.close()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="probes-") as name:
        if user := _user():
            shutil.chown(name, user)
        yield Path(name)


def _program(name: str, package: str) -> str:
    """Debian keeps PostgreSQL's out of PATH."""
    found = shutil.which(name) or shutil.which("/usr/sbin/" + name)
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and not debian:
        pytest.skip(f"NOT TESTED: {name} is not installed; on Debian: apt-get install {package}")
    return found or str(debian[-1])


def _user() -> str | None:
    """PostgreSQL and PgBouncer do not run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _environment() -> dict[str, str]:
    """Nothing of the tester's settings, and messages in English."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
