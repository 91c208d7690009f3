"""Faults in which something is used up: disks, connections, and a folder that cannot be written to."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import psycopg

from moderation.runtime import embedded
from tests.faults import installation
from tests.faults.options import Places

Heal = Callable[[], None]
LEFT_KB = 200
MOST_CONNECTIONS = 120  # more than PostgreSQL accepts
SILENT = 300


class Missed(Exception):
    """There was nothing to hit: the fault before has not been recovered from. The text says what was missing."""


def take_connections(places: Places) -> Heal:
    """Open connections to PostgreSQL until it accepts no more, and keep them."""
    url = embedded.addresses(places.database).database_url
    taken = ExitStack()
    with suppress(psycopg.OperationalError):
        for _ in range(MOST_CONNECTIONS):
            taken.enter_context(closing(psycopg.connect(url, connect_timeout=2)))
    return taken.close


def keep_silent(places: Places) -> Heal:
    """Connect to the web server so many times, and say nothing."""
    opened = ExitStack()
    try:
        for _ in range(SILENT):
            opened.enter_context(closing(socket.create_connection(("127.0.0.1", places.ports["web"]), timeout=1)))
    except OSError as error:
        opened.close()
        raise Missed("the web server does not listen") from error
    return opened.close


def replace_folder(folder: Path, sizes: Mapping[Path, int]) -> Heal:
    """By a file of the same name: nobody, not even root, can write below it. A file system of its own is filled."""
    if folder in sizes:
        return fill(folder, sizes)
    away = folder.with_name(f"{folder.name}-away")
    if away.exists():
        raise Missed("the folder is away already")
    folder.rename(away)
    folder.touch()

    def put_back() -> None:
        folder.unlink()
        away.rename(folder)

    return put_back


def fill(folder: Path, sizes: Mapping[Path, int]) -> Heal:
    """Leave nothing of the file system but what is used."""
    used = shutil.disk_usage(folder).used // 1024
    if not installation.resize(folder, kilobytes=used + LEFT_KB):
        raise Missed("the file system could not be made smaller")

    def enlarge() -> None:
        if not installation.resize(folder, kilobytes=1024 * sizes[folder]):
            raise RuntimeError(f"{folder} could not be made larger again")

    return enlarge
