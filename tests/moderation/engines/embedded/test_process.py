"""The engine's process is started, shared, killed, hung and lied by. Its queue and its alarm are the real ones."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from moderation.contract.values import RiskLevel
from moderation.engines.chain import Link, detect_with
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.protocol import EngineFailed, Findings
from tests.moderation.engines.asked import ask, frame
from tests.moderation.engines.embedded.processes import pids
from tests.moderation.engines.stand_in_engine import LIES
from tests.waiting import wait_for

TYPES = ("EROTIC", "QRCODE", "BOCR", "FACE")


def look(engine: Embedded, act: str, seconds: float = 5.0) -> Findings:
    return detect_with([Link(engine)], [frame(act.encode())], ask(*TYPES, seconds=seconds))


def pid_of(engine: Embedded) -> int:
    return int(look(engine, "pid").evidence.text.text.split()[0])


def test_what_it_sees_becomes_labels_boxes_and_lines(embedded: Embedded) -> None:
    found = look(embedded, "good")
    assert {(str(one.path), one.risk_level, one.probability) for one in found.labels} == {
        ("porn/nudity", RiskLevel.REJECT, 0.93),
        ("qr/code", RiskLevel.REVIEW, 1.0),
    }
    assert [(box.kind, box.location, box.qr_content) for box in found.evidence.boxes] == [
        ("face", (10, 10, 50, 60), ""),
        ("qr", (60, 10, 90, 40), "https://x.example"),
    ]
    assert (found.evidence.text.text, found.evidence.text.lines[0].outline.location) == ("hello", (0, 80, 50, 95))
    assert found.source == "embedded/1"
    assert found.checked == set(TYPES)


def test_tiles_of_a_long_picture_are_put_together(embedded: Embedded) -> None:
    tiles = [frame(b"good"), frame(b"good", top=100)]
    found = detect_with([Link(embedded)], tiles, ask(*TYPES))
    assert [box.location for box in found.evidence.boxes if box.kind == "face"] == [
        (10, 10, 50, 60),
        (10, 110, 50, 160),
    ]
    assert found.evidence.face_num == 2


def test_one_process_serves_all(embedded: Embedded) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(pid_of(embedded))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert pids(embedded.host.folder) == [found[0]]


def test_it_inherits_no_secrets(embedded: Embedded) -> None:
    told = look(embedded, "pid").evidence.text.text
    assert not [name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "HOME") if name in told]


@pytest.mark.parametrize("act", LIES)
def test_what_it_cannot_say_is_refused(embedded: Embedded, act: str) -> None:
    with pytest.raises(EngineFailed) as failed:
        look(embedded, act)
    assert failed.value.why["code"] in ("engine.answer", "engine.ended")


def test_boxes_outside_the_picture_are_cut(embedded: Embedded) -> None:
    assert [box.location for box in look(embedded, "outside").evidence.boxes] == [(0, 10, 200, 60)]


@pytest.mark.parametrize("act", ["die", "hang", "hold"])
def test_after_a_death_or_a_hang_the_next_picture_has_a_new_process(embedded: Embedded, act: str) -> None:
    before, started = pid_of(embedded), time.monotonic()
    with pytest.raises(EngineFailed):
        look(embedded, act, seconds=0.3)
    assert time.monotonic() - started < 1.5
    assert pid_of(embedded) != before
    wait_for(lambda: before not in pids(embedded.host.folder), what="the old process to be gone")


def test_killed_in_the_middle_of_a_picture(embedded: Embedded) -> None:
    pid = pid_of(embedded)
    threading.Timer(0.3, os.kill, [pid, signal.SIGKILL]).start()
    with pytest.raises(EngineFailed) as failed:
        look(embedded, "hang")
    assert failed.value.why["code"] == "engine.ended"
    assert pid_of(embedded) != pid


def test_a_process_that_stands_still_is_killed(embedded: Embedded) -> None:
    pid = pid_of(embedded)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(EngineFailed):
        look(embedded, "good", seconds=0.5)
    assert pid_of(embedded) != pid


def test_who_waits_behind_a_hang_is_looked_at_by_the_next_process(embedded: Embedded) -> None:
    pid_of(embedded)
    results: list[object] = []

    def hang() -> None:
        with pytest.raises(EngineFailed):
            look(embedded, "hang", seconds=0.5)

    first = threading.Thread(target=hang)
    first.start()
    time.sleep(0.2)
    results.append(look(embedded, "good", seconds=5))
    first.join()
    assert results


def test_who_cannot_be_looked_at_in_time_is_told_that_it_is_busy(embedded: Embedded) -> None:
    pid_of(embedded)
    others = [threading.Thread(target=look, args=(embedded, "slow")) for _ in range(4)]
    for other in others:
        other.start()
    time.sleep(0.1)
    with pytest.raises(EngineFailed) as failed:
        look(embedded, "good", seconds=0.2)
    assert failed.value.is_busy
    for other in others:
        other.join()


def test_one_that_cannot_start_is_a_failure_soon(embedded: Embedded) -> None:
    broken = Embedded(Host(embedded.host.folder, ("false",)))
    started = time.monotonic()
    with pytest.raises(EngineFailed) as failed:
        look(broken, "good")
    assert failed.value.why["code"] == "engine.broken"
    assert time.monotonic() - started < 3


def test_somebody_elses_folder_is_not_used(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(EngineFailed) as failed:
        look(embedded, "good")
    assert failed.value.why["code"] == "engine.not-set-up"
