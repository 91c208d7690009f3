"""What is counted in the process is written later, all of it, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest

from accounts import audit_buffers
from accounts.audit_buffers import Buffer, Counts
from tests.waiting import wait_for


@pytest.fixture
def written() -> list[dict[str, int]]:
    return []


@pytest.fixture
def buffer(written: list[dict[str, int]]) -> Iterator[Buffer[str]]:
    def write(counts: Counts[str]) -> None:
        written.append({key: count for key, (count, _) in counts.items()})

    made: Buffer[str] = Buffer(write)
    yield made
    audit_buffers._buffers.remove(made)


def test_counts_are_added_up_and_written_once(buffer: Buffer[str], written: list[dict[str, int]]) -> None:
    for key in ("one", "two", "one"):
        buffer.add(key)
    buffer.flush()
    buffer.flush()
    assert written == [{"one": 2, "two": 1}]


def test_the_last_time_is_kept() -> None:
    seen: list[datetime] = []
    made: Buffer[str] = Buffer(lambda counts: seen.extend(at for _, at in counts.values()))
    late, early = datetime.fromisoformat("2026-11-28T12:00Z"), datetime.fromisoformat("2026-11-28T11:00Z")
    made.add("one", at=late)
    made.add("one", at=early)
    made.flush()
    audit_buffers._buffers.remove(made)
    assert seen == [late]


def test_what_cannot_be_written_is_kept(buffer: Buffer[str], written: list[dict[str, int]]) -> None:
    real, failed = buffer._write, []

    def refuse(counts: Counts[str]) -> None:
        failed.append(counts)
        raise OSError("away")

    buffer._write = refuse
    buffer.add("one")
    with pytest.raises(OSError, match="away"):
        buffer.flush()
    buffer._write = real
    buffer.add("one")
    buffer.flush()
    assert (len(failed), written) == (1, [{"one": 2}])


def test_nothing_is_lost_between_threads(buffer: Buffer[str], written: list[dict[str, int]]) -> None:
    def count() -> None:
        for _ in range(2000):
            buffer.add("one")
            if _ % 100 == 0:
                buffer.flush()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    buffer.flush()
    assert sum(one["one"] for one in written) == 8000


def test_a_web_process_writes_by_itself(
    buffer: Buffer[str], written: list[dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    flusher = audit_buffers._Flusher()
    flusher.is_on = True
    monkeypatch.setattr(audit_buffers, "_flusher", flusher)
    monkeypatch.setattr(audit_buffers, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(audit_buffers, "_buffers", [buffer])
    pause = threading.Event()
    monkeypatch.setattr(audit_buffers, "_pause", pause)
    buffer.add("one")
    wait_for(lambda: written == [{"one": 1}], what="the buffer to be written")
    pause.set()
