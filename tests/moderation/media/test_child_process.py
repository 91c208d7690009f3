from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moderation.media import child_process
from moderation.media.child_process import DecoderDidNotStart, develop
from moderation.media.render import Unshowable, WhyCode, render
from tests.waiting import PATIENCE_SECONDS, wait_for

from .drawn import cornered, saved


def taken_over_by(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the decoder does this instead: what a picture could make it do that found a way in."""
    monkeypatch.setattr(child_process, "_COMMAND", (sys.executable, "-I", "-c", code))


def developed() -> bytes:
    return develop(b"bytes", picture_format="PNG", max_frames=3)


def expect_too_expensive() -> None:
    with pytest.raises(Unshowable) as refused:
        developed()
    assert refused.value.why == WhyCode.TOO_EXPENSIVE


def test_the_child_gets_the_picture_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    taken_over_by(
        "import os, sys; print('ready', flush=True)\n"
        "files = sorted(os.listdir('/proc/self/fd'))\n"
        "print(sorted(os.environ), os.getcwd(), sys.argv[1:], sys.stdin.read(), files)",
        monkeypatch,
    )
    names = sorted(child_process._ENVIRONMENT)
    files = ["0", "1", "2", "3"]  # the last one is the listing's own
    assert developed().decode() == f"{names} / ['PNG', '3'] bytes {files}\n"


def test_an_endless_reply_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "REPLY_BYTES", 1_000_000)
    taken_over_by("import os\nwhile True: os.write(1, b'ready\\n' * 1000)", monkeypatch)
    expect_too_expensive()


@pytest.mark.parametrize(
    "code",
    [
        "import time; print('ready', flush=True); time.sleep(600)",
        "import os, time; os.write(1, b'ready\\n'); os.close(1); time.sleep(600)",
    ],
    ids=["silent", "closed-but-alive"],
)
def test_a_child_that_does_not_end_is_ended(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "WALL_SECONDS", 0.5)
    taken_over_by(code, monkeypatch)
    started = time.monotonic()
    expect_too_expensive()
    assert time.monotonic() - started < PATIENCE_SECONDS


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSEGV", "SIGXCPU", "SIGABRT"])
def test_a_child_that_is_killed_was_too_expensive(signal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by(
        f"import os, signal; os.write(1, b'ready\\n{{}}'); os.kill(os.getpid(), signal.{signal})", monkeypatch
    )
    expect_too_expensive()


def test_a_decoder_that_cannot_start_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by("raise SystemExit(3)", monkeypatch)
    with pytest.raises(DecoderDidNotStart, match="status 3"):
        developed()


def is_alive(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers"
    taken_over_by(
        "import os, signal, time; os.write(1, b'ready\\n'); signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = os.fork() or time.sleep(600); open({str(numbers)!r}, 'w').write(f'{{os.getpid()}} {{child}}')\n"
        "time.sleep(600)",
        monkeypatch,
    )
    monkeypatch.setattr(child_process, "WALL_SECONDS", 1.0)
    expect_too_expensive()
    child, grandchild = map(int, numbers.read_text().split())
    assert not is_alive(child)
    wait_for(lambda: not is_alive(grandchild), what="the grandchild to be gone")


def test_the_limits_are_closed_before_the_picture_is_seen(tmp_path: Path) -> None:
    """The real child waits for its picture on a pipe that stays open; its limits are read meanwhile."""
    child = subprocess.Popen(
        [*child_process._COMMAND, "PNG", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
    )
    assert child.stdout is not None
    assert child.stdin is not None
    with child.stdout as answers, child.stdin:
        assert answers.readline() == child_process.READY
        limits = Path(f"/proc/{child.pid}/limits").read_text().splitlines()
        child.kill()
        child.wait()
    values = {line[:25].strip(): line[25:].split()[:2] for line in limits}
    assert values["Max core file size"] == ["0", "0"]
    assert values["Max file size"] == ["0", "0"]
    assert values["Max data size"] == [str(288 * 1024 * 1024)] * 2
    assert values["Max address space"] == [str(1024 * 1024 * 1024)] * 2
    assert values["Max cpu time"] == ["2", "2"]
    assert values["Max open files"] == ["16", "16"]


def rendered_width(pipe: object) -> None:
    width = render(saved(cornered(), "PNG")).width
    pipe.send(width)  # type: ignore[attr-defined]  # a Connection; multiprocessing's types are platform-bound


def test_a_daemonic_worker_can_render() -> None:
    """Celery's prefork workers are daemonic: they may not have multiprocessing children."""
    spawning = multiprocessing.get_context("spawn")
    receiving, sending = spawning.Pipe(duplex=False)
    worker = spawning.Process(target=rendered_width, args=(sending,), daemon=True)
    worker.start()
    assert receiving.poll(60)
    assert receiving.recv() == 96
    worker.join()


def test_the_parent_loads_no_decoder_and_no_framework() -> None:
    code = "import sys, moderation.media.render\nprint([name for name in sys.modules if name in ('PIL', 'django')])"
    root = Path(child_process.__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True, text=True)
    assert loaded.stdout == "[]\n"
