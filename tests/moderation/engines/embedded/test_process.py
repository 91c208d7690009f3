"""The engine's process is started, shared, killed, hung and lied by. Its queue and its alarm are the real ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from moderation.contract.values import RiskLevel
from moderation.engines.chain import Link, detect_with
from moderation.engines.embedded import silences, wire
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.protocol import EngineFailed, Findings
from tests.moderation.engines.asked import ask, frame
from tests.moderation.engines.embedded.conftest import leave
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


def test_a_process_that_stands_still_is_killed(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silences, "STANDS_STILL_SECONDS", 0.6)
    pid = pid_of(embedded)
    os.kill(pid, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(EngineFailed) as failed:
            look(embedded, "good", seconds=0.5)
        assert failed.value.is_busy
    assert pid_of(embedded) != pid


def test_a_call_without_time_leaves_the_process_to_the_pictures_of_others(embedded: Embedded) -> None:
    pid = pid_of(embedded)
    found: list[Findings] = []
    other = threading.Thread(target=lambda: found.append(look(embedded, "hold-a-while")))
    other.start()
    time.sleep(0.2)
    with pytest.raises(EngineFailed) as failed:
        look(embedded, "good", seconds=0.2)
    assert failed.value.is_busy
    other.join()
    assert [one.evidence.faces for one in found] == [1]
    assert pid_of(embedded) == pid


def test_a_library_that_fails_on_a_picture_fails_that_picture_alone(
    embedded: Embedded, caplog: pytest.LogCaptureFixture
) -> None:
    pid = pid_of(embedded)
    with (
        caplog.at_level("INFO"),
        pytest.raises(EngineFailed, match=r"a library failed on the picture \(RuntimeError\)"),
    ):
        look(embedded, "fail")
    wait_for(lambda: "RuntimeError: a library's own failure" in caplog.text, what="its stack in the log")
    assert pid_of(embedded) == pid


def test_a_picture_that_comes_too_late_is_said_to_be_late(embedded: Embedded) -> None:
    pid_of(embedded)
    with pytest.raises(EngineFailed) as failed:
        embedded.detect([frame(b"hang")], ask(*TYPES, seconds=0.5))
    assert failed.value.why["code"] == "engine.late"
    assert failed.value.why["seconds"] > 0.3


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


def test_who_waits_behind_many_deaths_is_looked_at_all_the_same(embedded: Embedded) -> None:
    """More deaths than a fixed number of tries would stand."""
    pid_of(embedded)
    found: list[Findings] = []

    def die() -> None:
        with pytest.raises(EngineFailed):
            look(embedded, "die", seconds=120)

    threads = [threading.Thread(target=die) for _ in range(6)]
    threads += [threading.Thread(target=lambda: found.append(look(embedded, "good", seconds=120))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.evidence.faces for one in found] == [1] * 3


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


@pytest.mark.parametrize("_number", range(3))
def test_of_two_started_at_once_one_serves_and_its_socket_stays(embedded: Embedded, _number: int) -> None:
    host = embedded.host
    both = [subprocess.Popen([*host.command, str(host.socket_path)], cwd="/") for _ in range(2)]
    wait_for(host.socket_path.exists, what="one to listen")
    pid = pid_of(embedded)
    (other,) = [one for one in both if one.pid != pid]
    assert other.wait(timeout=10) == wire.TAKEN
    assert pid_of(embedded) == pid
    leave(host.folder, *both)


def test_folders_that_others_may_use_are_refused_before_the_socket_is(embedded: Embedded) -> None:
    """Somebody listens there already: in the engine's place, for all we know."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(embedded.host.socket_path))
        listener.listen()
        embedded.host.folder.chmod(0o770)
        with pytest.raises(EngineFailed) as failed:
            look(embedded, "good")
        assert failed.value.why["code"] == "engine.not-set-up"
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    embedded.host.folder.chmod(0o700)
    embedded.host.socket_path.unlink()


def test_somebody_elses_folder_is_not_used(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(EngineFailed) as failed:
        look(embedded, "good")
    assert failed.value.why["code"] == "engine.not-set-up"
