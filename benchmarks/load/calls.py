"""What an actor asked and how long the answer took, a line each: when, as seconds since the epoch, what, milliseconds,
status.
"""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

NO_ANSWER = 0
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Call:
    """`at` is when it ended."""

    at: float
    what: str
    milliseconds: float
    status: int

    @property
    def is_good(self) -> bool:
        return self.status in (200, 201)


def read(path: Path) -> list[Call]:
    lines = path.read_text().splitlines() if path.exists() else []
    fields = (line.split() for line in lines)
    return [Call(float(at), what, float(spent), int(status)) for at, what, spent, status in fields]


class Caller:
    """One connection that is kept, opened anew after a failure. Several may write to the same file."""

    lock = threading.Lock()

    def __init__(self, url: str, headers: dict[str, str], into: Path) -> None:
        self._host, self._headers, self._into = urlsplit(url).netloc, headers, into
        self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)

    def post(self, what: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and content; (NO_ANSWER, b"") where none came."""
        started = time.perf_counter()
        try:
            self._connection.request("POST", path, body, self._headers)
            answer = self._connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            status, content = NO_ANSWER, b""
        spent = (time.perf_counter() - started) * 1000
        with self.lock, self._into.open("a") as file:
            file.write(f"{time.time():.3f} {what} {spent:.2f} {status}\n")
        return status, content
