"""Real processes under the supervisor: started, restarted, stopped, none left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.processes import NotReady, PortTaken, Process, Supervisor, free_port_or_explain, pause_after
from tests.waiting import PATIENCE_SECONDS, wait_for

REPOSITORY = Path(__file__).parents[2]

SLEEPS = "import time; time.sleep(100)"
IGNORES_SIGTERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\n" + SLEEPS
)
HAS_A_CHILD = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid, flush=True)\n"
TELLS_OF_SIGTERM = (
    "import os, signal, sys, time\n"
    "def end(*_):\n"
    "    open(sys.argv[1], 'a').write(os.environ['NAME'] + ' ')\n"
    "    sys.exit()\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "print('listens', flush=True)\n"
    "time.sleep(100)\n"
)


def python(name: str, program: str, *arguments: str, **options: Callable[[], bool]) -> Process:
    return Process(name, [sys.executable, "-c", program, *arguments], {"NAME": name}, **options)


def test_what_a_process_prints_goes_to_its_log_and_the_terminal_stays_calm(tmp_path: Path) -> None:
    said: list[str] = []
    talks = python("talks", "import os, time; print('I am', os.environ['NAME'], flush=True); " + SLEEPS)
    with Supervisor([talks], folder=tmp_path, say=said.append):
        wait_for(lambda: "I am talks" in log(tmp_path, "talks"))
    assert said == []


def test_all_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    order = tmp_path / "order"
    names = ["first", "second", "third"]
    processes = [python(name, TELLS_OF_SIGTERM, str(order)) for name in names]
    with Supervisor(processes, folder=tmp_path):
        wait_for(lambda: all("listens" in log(tmp_path, name) for name in names))
    assert order.read_text().split() == ["third", "second", "first"]


def test_a_process_that_dies_is_restarted_and_the_terminal_told(tmp_path: Path) -> None:
    said: list[str] = []
    dies_once = "import os, sys\nif not os.path.exists(sys.argv[1]): open(sys.argv[1], 'w'); sys.exit(3)\n" + SLEEPS
    mark = tmp_path / "mark"
    with Supervisor([python("worker", dies_once, str(mark))], folder=tmp_path, say=said.append) as supervisor:
        wait_for(mark.exists)
        wait_for(lambda: stepped(supervisor) and bool(said))
        assert supervisor.wait_until_ready(10)
    assert said == [f"worker ended with exit code 3; starts again in 1 s (see {tmp_path / 'logs' / 'worker.log'})"]


def test_pauses_grow_while_it_keeps_dying(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor([python("worker", "raise SystemExit(1)")], folder=tmp_path, say=said.append) as supervisor:
        wait_for(lambda: stepped(supervisor) and len(said) == 3)
    assert [re.findall(r"in (\d+) s", words) for words in said] == [["1"], ["2"], ["4"]]


def test_who_starts_them_can_choose_the_pauses(tmp_path: Path) -> None:
    said: list[str] = []
    processes = [python("worker", "raise SystemExit(1)")]
    with Supervisor(processes, folder=tmp_path, say=said.append, pause=lambda deaths: deaths / 10) as supervisor:
        wait_for(lambda: stepped(supervisor) and len(said) == 3)
    assert [re.findall(r"in ([\d.]+) s", words) for words in said] == [["0.1"], ["0.2"], ["0.3"]]


def test_a_running_process_has_a_pid_and_a_dead_one_has_none(tmp_path: Path) -> None:
    tells = python("tells", "import os; print(os.getpid(), flush=True); " + SLEEPS)
    dies = python("dies", "raise SystemExit(1)")
    with Supervisor([tells, dies], folder=tmp_path, say=lambda words: None, pause=lambda _: 100) as supervisor:
        wait_for(lambda: stepped(supervisor) and supervisor.pid("dies") is None)
        wait_for(lambda: log(tmp_path, "tells"))
        assert str(supervisor.pid("tells")) == log(tmp_path, "tells").strip()
        assert supervisor.pid("nobody") is None


def test_it_is_started_again_within_ten_seconds_however_often_it_dies() -> None:
    assert [pause_after(deaths) for deaths in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 8, 8]


def test_the_signal_that_ended_a_process_is_named(tmp_path: Path) -> None:
    said: list[str] = []
    kills_itself = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with Supervisor([python("web", kills_itself)], folder=tmp_path, say=said.append) as supervisor:
        wait_for(lambda: stepped(supervisor) and bool(said))
    assert said[0].startswith("web was ended by SIGKILL; starts again in 1 s")


def test_children_of_a_dead_process_are_gone_before_it_is_restarted(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor([python("web", HAS_A_CHILD)], folder=tmp_path, say=said.append) as supervisor:
        wait_for(lambda: stepped(supervisor) and bool(said))
        wait_for(lambda: not alive(int(log(tmp_path, "web").split()[0])))


def test_children_of_a_stopped_process_are_gone_too(tmp_path: Path) -> None:
    with Supervisor([python("web", HAS_A_CHILD + SLEEPS)], folder=tmp_path):
        wait_for(lambda: bool(log(tmp_path, "web")))
    wait_for(lambda: not alive(int(log(tmp_path, "web"))))


def test_a_process_deaf_to_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.processes.STOP_SECONDS", 0.5)
    said: list[str] = []
    with Supervisor([python("web", IGNORES_SIGTERM)], folder=tmp_path, say=said.append) as supervisor:
        wait_for(lambda: "deaf" in log(tmp_path, "web"))
        (pid,) = pids(supervisor)
    assert not alive(pid)
    assert said == ["web did not stop within 0.5 s and was killed"]


def test_ready_waits_for_every_process(tmp_path: Path) -> None:
    asked: list[bool] = []

    def third_time() -> bool:
        asked.append(True)
        return len(asked) == 3

    processes = [python("db", SLEEPS), python("web", SLEEPS, ready=third_time)]
    with Supervisor(processes, folder=tmp_path) as supervisor:
        assert supervisor.wait_until_ready(20)
    assert len(asked) == 3


def test_what_does_not_become_ready_is_named_with_its_log(tmp_path: Path) -> None:
    processes = [python("db", SLEEPS), python("web", SLEEPS, ready=lambda: False)]
    with (
        pytest.raises(NotReady, match=r"after 0.2 s: web \(see .*web\.log\)$"),
        Supervisor(processes, folder=tmp_path) as supervisor,
    ):
        supervisor.wait_until_ready(0.2)


def test_a_program_that_is_not_there_leaves_the_others_stopped(tmp_path: Path) -> None:
    supervisor = Supervisor([python("db", SLEEPS), Process("web", ["/no/such/program"])], folder=tmp_path)
    with pytest.raises(FileNotFoundError, match="/no/such/program"):
        supervisor.__enter__()
    assert [alive(pid) for pid in pids(supervisor)] == [False]


def test_signal_handlers_are_given_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Supervisor([], folder=tmp_path):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


SUPERVISES = (
    "import sys, pathlib\n"
    "from demo.processes import Process, Supervisor\n"
    "slow = 'import signal, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.8), exit()));'\n"
    "slow += 'print(\"listens\", flush=True); time.sleep(100)'\n"
    "processes = [Process(name, [sys.executable, '-c', slow]) for name in ('one', 'two')]\n"
    "with Supervisor(processes, folder=pathlib.Path(sys.argv[1])) as supervisor:\n"
    "    print(*(running.child.pid for running in supervisor._running), flush=True)\n"
    "    supervisor.run()\n"
    "print('stopped', flush=True)\n"
)


@contextmanager
def supervising(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    argv = [sys.executable, "-c", SUPERVISES, str(folder)]
    with subprocess.Popen(argv, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        children = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(children) == 2
        wait_for(lambda: all("listens" in log(folder, name) for name in ("one", "two")))
        yield supervisor, children


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_a_second_one_is_harmless(tmp_path: Path, number: signal.Signals) -> None:
    with supervising(tmp_path) as (supervisor, children):
        supervisor.send_signal(number)
        time.sleep(0.3)
        supervisor.send_signal(number)
        output, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)
    assert (output, supervisor.returncode) == ("stopped\n", 0)
    assert not any(alive(pid) for pid in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_supervisor_leaves_no_orphans(tmp_path: Path) -> None:
    with supervising(tmp_path) as (supervisor, children):
        assert all(alive(pid) for pid in children)
        supervisor.kill()
        wait_for(lambda: not any(alive(pid) for pid in children))


def test_a_free_port_is_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert free_port_or_explain(port) == port


def test_a_taken_port_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} on 127.0.0.1 .*in use.*make demo PORT=\d+"):
            free_port_or_explain(port)


def test_a_number_that_is_no_port_is_explained() -> None:
    with pytest.raises(PortTaken, match=r"Port 70000 .*make demo PORT="):
        free_port_or_explain(70000)


def log(folder: Path, name: str) -> str:
    return (folder / "logs" / f"{name}.log").read_text()


def pids(supervisor: Supervisor) -> list[int]:
    return [running.child.pid for running in supervisor._running]


def stepped(supervisor: Supervisor) -> bool:
    supervisor.restart_dead()
    return True


def alive(pid: int) -> bool:
    """A zombie counts as gone: where nobody collects orphans it stays listed."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (ProcessLookupError, FileNotFoundError):
        return False
