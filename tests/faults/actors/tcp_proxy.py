"""`python -m tests.faults.actors.tcp_proxy PORT SOCKET`: the network between our processes and a database.

SIGUSR1 cuts all connections, SIGUSR2 every second one, as a firewall does that forgot them: reset, without a word.
SIGSTOP freezes them.
"""

from __future__ import annotations

import asyncio
import signal
import sys


class _Side(asyncio.Protocol):
    """One half of a connection: what it receives goes to the other half."""

    def __init__(self, pairs: set[_Side]) -> None:
        self._pairs = pairs
        self._waiting: list[bytes] = []
        self.other: _Side | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)
        else:
            self._waiting.append(data)

    def joined(self, other: _Side) -> None:
        self.other = other
        if other.transport:
            other.transport.write(b"".join(self._waiting))

    def connection_lost(self, error: Exception | None) -> None:
        self._pairs.discard(self)
        if self.other and self.other.transport:
            self.other.transport.close()

    def cut(self) -> None:
        for side in (self, self.other):
            if side and side.transport:
                side.transport.abort()


class _Proxy:
    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._open: set[_Side] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def accepted(self) -> _Side:
        side = _Side(self._open)
        self._open.add(side)
        task = asyncio.ensure_future(self._connect(side))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return side

    async def _connect(self, side: _Side) -> None:
        try:
            _, other = await asyncio.get_running_loop().create_unix_connection(lambda: _Side(set()), self._socket)
        except OSError:
            side.cut()
            return
        other.joined(side)
        side.joined(other)

    def cut(self, every: int) -> None:
        for side in list(self._open)[::every]:
            side.cut()


async def _serve(port: int, socket: str) -> None:
    loop = asyncio.get_running_loop()
    proxy = _Proxy(socket)
    loop.add_signal_handler(signal.SIGUSR1, proxy.cut, 1)
    loop.add_signal_handler(signal.SIGUSR2, proxy.cut, 2)
    server = await loop.create_server(proxy.accepted, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
