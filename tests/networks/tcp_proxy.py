"""A TCP proxy on loopback that can stand for a broken network: it refuses, or swallows everything, or works."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from enum import Enum

from django.db import connection


class Mode(Enum):
    WORKS = "works"
    SILENT = "silent"  # connections stay open and nothing gets through, as when a host has lost its link
    CLOSED = "closed"  # connections end at once, as when a server process has died


class TcpProxy:
    """`target`: a (host, port), or the path of a Unix socket."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: list[socket.socket] = []
        self.mode = Mode.WORKS
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def turn(self, mode: Mode) -> None:
        """SILENT keeps what is open, and it never works again: the server on the other side is another one by then."""
        self.mode = mode
        if mode is Mode.CLOSED:
            self._end_all()

    def close(self) -> None:
        self.mode = Mode.CLOSED
        self._listening.close()
        self._end_all()

    def _end_all(self) -> None:
        ended, self._open = self._open, []
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.mode is Mode.CLOSED:
                client.close()
                continue
            self._open.append(client)
            if self.mode is Mode.WORKS:
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET)
        server.connect(self._target)
        self._open.append(server)
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        was_silent = False
        with suppress(OSError):
            while data := source.recv(65536):
                was_silent = was_silent or self.mode is Mode.SILENT
                if not was_silent:
                    sink.sendall(data)
            if not was_silent:
                sink.shutdown(socket.SHUT_WR)


@contextmanager
def tcp_proxy(target: tuple[str, int] | str) -> Iterator[TcpProxy]:
    with closing(TcpProxy(target)) as proxy:
        yield proxy


@contextmanager
def database_proxy() -> Iterator[TcpProxy]:
    """In front of the tests' own PostgreSQL, which listens on a Unix socket alone."""
    known = connection.settings_dict
    with tcp_proxy(f"{known['HOST']}/.s.PGSQL.{known['PORT']}") as proxy:
        yield proxy


def database_url(port: int) -> str:
    """The test's database behind a port of loopback."""
    return f"postgresql://{connection.settings_dict['USER']}@127.0.0.1:{port}/{connection.settings_dict['NAME']}"
