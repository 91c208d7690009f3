"""Bodies at and over their limits, sent to a real web process: announced, or in chunks that say nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from moderation.contract.json_text import MAX_VALUES
from moderation.models import Case
from tests.factories import bodies
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_SECONDS
from tests.world import World

MIB = 1024 * 1024
PIECE = b" " * 64 * 1024


def padded(start: bytes, end: bytes, size: int) -> Iterator[bytes]:
    """A body of `size` bytes, most of them spaces between its start and its end."""
    yield start
    for left in range(size - len(start) - len(end), 0, -len(PIECE)):
        yield PIECE[:left]
    yield end


def send(web: RunningApp, world: World, pieces: Iterator[bytes], *, announced: int | None = None) -> tuple[int, Any]:
    """The status and the body of the answer, also when it comes before all was sent."""
    connection = HTTPConnection(urlsplit(web.url).netloc, timeout=PATIENCE_SECONDS)
    length = {"Content-Length": str(announced)} if announced else {"Transfer-Encoding": "chunked"}
    headers = {**world.bearer, "Content-Type": "application/json", **length}
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", "/api/v1/results", pieces, headers, encode_chunked=not announced)
    try:
        answer = connection.getresponse() if connection.sock else None
        assert answer is not None
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


GOOD = json.dumps(bodies.envelope(requestId="large")).encode()


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "announced"])
@pytest.mark.parametrize(
    ("start", "mebibytes", "is_refused"),
    [(GOOD[:-1], 16, False), (GOOD[:-1], 16.1, True), (b"[", 16.1, False), (b"\n [", 64, False), (b"[", 64.1, True)],
    ids=["a result", "a result too large", "a batch", "a large batch", "a batch too large"],
)
def test_a_result_may_have_16_mib_and_a_batch_64(
    web: RunningApp, cast: World, start: bytes, mebibytes: float, is_refused: bool, chunked: bool
) -> None:
    size, end = int(mebibytes * MIB), b"1]" if b"[" in start[:3] else b"}"
    status, _ = send(web, cast, padded(start, end, size), announced=None if chunked else size)
    assert status < 500
    assert (status == 413) is is_refused
    assert Case.objects.count() == (status == 201)


@pytest.mark.parametrize(
    ("size", "start"),
    [(64 * MIB + 1, b"["), (10**15, b"["), (16 * MIB + 1, b'{"a":' + PIECE)],
    ids=["a batch", "a petabyte", "a result"],
)
def test_what_is_announced_too_large_is_refused_before_it_is_sent(
    web: RunningApp, cast: World, size: int, start: bytes
) -> None:
    assert send(web, cast, iter([start]), announced=size)[0] == 413


def test_what_never_ends_is_cut_and_costs_little_memory(cast: World, tmp_path: Path) -> None:
    """In a process of its own: the peak of one that has read a large batch tells nothing. Three times the limit is held
    while the pieces are put together.
    """
    with run_app(tmp_path / "logs") as fresh:
        process = psutil.Process(fresh.processes["web"].pid)
        before = most_memory(process)
        status, problem = send(fresh, cast, padded(b"[", b"]", 300 * MIB))
        assert status == 413
        assert "64 MiB" in problem["detail"]
        assert most_memory(process) - before < 280 * MIB


def test_more_values_than_are_read_are_refused_at_once(web: RunningApp, cast: World) -> None:
    status, problem = send(web, cast, iter([b"[", b"[]," * MAX_VALUES, b"[]]"]))
    assert status == 400
    assert f"{MAX_VALUES:,}" in problem["errors"][0]["detail"]


def most_memory(process: psutil.Process) -> int:
    """Bytes that the process and its children have held at their peaks."""
    lines = [Path(f"/proc/{one.pid}/status").read_text() for one in [process, *process.children(recursive=True)]]
    return sum(int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) for text in lines) * 1024
