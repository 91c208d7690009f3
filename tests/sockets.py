"""No test reaches for the network: what would leave this machine is refused, from the import of this module on.

Python tells its audit hooks of every socket before it acts, whichever library asks, in every thread. A refusal is no
OSError, so that code under test cannot take it for a host that does not answer; and the test fails even if it was
caught. What libraries written in C dial by themselves (PostgreSQL's) and what other processes do is not seen.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

LOCAL_NAMES = ("localhost", "")
_refused: list[str] = []
_pure = [False]  # while a test of a pure package runs


class SocketRefused(AssertionError):
    """A test tried to open a connection that it must not open."""


@contextmanager
def none_at_all() -> Iterator[None]:
    """While this is entered, no socket may even be made."""
    _pure[0] = True
    try:
        yield
    finally:
        _pure[0] = False


def taken() -> list[str]:
    """What was refused since the last question."""
    found = list(_refused)
    _refused.clear()
    return found


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__" and _pure[0]:
        _refuse("a socket in a test of a pure package")
    elif event in ("socket.connect", "socket.sendto"):
        opened, address = arguments
        if opened.family != socket.AF_UNIX and not _is_local(address[0]):
            _refuse(f"{event} to {address}")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES


def _refuse(what: str) -> None:
    _refused.append(what)
    raise SocketRefused(f"{what}: tests talk to servers on this machine alone (tests/sockets.py)")


sys.addaudithook(_watch)
