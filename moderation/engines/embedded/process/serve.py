"""The engine's process: `serve.py SOCKET`.

It looks at one picture at a time, in the order in which they came. It ends by itself when nobody is connected any more,
when nothing was asked for a while, when it has grown too large, and, by the kernel's alarm, when a picture takes longer
than it may: a hang in a library's own code cannot be stopped in another way. Those who wait behind that picture hear
that it is gone before it began with theirs, and send them to the next process.

A lock beside the socket is held for as long as the process lives: nobody else binds the socket or removes it.
"""

from __future__ import annotations

import faulthandler
import fcntl
import json
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO, Any

# Importing the project package would start the application. This empty module replaces it, with the same path.
_package = ModuleType("moderation")
_package.__path__ = [__file__.rpartition("/engines/")[0]]
sys.modules["moderation"] = _package

from moderation.engines.embedded import wire  # noqa: E402 - reachable only now
from moderation.engines.embedded.process.look import Unusable, look  # noqa: E402

MIB = 1024 * 1024
DATA_BYTES = 1536 * MIB
RETIRES_AT = 700 * MIB
"""Resident: libraries keep memory of large pictures. The next picture has a new process."""
ALONE_SECONDS = 3.0  # without anybody connected
IDLE_SECONDS = 300.0  # without a picture
WAITING = 64  # requests; and together no more bytes than this
WAITING_BYTES = 256 * MIB
READ_SECONDS = 10.0
TAKEN_SECONDS = 1.0  # that another process of this folder may take to end
PAUSE_SECONDS = 0.1


@dataclass
class Job:
    line: socket.socket
    asked: dict[str, Any]
    frames: list[bytes]
    deadline: float
    answered: threading.Event


class Server:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.Queue[Job] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._connected = self._bytes = 0
        self._heard = time.monotonic()

    def serve(self) -> None:
        listener = _listening(self._path)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        asked = time.monotonic()
        while not self._may_end(asked):
            try:
                job = self._jobs.get(timeout=0.5)
            except queue.Empty:
                continue
            self._work(job)
            asked = time.monotonic()
        self._path.unlink(missing_ok=True)

    def _may_end(self, asked: float) -> bool:
        now = time.monotonic()
        is_alone = not self._connected and now - self._heard > ALONE_SECONDS
        is_over = is_alone or now - asked > IDLE_SECONDS or _resident() > RETIRES_AT
        return is_over and self._jobs.empty()

    def _work(self, job: Job) -> None:
        seconds = min(job.deadline - time.monotonic(), wire.MOST_SECONDS)
        try:
            if seconds > 0:
                signal.setitimer(signal.ITIMER_REAL, seconds + 0.2)
                job.line.sendall(wire.BEGUN)
                wire.send(job.line, _answer(job))
        except OSError:
            pass  # nobody waits for it any more
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            job.answered.set()

    def _accept(self, listener: socket.socket) -> None:
        """Short of descriptors, memory or threads, it tries again: a process that hears nobody must not live on."""
        while True:
            try:
                line, _ = listener.accept()
                threading.Thread(target=self._hear, args=[line], daemon=True).start()
            except (OSError, RuntimeError, MemoryError):
                traceback.print_exc()
                time.sleep(PAUSE_SECONDS)

    def _hear(self, line: socket.socket) -> None:
        """A connection may ask again and again. One that asks nothing says that somebody is there."""
        with self._lock:
            self._connected += 1
        try:
            with line, suppress(wire.Broken, OSError, ValueError, KeyError, TypeError):
                while self._hear_one(line):
                    pass
        finally:
            with self._lock:
                self._connected -= 1
                self._heard = time.monotonic()

    def _hear_one(self, line: socket.socket) -> bool:
        line.settimeout(None)
        text = wire.receive_text(line, most=wire.HEADER_BYTES)
        line.settimeout(READ_SECONDS)
        asked = json.loads(text)
        lengths = [int(frame["bytes"]) for frame in asked["frames"]]
        if not self._take(sum(lengths)):
            line.sendall(wire.BUSY)
            return False
        try:
            frames = [wire.receive_bytes(line, length) for length in lengths]
            job = Job(line, asked, frames, time.monotonic() + float(asked["seconds"]), threading.Event())
            if self._jobs.full():
                line.sendall(wire.BUSY)
                return False
            line.sendall(wire.QUEUED)
            self._jobs.put(job)
            job.answered.wait()
        finally:
            self._take(-sum(lengths))
        return True

    def _take(self, count: int) -> bool:
        with self._lock:
            if count > wire.FRAMES_BYTES or self._bytes + count > WAITING_BYTES:
                return False
            self._bytes += count
            return True


def _answer(job: Job) -> dict[str, Any]:
    try:
        sizes = [(int(frame["width"]), int(frame["height"])) for frame in job.asked["frames"]]
        wants = [str(want) for want in job.asked["wants"]]
        return {"frames": [look(data, *size, wants) for data, size in zip(job.frames, sizes, strict=True)]}
    except Unusable:
        return {"why": "a frame is no picture of the size that was told"}
    except MemoryError:
        return {"why": "there was not enough memory for the picture"}
    except ModuleNotFoundError as error:
        return {"why": f"the package {error.name} is not installed"}
    except Exception as error:  # a library's: one picture fails, the others do not
        traceback.print_exc()
        return {"why": f"a library failed on the picture ({type(error).__name__})"}


def _locked(path: Path) -> IO[str]:
    """Until the process ends. Leaves with status TAKEN when another process serves this socket."""
    lock = path.with_suffix(".lock").open("a")
    until = time.monotonic() + TAKEN_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                os._exit(wire.TAKEN)
            time.sleep(PAUSE_SECONDS / 5)
        else:
            return lock


def _listening(path: Path) -> socket.socket:
    """Under another name first: who finds the socket finds somebody who listens."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(unfinished))
    listener.listen(64)
    unfinished.rename(path)
    return listener


def _resident() -> int:
    """Bytes; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


def _close_limits() -> None:
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, DATA_BYTES), (resource.RLIMIT_FSIZE, 0)):
        _, hard = resource.getrlimit(limit)
        with suppress(ValueError, OSError):  # macOS has not all of them
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    sys.addaudithook(_no_network)


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """A library that wants to fetch a model, or a picture that has taken it over, reaches nobody."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and not isinstance(arguments[1], str)):
        raise PermissionError("the engine does not call anybody")


def main(path: Path) -> None:
    """Serve until it is over. What Python or a library prints on stderr goes to the log of who started it."""
    faulthandler.enable()
    _close_limits()
    _lock = _locked(path)
    try:
        Server(path).serve()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
