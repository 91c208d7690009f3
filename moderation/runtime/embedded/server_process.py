"""One server process: started by us, or found running and adopted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .errors import CannotStart

# Recovery after a power cut replays the log, which can take minutes; longer than this is taken for a hang.
START_SECONDS = 120
LOG_BYTES = 10_000_000

_PROC = Path("/proc/self/stat").exists()


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """`child` is None when an earlier owner started it."""

    pid: int
    child: subprocess.Popen[bytes] | None = None

    def is_alive(self) -> bool:
        return self.child.poll() is None if self.child else is_alive(self.pid)

    def stop(self, *, gently: signal.Signals, seconds: float, firmly: signal.Signals) -> None:
        """Ask with `gently`; after `seconds` without an end, send `firmly`. Returns when the process has ended."""
        self._send(gently)
        if not self._ends_within(seconds):
            self._send(firmly)
            if not self._ends_within(10):
                self._send(signal.SIGKILL)
                self._ends_within(10)

    def _send(self, number: signal.Signals) -> None:
        if self.is_alive():
            os.kill(self.pid, number)

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def launch(
    argv: Sequence[str], *, log: Path, account: Account, environment: Mapping[str, str] | None = None
) -> ServerProcess:
    """Start a server that writes to `log`, in its own session: Ctrl-C in our terminal must not reach it."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            start_new_session=True,
            **account.run_as,
        )
    return ServerProcess(child.pid, child)


def wait_until(answers: Callable[[], bool], process: ServerProcess, *, name: str, log: Path, log_from: int) -> None:
    """Return once the server answers. If it does not, stop it and raise CannotStart with the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    try:
        while not answers():
            if not process.is_alive():
                raise CannotStart(f"{name} ended while starting. {last_words(log, log_from)}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{name} did not answer within {START_SECONDS} s. {last_words(log, log_from)}")
            time.sleep(0.02)
    except BaseException:
        process.stop(gently=signal.SIGTERM, seconds=10, firmly=signal.SIGKILL)
        raise


def last_words(log: Path, log_from: int) -> str:
    """The end of what a server wrote to its log since byte `log_from`, as a sentence for a person."""
    with log.open("rb") as written:
        written.seek(log_from)
        lines = written.read().decode(errors="replace").strip().splitlines()[-8:]
    return "\n  ".join([f"Its log, {log}, ends:", *lines]) if lines else f"Its log, {log}, holds nothing new."


def roll_log(log: Path) -> int:
    """Rename a large log, keeping one old log. Returns the size in bytes of the log to append to."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
    return log.stat().st_size if log.exists() else 0


def pid_in(file: Path) -> int | None:
    """The process id on a file's first line."""
    try:
        return int(file.read_text(errors="replace").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie does not, even if it is never reaped (PID 1 of a container)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) not in "ZX"


def works_in(pid: int, directory: Path, *, answers: bool) -> bool:
    """Whether `pid` is the server of `directory`, and not another program that got its pid after a reboot.

    Both servers make their data directory their working directory. Where there is no /proc to read it from, a
    server that `answers` on our private socket is taken for it.
    """
    if not _PROC:
        return answers and is_alive(pid)
    try:
        home = str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return False
    return home.removesuffix(" (deleted)") == str(directory) and is_alive(pid)


def _state(pid: int) -> str:
    """One letter as in `ps`: R, S, D, Z, …; X when the process has just gone."""
    if not _PROC:
        listed = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listed.stdout.strip()[:1] or "X"
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(") ")[2][:1]
    except OSError:
        return "X"
