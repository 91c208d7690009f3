"""Ask the engine of this host."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from moderation.contract.geometry import FoundLine
from moderation.contract.values import Request
from moderation.engines import type_names
from moderation.engines.breaker import breaker_of
from moderation.engines.embedded import host, silences, wire
from moderation.engines.embedded.host import NAME, Host
from moderation.engines.embedded.read_reply import read_answer, read_likenesses, read_lines
from moderation.engines.protocol import Ask, EngineFailed, Findings, Frame, failed
from moderation.messages import LedgerCode, Message

GRACE_SECONDS = 0.4  # the process ends itself before we give up
AGAIN_SECONDS = 0.05  # a process that dies closes one connection after the other, and the one that listens last

WANTS: Mapping[str, frozenset[str]] = {
    "codes": type_names.CODES,
    "faces": type_names.FACES,
    "nudity": type_names.NUDITY,
    "text": type_names.TEXT,
}
"""The types that each of its parts looks for."""
ASKED_FOR: Mapping[str, frozenset[str]] = {**WANTS, "text": type_names.READS_TEXT}
"""The types for which each part looks: advertising is no label of it, but the text is read."""
ALWAYS = ("faces",)
"""Costs little, and shows whom a picture is about, whatever was asked."""


class NotBegun(Exception):
    """The process went before it looked at our picture: another picture, or its end, took it along."""


@dataclass(frozen=True, slots=True)
class Embedded:
    host: Host = field(default_factory=host.this_host)

    @property
    def name(self) -> str:
        return NAME

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        wants = [
            name
            for name, types in ASKED_FOR.items()
            if name in host.installed_parts() and (name in ALWAYS or type_names.wants(ask.types, types))
        ]
        if not wants:
            raise failed(LedgerCode.ENGINE_NOT_INSTALLED, NAME)
        checked = frozenset().union(*(WANTS[name] for name in wants)) & ask.types
        return read_answer(self._asked(frames, wants, ask), frames, checked=checked)

    def find_lines(self, frames: Sequence[Frame], *, deadline: float) -> tuple[FoundLine, ...]:
        """Every line of text on a picture, from the top down, those that it cannot read too. Raises EngineFailed."""
        if "text" not in host.installed_parts():
            raise failed(LedgerCode.ENGINE_NOT_INSTALLED, NAME)
        ask = Ask(frozenset(), Request(raw={}), deadline)
        return read_lines(self._asked(frames, ["lines"], ask), frames)

    def likenesses(self, frames: Sequence[Frame], ask: Ask) -> list[str]:
        """What each frame looks like, in bits; "" for one that is too plain."""
        return read_likenesses(self._asked(frames, ["likeness"], ask), frames)

    def _asked(self, frames: Sequence[Frame], wants: Sequence[str], ask: Ask) -> bytes:
        """Asked again, of the next process, when one ends before it began with this picture."""
        while ask.seconds_left > 0:
            with suppress(NotBegun):
                return self._asked_once(frames, wants, ask)
            time.sleep(AGAIN_SECONDS)
        raise _crowded()

    def _asked_once(self, frames: Sequence[Frame], wants: Sequence[str], ask: Ask) -> bytes:
        with breaker_of(str(self.host.socket_path)).asking(NAME):
            _stay(self.host, ask.deadline)
        with self.host.connect(deadline=ask.deadline) as line:
            _wait_at_most(line, ask.seconds_left)
            try:
                _send(line, frames, wants, ask)
                _expect(line, wire.BEGUN, ask.seconds_left)
            except TimeoutError:
                raise _crowded() from None
            except (wire.Broken, OSError) as error:
                raise NotBegun from error
            return _answer(line, ask)


def _send(line: socket.socket, frames: Sequence[Frame], wants: Sequence[str], ask: Ask) -> None:
    """Until it says that it has the frames."""
    since = time.monotonic()
    sizes = [{"width": one.width, "height": one.height, "bytes": len(one.data)} for one in frames]
    try:
        wire.send(line, {"seconds": ask.seconds_left, "wants": wants, "frames": sizes}, [one.data for one in frames])
        _expect(line, wire.QUEUED, ask.seconds_left)
    except TimeoutError:
        silences.unheard(line, since=since)
        raise
    silences.heard(line)


def _answer(line: socket.socket, ask: Ask) -> bytes:
    """The process is not killed from here when this is late: it may be at somebody else's picture by now, and while it
    is at this one, its own alarm ends it.
    """
    seconds = ask.seconds_left
    try:
        _wait_at_most(line, seconds + GRACE_SECONDS)
        return wire.receive_text(line, most=wire.ANSWER_BYTES)
    except (wire.Broken, OSError) as error:
        if ask.seconds_left > 0:
            raise failed(LedgerCode.ENGINE_ENDED, NAME) from error
        raise failed(LedgerCode.ENGINE_LATE, NAME, seconds=seconds) from error


def _expect(line: socket.socket, sign: bytes, seconds: float) -> None:
    _wait_at_most(line, seconds)
    told = wire.receive_bytes(line, len(sign))
    if told == wire.BUSY:
        raise _crowded()
    if told != sign:
        raise failed(LedgerCode.ENGINE_ANSWER, NAME, detail="it does not keep to the protocol")


def _crowded() -> EngineFailed:
    return EngineFailed(Message(LedgerCode.ENGINE_CROWDED, engine=NAME), is_busy=True)


def _wait_at_most(line: socket.socket, seconds: float) -> None:
    """For each piece of what comes: what comes is short, or comes at once."""
    line.settimeout(max(0.01, seconds))


_here: dict[str, Any] = {"pid": 0, "lines": {}}
_lock = threading.Lock()


def _stay(where: Host, deadline: float) -> None:
    """Keep one connection open for as long as this process lives: the engine ends when nobody is there any more."""
    with _lock:
        if _here["pid"] != os.getpid():  # a fork shares its parent's connections, and must not count on them
            _here.update(pid=os.getpid(), lines={})
        lines: dict[str, socket.socket] = _here["lines"]
        known = lines.get(str(where.socket_path))
        if known is None or not _is_open(known):
            if known is not None:
                known.close()
            lines[str(where.socket_path)] = where.connect(deadline=deadline)


def _is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
