from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from moderation.media import child_process, decoder_server
from moderation.media.child_process import develop
from moderation.media.decoder_server import DecoderDidNotStart
from moderation.media.render import Unshowable, WhyCode, render
from tests.waiting import PATIENCE_SECONDS, wait_for

from .drawn import cornered, saved
from .taken_over import taken_over_by

pytestmark = pytest.mark.usefixtures("own_servers")


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
    names = sorted(decoder_server._ENVIRONMENT)
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
        "import os, signal, time; os.write(1, b'ready\\n'); os.kill(os.getpid(), signal.SIGSTOP)",
    ],
    ids=["silent", "closed-but-alive", "stopped"],
)
def test_a_child_that_does_not_end_is_ended(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "WALL_SECONDS", 0.5)
    taken_over_by(code, monkeypatch)
    server, started = decoder_server.shared(), time.monotonic()
    expect_too_expensive()
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert decoder_server.shared() is server, "it ended the child, and not with itself"
    assert psutil.Process(server.process.pid).children() == []


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSEGV", "SIGXCPU", "SIGABRT"])
def test_a_child_that_is_killed_was_too_expensive(signal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by(
        f"import os, signal; os.write(1, b'ready\\n{{}}'); os.kill(os.getpid(), signal.{signal})", monkeypatch
    )
    expect_too_expensive()


def test_a_decoder_that_cannot_start_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_server, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(DecoderDidNotStart, match="status 3"):
        developed()


def test_nor_is_a_child_that_ends_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by("raise SystemExit(3)", monkeypatch)
    with pytest.raises(DecoderDidNotStart, match="status 3"):
        developed()


def test_nor_is_one_that_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "BEGIN_SECONDS", 0.3)
    taken_over_by("import time; time.sleep(600)", monkeypatch)
    with pytest.raises(DecoderDidNotStart, match="status -9"):
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


def test_nor_one_that_a_child_has_started_before_it_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    number = tmp_path / "number"
    taken_over_by(
        "import os, time; os.write(1, b'ready\\nreply')\n"
        f"if child := os.fork(): open({str(number)!r}, 'w').write(str(child)); os._exit(0)\n"
        "os.close(1); time.sleep(600)",
        monkeypatch,
    )
    assert developed() == b"reply"
    wait_for(lambda: not is_alive(int(number.read_text())), what="the grandchild to be gone")


def test_the_limits_are_closed_before_the_picture_is_seen() -> None:
    """The real child waits for its picture on a pipe that stays open; its limits are read meanwhile."""
    read_end, write_end = os.pipe()
    server = decoder_server.shared()
    pipe, line = server.begin(read_end, ["15", "PNG", "1"])
    assert os.read(pipe, 100) == decoder_server.READY
    (child,) = psutil.Process(server.process.pid).children()
    limits = Path(f"/proc/{child.pid}/limits").read_text().splitlines()
    for end in (pipe, read_end, write_end):
        os.close(end)
    line.close()
    values = {line[:25].strip(): line[25:].split()[:2] for line in limits}
    assert values["Max core file size"] == ["0", "0"]
    assert values["Max file size"] == ["0", "0"]
    assert values["Max data size"] == [str(288 * 1024 * 1024)] * 2
    assert values["Max address space"] == [str(1024 * 1024 * 1024)] * 2
    assert values["Max cpu time"] == ["2", "2"]
    assert values["Max open files"] == ["16", "16"]


def rendered_width(pipe: object) -> None:
    width = render(saved(cornered(), "PNG")).width
    pipe.send((width, decoder_server.shared().process.pid))  # type: ignore[attr-defined]  # a Connection; multiprocessing's types are platform-bound


@pytest.mark.parametrize("way", ["spawn", "fork"])
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests may have left threads
def test_a_daemonic_worker_can_render(way: str) -> None:
    """Celery's prefork workers are daemonic: they may not have multiprocessing children. Forked, it has a server of its
    own, and leaves its parent's alone.
    """
    server = decoder_server.shared()
    context: Any = multiprocessing.get_context(way)
    receiving, sending = context.Pipe(duplex=False)
    worker = context.Process(target=rendered_width, args=(sending,), daemon=True)
    worker.start()
    assert receiving.poll(60)
    width, own_server = receiving.recv()
    assert (width, own_server == server.process.pid) == (96, False)
    worker.join()
    assert decoder_server.shared() is server


def test_the_parent_loads_no_decoder_and_no_framework() -> None:
    code = "import sys, moderation.media.render\nprint([name for name in sys.modules if name in ('PIL', 'django')])"
    root = Path(child_process.__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True, text=True)
    assert loaded.stdout == "[]\n"
