"""Run the decoder once, in a child process without secrets and with memory and time limits."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from moderation.media import spare_decoder
from moderation.media.display_errors import too_expensive

WALL_SECONDS = 15.0
"""From start to last byte; the child's own CPU limit (`child.LIMITS`) ends it sooner unless the machine is busy."""
FULL_SIZE_WALL_SECONDS = 12.0
REPLY_BYTES = 64 * 1024 * 1024
"""Largest reply of the child. Twenty 2048 × 2048 frames of pure noise come to about 55 MB."""
READY = b"ready\n"
"""What the child writes once it has started, before it reads the picture."""

_COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("decoder") / "child.py"))
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    # Without these, glibc keeps freed picture memory and reserves an arena for each thread.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
}
_CHUNK_BYTES = 1024 * 1024
_ENDING_SECONDS = 1.0


class DecoderDidNotStart(RuntimeError):
    """The decoder failed before it saw the picture: the installation is broken, not the picture."""


def develop(data: bytes, *, picture_format: str, max_frames: int) -> bytes:
    """The child's reply to one picture, unchecked.

    Raises Unshowable `too-expensive` when the child hit a limit or died, DecoderDidNotStart.
    """
    return _reply(data, picture_format, str(max_frames), seconds=WALL_SECONDS)


def enlarge(data: bytes, *, picture_format: str) -> bytes:
    """The same for the picture at its full size alone, under wider limits of its own."""
    return _reply(data, picture_format, "full", seconds=FULL_SIZE_WALL_SECONDS)


def cut_for_machines(data: bytes, *, picture_format: str, interval: int, max_frames: int) -> bytes:
    """The same for the pieces that a machine looks at, under the wider limits; by a spare decoder: somebody waits."""
    arguments = (picture_format, "machine", str(interval), str(max_frames))
    try:
        with _in_memory(data) as picture:
            if child := spare_decoder.take(picture, arguments):
                with suppress(DecoderDidNotStart):  # it ended just before: another one is started
                    return _reply_of(child, seconds=FULL_SIZE_WALL_SECONDS)
                picture.seek(0)
            return _reply_of(_started(picture.fileno(), *arguments), seconds=FULL_SIZE_WALL_SECONDS)
    finally:
        spare_decoder.refill(_started)


def _reply(data: bytes, *arguments: str, seconds: float) -> bytes:
    with _in_memory(data) as picture:
        child = _started(picture.fileno(), *arguments)
    return _reply_of(child, seconds=seconds)


def _started(source: int, *arguments: str) -> subprocess.Popen[bytes]:
    """A decoder that reads the picture from this file; without arguments one that waits at this socket."""
    return subprocess.Popen(
        [*_COMMAND, *arguments],
        stdin=source,
        stdout=subprocess.PIPE,
        env=_ENVIRONMENT,
        cwd="/",
        bufsize=0,
        start_new_session=True,
    )


def _reply_of(child: subprocess.Popen[bytes], *, seconds: float) -> bytes:
    try:
        reply = _read(child.stdout, deadline=time.monotonic() + seconds)
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=_ENDING_SECONDS)
    finally:
        _end(child)
    if not reply.startswith(READY):
        status = child.returncode
        raise DecoderDidNotStart(f"the picture decoder ended before it was ready (status {status}); see stderr")
    if child.returncode != 0:
        raise too_expensive()
    return reply[len(READY) :]


def _in_memory(data: bytes) -> IO[bytes]:
    """A file that holds `data`; in memory where the system can, so that a picture need not touch a disk."""
    if hasattr(os, "memfd_create"):
        picture: IO[bytes] = os.fdopen(os.memfd_create("picture"), "w+b")
    else:
        picture = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    picture.write(data)
    picture.seek(0)
    return picture


def _read(pipe: IO[bytes] | None, *, deadline: float) -> bytes:
    """Read until the child closes the pipe.

    Raises Unshowable `too-expensive` at the deadline (by `time.monotonic`) or past REPLY_BYTES.
    """
    assert pipe is not None  # noqa: S101 - tells the type checker what stdout=PIPE means
    reply = bytearray()
    with pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(reply) <= REPLY_BYTES and selector.select(max(0.0, deadline - time.monotonic())):
            chunk = pipe.read(_CHUNK_BYTES)
            if not chunk:
                return bytes(reply)
            reply += chunk
    raise too_expensive()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Reap the child; if it still runs, kill its process group."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
