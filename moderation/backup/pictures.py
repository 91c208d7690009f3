"""Copy the pictures that the database names out of the picture store, and back into one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from moderation.backup.errors import BackupRefused
from moderation.media import store

FOLDER = "pictures"
AT_ONCE = 8  # most of the time of one is spent waiting, for a disk or for the bucket's service
_CHUNK = 512
# All that a picture's row names (media/lost_files.py), and what was sent as bytes and is not rendered yet.
_KEYS = """
SELECT DISTINCT key FROM (
    SELECT unnest(ARRAY[web, preview, blurred, blurred_light, blurred_medium, thumbnail, "full"])
      FROM moderation_picture
     UNION ALL
    SELECT jsonb_array_elements(frame_keys) ->> n FROM moderation_picture, (VALUES (1), (2)) AS part (n)
     UNION ALL
    SELECT key FROM moderation_upload
) AS named (key)
WHERE key <> ''
"""


def keys(seen: psycopg.Connection[Any]) -> list[str]:
    """The names of all files that the database knows, as it is at this connection's moment."""
    return sorted(key for (key,) in seen.execute(_KEYS).fetchall())


def save(wanted: Iterable[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Copy these files, and yield the key and the checksum of each; "" for one that is gone from the store."""

    def copy(key: str) -> tuple[str, str]:
        try:
            content = store.get(key)
        except FileNotFoundError:
            return key, ""
        _write(folder / FOLDER / key, content)
        return key, hashlib.sha256(content).hexdigest()

    yield from _at_once(copy, wanted)


def load(names: Iterable[str], folder: Path) -> int:
    """Put these files of the backup into the picture store. Returns how many."""

    def put(name: str) -> None:
        store.put_as(name.removeprefix(f"{FOLDER}/"), (folder / name).read_bytes())

    return sum(1 for _ in _at_once(put, names))


def refuse_if_store_is_down() -> None:
    with _reached():
        store.has("health")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _at_once(work: Any, items: Iterable[str]) -> Iterator[Any]:
    """The results of `work` in order, a few at a time in threads, without reading all items ahead."""
    left = iter(items)
    with _reached(), ThreadPoolExecutor(AT_ONCE) as pool:
        while chunk := list(islice(left, _CHUNK)):
            yield from pool.map(work, chunk)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except store.StoreDown as down:
        raise BackupRefused(f"the picture store does not answer ({down}). Look at MEDIA_STORAGE.") from None
