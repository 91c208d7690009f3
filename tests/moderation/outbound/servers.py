"""Servers on loopback that behave as badly as a test asks them to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from moderation.outbound.addresses import Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
ONE_ADDRESS: tuple[Network, ...] = (ip_network("127.0.0.1/32"),)

TLS_HELLO = b"\x16\x03"

Answer = Callable[[socket.socket, "Server"], None]


@dataclass
class Server:
    """`accepted` counts connections, `requests` holds each request's head as it came."""

    port: int
    accepted: int = 0
    requests: list[str] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(answer: Answer, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Server]:
    listener = socket.create_server((host, 0))
    server = Server(listener.getsockname()[1])
    if tls:
        tls.sni_callback = lambda _socket, name, _context: server.server_names.append(name)
    thread = threading.Thread(target=_accept, args=(listener, server, answer, tls))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def replying(*replies: bytes) -> Answer:
    """The first reply to the first request, and so on; the last one again and again."""

    def answer(connection: socket.socket, server: Server) -> None:
        connection.sendall(replies[min(len(server.requests), len(replies)) - 1])

    return answer


def reply(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def streaming(head: bytes, piece: bytes, *, pause_seconds: float = 0) -> Answer:
    """`head`, then `piece` again and again until the client hangs up or the test ends."""

    def answer(connection: socket.socket, server: Server) -> None:
        connection.sendall(head)
        while not server.stopping.wait(pause_seconds):
            connection.sendall(piece)

    return answer


def stopping(head: bytes, rest: bytes = b"") -> Answer:
    """`head`, a moment later `rest`, then silence."""

    def answer(connection: socket.socket, server: Server) -> None:
        connection.sendall(head)
        server.stopping.wait(0.05)
        connection.sendall(rest)
        server.stopping.wait()

    return answer


def hanging(_connection: socket.socket, server: Server) -> None:
    server.stopping.wait()


def _accept(listener: socket.socket, server: Server, answer: Answer, tls: ssl.SSLContext | None) -> None:
    threads = []
    while not server.stopping.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        server.accepted += 1
        threads.append(threading.Thread(target=_converse, args=(connection, server, answer, tls)))
        threads[-1].start()
    for thread in threads:
        thread.join()


def _converse(connection: socket.socket, server: Server, answer: Answer, tls: ssl.SSLContext | None) -> None:
    connection.settimeout(60)
    with contextlib.suppress(OSError), connection:
        spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
        with spoken:
            server.requests.append(_head(spoken))
            answer(spoken, server)
            _linger(spoken)


def _head(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received and not received.startswith(TLS_HELLO):
        piece = connection.recv(65536)
        if not piece:
            return ""
        received += piece
    return received.decode("latin-1")


def _linger(connection: socket.socket) -> None:
    """Read what the client still sends: closing over unread bytes would take back what was just answered."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(0.2)
    while connection.recv(65536):
        pass
