"""Have one picture decoded in a child process without secrets and with memory and time limits."""

from __future__ import annotations

import os
import select
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from moderation.media import decoder_server
from moderation.media.decoder_server import READY, DecoderDidNotStart, Ended, Server, ServerLost
from moderation.media.display_errors import too_expensive

WALL_SECONDS = 15.0
"""From start to last byte; the child's own CPU limit (`child.LIMITS`) ends it sooner unless the machine is busy."""
FULL_SIZE_WALL_SECONDS = 12.0
BEGIN_SECONDS = 5.0
"""Until the child says that it has begun; the picture has no part in that."""
REPLY_BYTES = 64 * 1024 * 1024
"""Largest reply of the child. Twenty 2048 × 2048 frames of pure noise come to about 55 MB."""
_CHUNK_BYTES = 1024 * 1024
_ENDING_SECONDS = 1.0
_TOLD_BYTES = 64


def develop(data: bytes, *, picture_format: str, max_frames: int) -> bytes:
    """The child's reply to one picture, unchecked.

    Raises Unshowable `too-expensive` when the child hit a limit or died, DecoderDidNotStart.
    """
    return _reply(data, picture_format, str(max_frames), seconds=WALL_SECONDS)


def enlarge(data: bytes, *, picture_format: str) -> bytes:
    """The same for the picture at its full size alone, under wider limits of its own."""
    return _reply(data, picture_format, "full", seconds=FULL_SIZE_WALL_SECONDS)


def cut_for_machines(data: bytes, *, picture_format: str, interval: int, max_frames: int) -> bytes:
    """The same for the pieces that a machine looks at, under the wider limits."""
    return _reply(data, picture_format, "machine", str(interval), str(max_frames), seconds=FULL_SIZE_WALL_SECONDS)


def _reply(data: bytes, *arguments: str, seconds: float) -> bytes:
    with suppress(ServerLost):
        return _reply_of(decoder_server.shared(), data, arguments, seconds)
    return _reply_of_own(data, arguments, seconds)


def _reply_of_own(data: bytes, arguments: Sequence[str], seconds: float) -> bytes:
    """By a server that has no other picture: what happens to it is this picture's doing."""
    server = decoder_server.start()
    try:
        return _reply_of(server, data, arguments, seconds)
    except ServerLost:
        raise too_expensive() from None
    finally:
        server.end()


def _reply_of(server: Server, data: bytes, arguments: Sequence[str], seconds: float) -> bytes:
    with _child(server, data, [str(seconds), *arguments]) as child:
        reply = child.reply(until=time.monotonic() + seconds)
        ended = child.ended()
    server.note(ended)
    if not reply.startswith(READY):
        raise DecoderDidNotStart(f"the picture decoder ended before it began (status {ended.status}); see stderr")
    if ended.status != 0:
        raise too_expensive()
    return reply[len(READY) :]


@contextmanager
def _child(server: Server, data: bytes, arguments: Sequence[str]) -> Iterator[Child]:
    """None is left when this is over."""
    with _in_memory(data) as picture:
        pipe, line = server.begin(picture.fileno(), arguments)
    child = Child(server, pipe, line)
    try:
        yield child
    except BaseException:
        with suppress(ServerLost):
            child.ended(at_once=True)
        raise
    finally:
        line.close()
        os.close(pipe)


@dataclass(frozen=True, slots=True)
class Child:
    """One that decodes a picture: the pipe of its reply, and the line on which the server says how it ended."""

    server: Server
    pipe: int
    line: socket.socket

    def reply(self, *, until: float) -> bytes:
        """What it writes before it closes the pipe; nothing when it does not begin.

        Raises Unshowable `too-expensive` after `until` (by `time.monotonic`) or past REPLY_BYTES.
        """
        reply = bytearray()
        if not self._is_readable(min(until, time.monotonic() + BEGIN_SECONDS)):
            return b""
        while len(reply) <= REPLY_BYTES and self._is_readable(until):
            chunk = os.read(self.pipe, _CHUNK_BYTES)
            if not chunk:
                return bytes(reply)
            reply += chunk
        raise too_expensive()

    def ended(self, *, at_once: bool = False) -> Ended:
        """Its end, which is brought about when it does not come by itself. A server that does not do so is ended, and
        the child with it. Raises ServerLost.
        """
        told = b"" if at_once else self._told()
        if not told:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_WR)
            told = self._told()
        if not told:
            self.server.end()
            raise ServerLost
        status, peak_kib, seconds = told.split()
        return Ended(int(status), int(peak_kib), float(seconds))

    def _told(self) -> bytes:
        self.line.settimeout(_ENDING_SECONDS)
        try:
            return self.line.recv(_TOLD_BYTES)
        except OSError:
            return b""

    def _is_readable(self, until: float) -> bool:
        poll = select.poll()  # unlike select, it takes descriptors of any number
        poll.register(self.pipe, select.POLLIN)
        return bool(poll.poll(1000 * max(0.0, until - time.monotonic())))


def _in_memory(data: bytes) -> IO[bytes]:
    """A file that holds `data`; in memory where the system can, so that a picture need not touch a disk."""
    if hasattr(os, "memfd_create"):
        picture: IO[bytes] = os.fdopen(os.memfd_create("picture"), "w+b")
    else:
        picture = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    picture.write(data)
    picture.seek(0)
    return picture
