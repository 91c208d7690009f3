"""The paths of the embedded servers' files: a pure function of the folder's path."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

# A Unix socket's path holds at most 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_BYTES = 103
DATABASE = "second_look"
SUPERUSER = "postgres"
POSTGRES_PORT = 5432
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"
REDIS_SOCKET = "redis.sock"

# Not tempfile.gettempdir(): two shells with different TMPDIR must find the same sockets.
SHORT_DIRECTORY = Path("/tmp")  # noqa: S108 - the directory made here is private, and its owner is checked before use


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. `sockets` is inside the folder, or under /tmp where the folder's own path cannot be used."""

    folder: Path
    sockets: Path

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / POSTGRES_SOCKET

    @property
    def postgres_log(self) -> Path:
        return self.folder / "logs" / "postgres.log"

    @property
    def redis_data(self) -> Path:
        return self.folder / "redis"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / REDIS_SOCKET

    @property
    def redis_log(self) -> Path:
        return self.folder / "logs" / "redis.log"


def places_of(folder: Path) -> Places:
    """The paths for this folder; reads and writes nothing on disk."""
    folder = folder.resolve()
    return Places(folder=folder, sockets=_socket_directory(folder))


def _socket_directory(folder: Path) -> Path:
    inside = folder / "sockets"
    longest = len(str(inside / POSTGRES_SOCKET).encode())
    # PostgreSQL and libpq split socket paths at commas, and URL parsers differ in quoting.
    plain = re.fullmatch(r"[\w./-]+", str(inside), re.ASCII)
    if plain and longest <= SOCKET_PATH_BYTES:
        return inside
    return SHORT_DIRECTORY / f"second-look-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
