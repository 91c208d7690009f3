"""The fastest possible webhook receiver: answers 200 as soon as a request's body has come, and never answers requests
for `/never`. Prints its port. Run: `python -m benchmarks.floor.receiver`.
"""

from __future__ import annotations

import asyncio

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


class Receiver(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.unread = transport, b""

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while (end := self.unread.find(b"\r\n\r\n")) >= 0:
            head = self.unread[:end].lower()
            whole = end + 4 + int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(self.unread) < whole:
                return
            self.unread = self.unread[whole:]
            if b" /never" not in head:
                self.transport.write(ANSWER)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
