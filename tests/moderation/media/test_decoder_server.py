"""The server of the decoder: shared, replaced when it has gone, and never one picture's fault with another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest

from moderation.media import child_process, decoder_server
from moderation.media.child_process import develop
from moderation.media.render import Unshowable, WhyCode, look, render
from tests.waiting import wait_for

from .drawn import cornered, saved
from .taken_over import taken_over_by

pytestmark = pytest.mark.usefixtures("own_servers")

KILLS_ITS_SERVER = """
import os, signal, sys, time
os.write(1, b'ready\\n')
if sys.stdin.read() == 'hostile': os.kill(os.getppid(), signal.{signal})
time.sleep({seconds})
os.write(1, b'reply')
"""


def rendered() -> int:
    return render(saved(cornered(), "PNG")).width


def server() -> int:
    return decoder_server.shared().process.pid


def test_one_server_for_all_pictures_and_threads() -> None:
    first = server()
    with ThreadPoolExecutor(6) as threads:
        widths = list(threads.map(lambda _: rendered(), range(24)))
    assert (set(widths), server()) == ({96}, first)
    assert psutil.Process(first).children() == []
    assert psutil.Process(first).num_fds() < 16


def test_it_has_one_thread_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forking is safe where no other thread could hold a lock."""
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    rendered()
    process = psutil.Process(server())
    assert process.num_threads() == 1
    assert sorted(process.environ()) == sorted(decoder_server._ENVIRONMENT)


def test_a_server_that_was_killed_is_replaced() -> None:
    first = server()
    os.kill(first, signal.SIGKILL)
    assert rendered() == 96
    assert server() != first


def test_one_that_is_stopped_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "BEGIN_SECONDS", 0.3)
    first = server()
    os.kill(first, signal.SIGSTOP)
    assert rendered() == 96
    assert server() != first
    assert not psutil.pid_exists(first)


def test_its_children_end_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    number = tmp_path / "number"
    code = f"import os, time; open({str(number)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    taken_over_by(code, monkeypatch)
    pipe, line = decoder_server.shared().begin(0, ["600", "PNG", "1"])  # its own alarm is far away
    wait_for(lambda: number.exists() and number.read_text() != "", what="the child")
    os.kill(server(), signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(int(number.read_text())), what="the child to be gone")
    line.close()
    os.close(pipe)


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSTOP"])
def test_a_picture_that_takes_its_server_along_costs_no_other(signal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by(KILLS_ITS_SERVER.format(signal=signal, seconds=0.5), monkeypatch)
    develops = partial(develop, picture_format="PNG", max_frames=1)
    with ThreadPoolExecutor(4) as threads:
        others = [threads.submit(develops, b"good") for _ in range(3)]
        time.sleep(0.2)
        hostile = threads.submit(develops, b"hostile")
    assert [other.result() for other in others] == [b"reply"] * 3
    refused = hostile.exception()
    assert isinstance(refused, Unshowable)
    assert refused.why == WhyCode.TOO_EXPENSIVE


def test_after_a_crash_the_next_picture_has_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of its memory, which all children share, may have been found out."""
    taken_over_by("import os, signal; os.write(1, b'ready\\n'); os.kill(os.getpid(), signal.SIGSEGV)", monkeypatch)
    first = server()
    with pytest.raises(Unshowable):
        rendered()
    assert server() != first
    wait_for(lambda: not psutil.pid_exists(first) or psutil.Process(first).status() == "zombie", what="its end")


def test_a_picture_that_cost_too_much_leaves_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over_by("import os, signal; os.write(1, b'ready\\n'); os.kill(os.getpid(), signal.SIGXCPU)", monkeypatch)
    first = server()
    with pytest.raises(Unshowable):
        rendered()
    assert server() == first


def test_it_ends_with_its_owner_however_that_ends() -> None:
    code = (
        "import os, signal, sys\nfrom moderation.media import decoder_server\n"
        "print(decoder_server.shared().process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = Path(child_process.__file__).parents[2]
    owner = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    wait_for(lambda: not psutil.pid_exists(int(owner.stdout)), what="the server to end")


def test_it_ends_when_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    server_code = (
        "import importlib.util\n"
        f"spec = importlib.util.spec_from_file_location('serve', {decoder_server._COMMAND[-1]!r})\n"
        "serve = importlib.util.module_from_spec(spec); spec.loader.exec_module(serve)\n"
        "serve.IDLE_SECONDS = serve.LOOKS_UP_SECONDS = 0.2; serve.main()"
    )
    monkeypatch.setattr(decoder_server, "_COMMAND", (sys.executable, "-I", "-c", server_code))
    first = decoder_server.shared()
    assert first.process.wait(30) == 0
    assert rendered() == 96
    assert server() != first.process.pid


def test_every_kind_of_work_is_done_by_it() -> None:
    first = server()
    data = saved(cornered(), "JPEG")
    assert look(data, interval=1, max_frames=1).pieces
    assert child_process.enlarge(data, picture_format="JPEG")
    assert server() == first
