"""Start the demo's processes, restart those that die, and stop all of them at the end.

Their output goes to `<name>.log`; the terminal shows only changes. Each process leads its own process group, so that
Ctrl-C reaches us alone and a process's children can be found when it has died.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 10
LONGEST_PAUSE_SECONDS = 8
STEADY_SECONDS = 60  # after running this long a process's earlier deaths no longer count
_TICK_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class PortTaken(Exception):
    """Another program listens there, or this user may not. The text names the port and what to do."""


class NotReady(Exception):
    """Some processes did not become ready in time. The text names them and their logs."""


@dataclass(frozen=True, slots=True)
class Process:
    """`env` is added to our own environment; `ready` is polled, None means ready once started."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None


@dataclass(slots=True)
class _Running:
    process: Process
    log: Path
    child: subprocess.Popen[bytes]
    started_at: float
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """Keeps `processes` running, in their order; logs in `<folder>/logs`.

    Use as a context manager, from the main thread: SIGINT, SIGTERM and SIGHUP then make it stop, however often they
    come, and leaving stops all processes in reverse order. `pause` gives the seconds until a process that has died so
    often in a row is started again.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        *,
        folder: Path,
        say: Callable[[str], None] | None = None,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        self._processes = processes
        self._pause = pause or pause_after
        self._logs = folder / "logs"
        self._say = say or _print
        self._running: list[_Running] = []
        self.stopping = False

    def __enter__(self) -> Supervisor:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._signals = _asked_to_stop_by_signals(self._ask_to_stop)
        self._signals.__enter__()
        try:
            for process in self._processes:
                self._start(process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            for running in reversed(self._running):
                self._stop(running)
        finally:
            self._signals.__exit__(None, None, None)

    def wait_until_ready(self, timeout: float) -> bool:
        """True when every process is ready, False when asked to stop meanwhile.

        Restarts what dies on the way. Raises NotReady after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        waiting = list(self._running)
        while not self.stopping:
            self.restart_dead()
            waiting = [running for running in waiting if not _is_ready(running)]
            if not waiting:
                return True
            if time.monotonic() > deadline:
                raise NotReady(_not_ready(waiting, timeout))
            time.sleep(_TICK_SECONDS)
        return False

    def run(self) -> None:
        """Restart what dies until asked to stop."""
        while not self.stopping:
            self.restart_dead()
            time.sleep(_TICK_SECONDS)

    def pid(self, name: str) -> int | None:
        """Of the process of this name, which leads a group of its own; None while it waits to be started again."""
        found = [running for running in self._running if running.process.name == name]
        return found[0].child.pid if found and found[0].restart_at is None else None

    def _ask_to_stop(self) -> None:
        self.stopping = True

    def _start(self, process: Process) -> None:
        log = self._logs / f"{process.name}.log"
        self._running.append(_Running(process, log, _spawn(process, log), time.monotonic()))

    def restart_dead(self) -> None:
        """One round of `run`, for a caller with a loop of its own."""
        for running in self._running:
            if running.restart_at is None and running.child.poll() is not None:
                self._mourn(running)
            elif running.restart_at is not None and time.monotonic() >= running.restart_at:
                running.child = _spawn(running.process, running.log)
                running.started_at, running.restart_at = time.monotonic(), None

    def _mourn(self, running: _Running) -> None:
        _kill_group(running.child.pid)  # its children may still have the port
        steady = time.monotonic() - running.started_at > STEADY_SECONDS
        running.deaths = 1 if steady else running.deaths + 1
        pause = self._pause(running.deaths)
        running.restart_at = time.monotonic() + pause
        self._say(f"{running.process.name} {_ending(running.child)}; starts again in {pause:g} s (see {running.log})")

    def _stop(self, running: _Running) -> None:
        if running.restart_at is not None:
            return  # dead with its group, and its pid may belong to another process by now
        if running.child.poll() is None:
            running.child.terminate()
            try:
                running.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._say(f"{running.process.name} did not stop within {STOP_SECONDS} s and was killed")
        _kill_group(running.child.pid)
        running.child.wait()


def pause_after(deaths: int) -> int:
    """Seconds until a process that has died so often in a row is started again."""
    return LONGEST_PAUSE_SECONDS if deaths > 3 else 1 << (deaths - 1)


def free_port_or_explain(port: int, host: str = "127.0.0.1") -> int:
    """The port, when we can listen there. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except (OSError, OverflowError) as refused:
            raise PortTaken(
                f"Port {port} on {host} cannot be used ({getattr(refused, 'strerror', None) or refused})."
                f" Stop what listens there, or choose another port: make demo PORT={8123 if port != 8123 else 8124}"
            ) from refused
    return port


def _spawn(process: Process, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            process.argv,
            env={**os.environ, **process.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_dies_with_us(os.getpid()),  # safe: the supervisor has no threads
        )


def _dies_with_us(supervisor: int) -> Callable[[], None] | None:
    """On Linux the kernel sends our children SIGTERM when we are killed; elsewhere nothing does."""
    if sys.platform != "linux":
        return None
    return functools.partial(_ask_for_sigterm, ctypes.CDLL(None).prctl, supervisor)


def _ask_for_sigterm(prctl: Callable[[int, int], int], supervisor: int) -> None:
    prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:  # we were killed before the child could ask
        os._exit(1)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: PermissionError for a group of zombies
        os.killpg(leader, signal.SIGKILL)


def _is_ready(running: _Running) -> bool:
    if running.restart_at is not None or running.child.poll() is not None:
        return False
    return running.process.ready is None or running.process.ready()


def _not_ready(waiting: Sequence[_Running], timeout: float) -> str:
    names = "; ".join(f"{running.process.name} (see {running.log})" for running in waiting)
    return f"Not ready after {timeout:g} s: {names}"


def _ending(child: subprocess.Popen[bytes]) -> str:
    if child.returncode < 0:
        return f"was ended by {signal.Signals(-child.returncode).name}"
    return f"ended with exit code {child.returncode}"


def _print(words: str) -> None:
    with suppress(OSError):  # the terminal may be gone; stopping goes on
        sys.stdout.write(words + "\n")
        sys.stdout.flush()


@contextmanager
def _asked_to_stop_by_signals(ask: Callable[[], None]) -> Iterator[None]:
    def on_signal(*_: object) -> None:
        ask()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
