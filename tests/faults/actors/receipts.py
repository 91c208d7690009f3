"""What an actor of a run saw and was told, in a file that only grows: a line is in it before the next thing is done."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Receipts:
    """Lines are written whole, by several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._lock = threading.Lock()

    def write(self, kind: str, **told: Any) -> None:
        line = json.dumps({"kind": kind, "at": time.time(), **told}, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            os.write(self._file, line)


def read_receipts(path: Path) -> Iterator[dict[str, Any]]:
    """In the order in which they were written; a last line that a kill cut short is left out."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)
