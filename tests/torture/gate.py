"""The way from the daemon to the sandbox, which can be shut: a relay on a port of its own, plain or TLS."""

import os
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


class Gate:
    """`mode` is "" (open), refused, reset, silent, plain (where TLS is expected) or untrusted."""

    def __init__(self, to: int, certificates: Path | None) -> None:
        self._to = to
        self._contexts = {name: _context(certificates / name) for name in ("good", "other")} if certificates else {}
        self._listening: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.port = 0
        self.mode = ""
        self._listen()

    def turn(self, mode: str) -> None:
        """From here on; connections that are open are cut."""
        self.mode = mode
        if mode == "refused":
            self.close()
        elif self._listening is None:
            self._listen()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open = []

    def close(self) -> None:
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def _listen(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=100)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listening], daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=[listening.accept()[0]], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), ExitStack() as stack:
            self._keep(client, stack)
            if self.mode == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if self.mode == "silent":
                while client.recv(4096):
                    pass
                return
            if self._contexts and self.mode != "plain":
                context = self._contexts["other" if self.mode == "untrusted" else "good"]
                client = self._keep(context.wrap_socket(client, server_side=True), stack)
            server = self._keep(socket.create_connection(("127.0.0.1", self._to)), stack)
            back = threading.Thread(target=_copy, args=[server, client], daemon=True)
            back.start()
            _copy(client, server)
            back.join()

    def _keep(self, one: socket.socket, stack: ExitStack) -> socket.socket:
        """To be cut when the gate turns, and closed in the end."""
        self._open.append(one)
        return stack.enter_context(one)


def _copy(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := source.recv(65536):
            to.sendall(data)
    for one in (source, to):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _context(name: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(name.with_suffix(".pem"), name.with_suffix(".key"))
    return context


def certify(folder: Path, env: dict[str, str]) -> Path:
    """Two certificates for this machine that sign themselves, good.pem and other.pem, with their keys."""
    for name in ("good", "other"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / f"{name}.key"),
             "-out", str(folder / f"{name}.pem")],
            check=True, capture_output=True, env={**os.environ, **env}, timeout=60,
        )  # fmt: skip
    return folder


@contextmanager
def gate(to: int, certificates: Path | None = None) -> Iterator[Gate]:
    """A gate to a port of this machine; it speaks TLS where there are certificates."""
    made = Gate(to, certificates)
    try:
        yield made
    finally:
        made.turn("refused")
