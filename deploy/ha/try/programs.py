"""Programs that run in a node, each with a log and a file with its process id. Starting what runs does nothing."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import namespaces
from places import ROOT, STATE, folder

STOP_SECONDS = 10
PAUSE_SECONDS = 0.2


class NotInTime(Exception):
    """Its text says what did not happen."""


def start(name: str, node: str, argv: Sequence[str], *, user: str = "", env: Mapping[str, str] | None = None) -> None:
    if is_running(name, node):
        return
    group = f"--regid={pwd.getpwnam(user).pw_gid}" if user else ""
    as_user = ["setpriv", f"--reuid={user}", group, "--clear-groups"] if user else []
    with log_of(name, node).open("ab") as log:
        process = subprocess.Popen(
            namespaces.inside(node, [*as_user, *argv]),
            cwd="/" if user else ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _pid_file(name, node).write_text(str(process.pid))


def stop(name: str, node: str) -> None:
    """SIGTERM, and after a while kill -9."""
    pid = pid_of(name, node)
    if pid:
        _signal(pid, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while is_running(name, node) and time.monotonic() < until:
            time.sleep(PAUSE_SECONDS)
        _signal(pid, signal.SIGKILL)
    _pid_file(name, node).unlink(missing_ok=True)


def kill(name: str, node: str) -> None:
    if pid := pid_of(name, node):
        _signal(pid, signal.SIGKILL)


def is_running(name: str, node: str) -> bool:
    return bool(pid_of(name, node))


def pid_of(name: str, node: str) -> int:
    """0 when it does not run."""
    try:
        pid = int(_pid_file(name, node).read_text())
    except (OSError, ValueError):
        return 0
    with suppress(ChildProcessError):  # one that we started ourselves and that has ended
        os.waitpid(pid, os.WNOHANG)
    return pid if namespaces.is_inside(pid, node) else 0


def started(node: str) -> list[str]:
    """The names of what was started there and not stopped."""
    return sorted(path.stem for path in (STATE / "pids" / node).glob("*.pid"))


def run(node: str, argv: Sequence[str], *, env: Mapping[str, str] | None = None, told: str | None = None) -> str:
    """Run to its end and return what it wrote."""
    done = subprocess.run(
        namespaces.inside(node, list(argv)),
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout)[-2000:]
        raise NotInTime(f"{' '.join(argv)} in {node} ended with {done.returncode}: {said}")
    return done.stdout


def wait_for(what: str, ask: Callable[[], object], *, seconds: float) -> float:
    """Returns after how many seconds it was so. Raises NotInTime."""
    began = time.monotonic()
    while not ask():
        if time.monotonic() > began + seconds:
            raise NotInTime(f"{what}: not within {seconds:g} s. The logs are in {STATE / 'logs'}.")
        time.sleep(PAUSE_SECONDS)
    return time.monotonic() - began


def log_of(name: str, node: str) -> Path:
    path = STATE / "logs" / f"{node}-{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def owned_folder(node: str, user: str) -> Path:
    made = folder(node)
    made.mkdir(parents=True, exist_ok=True)
    subprocess.run(["chown", f"{user}:", str(made)], check=True)
    made.chmod(0o700)
    return made


def _pid_file(name: str, node: str) -> Path:
    path = STATE / "pids" / node / f"{name}.pid"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
