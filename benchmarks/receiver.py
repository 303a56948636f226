"""A server that does nothing but answer formations after a delay, and remember when each PATCH was complete.

Run as `python -m benchmarks.receiver DELAY`: it prints its port, and on `GET /times` what it remembers (nanoseconds of
the system's monotonic clock).
"""

import asyncio
import json
import sys
import time


class Receiver(asyncio.Protocol):
    """One connection. Quantities are per app; every app has one process type, `worker`."""

    quantities: dict[str, int] = {}
    times: list[int] = []
    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.decode().split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        if len(rest) < int(fields.get("content-length", "0")):
            return
        received, self.buffer = time.perf_counter_ns(), b""
        method, path, _ = lines[0].split(" ")
        if path == "/times":
            self.answer(json.dumps(self.times).encode())
            self.times.clear()
            return
        app = path.split("/")[2]
        if method == "PATCH":
            self.times.append(received)
            self.quantities[app] = json.loads(rest)["updates"][0]["quantity"]
        asyncio.get_running_loop().call_later(self.delay, self.answer, self.formation(app))

    def formation(self, app: str) -> bytes:
        row = {
            "type": "worker",
            "quantity": self.quantities.get(app, 0),
            "size": "Basic",
            "dyno_size": {"name": "Basic"},
        }
        return json.dumps([row]).encode()

    def answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def main() -> None:
    Receiver.delay = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
