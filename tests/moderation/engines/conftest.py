from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.engines import breaker
from tests.processes import free_port
from tests.waiting import wait_for


@pytest.fixture(scope="session")
def stand_in() -> Iterator[str]:
    """The URL of a running stand-in, without a path."""
    port = free_port()
    argv = [sys.executable, str(Path(__file__).with_name("stand_in.py")), str(port)]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _listens(port), what="the stand-in to listen")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(autouse=True)
def _rested() -> None:
    """Earlier tests' failures do not count."""
    breaker._breakers.clear()
