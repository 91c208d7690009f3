"""Read the status of a reply as soon as its first line has come, whatever happens to the rest.

aiohttp returns a reply once it has parsed all of its headers; when it cannot parse them, it returns nothing. But a
receiver that replied 200 has accepted what we sent. Sending it again for days because of a header that is too long for
us, or of a body where none belongs, would be our fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

FIELD_BYTES = 64 * 1024  # of one header, and of the status line; the library's own limit is 8,190
HEAD_BYTES = 256 * 1024  # of all headers together, with what came before them
HEADERS = HEAD_BYTES // 4  # as many as fit; the library's own limit is 128

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9][0-9])(?=[ \r\n])")
_INFORMATIONAL = range(100, 200)
_SWITCHING_PROTOCOLS = 101
_BODILESS = (204, 304)

speaking: ContextVar[StatusLineReader | None] = ContextVar("speaking", default=None)
"""The connection on which the reply to this task's request comes."""


def status_heard() -> int | None:
    """The status of the reply to this task's request, if its first line has come."""
    connection = speaking.get()
    return None if connection is None else connection.status  # an empty queue is false


class StatusLineReader(ResponseHandler):
    """Keeps the head of a reply until it is parsed."""

    _head = bytearray()
    _is_understood = False

    def set_response_params(self, **params: Any) -> None:
        """Called before each request on the connection."""
        self._head, self._is_understood = bytearray(), False
        super().set_response_params(**params)

    @property
    def status(self) -> int | None:
        """The first status that is not informational."""
        head, start = bytes(self._head), 0
        while found := _STATUS.match(head, start):
            if not _is_informational(int(found[1])):
                return int(found[1])
            end = head.find(b"\r\n\r\n", start)
            if end < 0:
                return None
            start = end + 4
        return None

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Called with each reply that was parsed, informational ones included."""
        message = data[0]
        self._is_understood = not _is_informational(message.code)
        if message.code in _BODILESS and _has_body(message.headers):
            self.force_close()  # the body that comes would be taken for the start of the next reply
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        if not self._is_understood:
            self._head += data
        super().data_received(data)
        if not self._is_understood and len(self._head) > HEAD_BYTES:
            self._give_up()

    def _give_up(self) -> None:
        self.set_exception(HttpProcessingError(message=f"the headers are longer than {HEAD_BYTES:,} bytes"))
        if self.transport is not None:
            self.transport.close()


def _has_body(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers


def _is_informational(status: int) -> bool:
    return status in _INFORMATIONAL and status != _SWITCHING_PROTOCOLS
