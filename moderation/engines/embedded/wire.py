"""What goes over the engine's socket. Both sides import this; it imports nothing of the application.

A request is a line of JSON with a length before it, and the frames' bytes: {"seconds", "wants": […], "frames":
[{"width", "height", "bytes"}, …]}. The engine answers BUSY, or QUEUED as soon as it has read that; then BEGUN when it
starts to look, and a JSON text with a length before it.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

QUEUED, BUSY, BEGUN = b"Q", b"X", b"B"
HEADER_BYTES = 64 * 1024
FRAMES_BYTES = 128 * 1024 * 1024
ANSWER_BYTES = 8 * 1024 * 1024
MOST_SECONDS = 20.0
"""For one request: then the process ends itself."""
TAKEN = 75
"""The status of a process that ends because another one serves the same folder."""
_LENGTH = struct.Struct("!I")
_PIECE = 1024 * 1024


class Broken(Exception):
    """The other side hung up, or says what it must not."""


def send(line: socket.socket, value: Any, parts: Sequence[bytes] = ()) -> None:
    text = json.dumps(value).encode()
    line.sendall(_LENGTH.pack(len(text)) + text)
    for part in parts:
        line.sendall(part)


def receive_text(line: socket.socket, *, most: int) -> bytes:
    """Raises Broken, and OSError as the socket does."""
    (length,) = _LENGTH.unpack(receive_bytes(line, _LENGTH.size))
    if length > most:
        raise Broken(f"a text of {length} bytes")
    return receive_bytes(line, length)


def receive_bytes(line: socket.socket, length: int) -> bytes:
    read = bytearray()
    while len(read) < length:
        piece = line.recv(min(_PIECE, length - len(read)))
        if not piece:
            raise Broken("it hung up")
        read += piece
    return bytes(read)
