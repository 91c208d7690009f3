from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_dialled: list[list[Any]] = []


def _note_connects(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for dialled in _dialled:
            dialled.append(args[1])


sys.addaudithook(_note_connects)  # the interpreter itself reports: no path to a socket goes round it


@pytest.fixture
def dialled() -> Iterator[list[Any]]:
    """Every address a socket of this process was connected to during the test."""
    _dialled.append([])
    yield _dialled[-1]
    _dialled.clear()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Plays the DNS: `names(first, second, …)` are the answers to the next look-ups, the last one stays."""

    def answer_with(*answers: list[str]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, *_: Any) -> list[Any]:
            asked.append(host)
            answer = answers[min(len(asked), len(answers)) - 1]
            return [(_family(address), socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return answer_with


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
