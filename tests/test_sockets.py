"""A test cannot reach the network, not even where its refusal is caught."""

from __future__ import annotations

import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import sockets
from tests.sockets import SocketRefused

ELSEWHERE = ("192.0.2.1", 80)  # an address that is nobody's (RFC 5737)


def dial(address: tuple[str, int] = ELSEWHERE) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as opened:
        opened.settimeout(1)
        opened.connect(address)


def test_a_connection_to_elsewhere_is_refused_and_remembered() -> None:
    with pytest.raises(SocketRefused, match=r"192\.0\.2\.1"):
        dial()
    assert sockets.taken() == ["socket.connect to ('192.0.2.1', 80)"]


def test_code_that_catches_its_errors_does_not_hide_it() -> None:
    with contextlib.suppress(Exception):
        dial()
    assert len(sockets.taken()) == 1


def test_threads_and_datagrams_are_refused_too() -> None:
    with ThreadPoolExecutor(1) as threads, pytest.raises(SocketRefused):
        threads.submit(dial).result()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened, pytest.raises(SocketRefused):
        opened.sendto(b"?", ("192.0.2.1", 53))
    assert len(sockets.taken()) == 2


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_servers_on_this_machine_are_reached(family: socket.AddressFamily) -> None:
    with socket.create_server(("", 0), family=family) as server:
        dial(("::1" if family == socket.AF_INET6 else "127.0.0.1", server.getsockname()[1]))


def test_tests_of_pure_packages_make_no_socket_at_all() -> None:
    with sockets.none_at_all(), pytest.raises(SocketRefused):
        socket.socket()
    assert len(sockets.taken()) == 1
    socket.socket().close()
