"""The picture store: files named by the SHA-256 of their content, in a folder or a bucket.

Files that no `Picture` names any more are not deleted: two pictures may share a rendition, and an interrupted fetch
stores the same bytes again under the same name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


class StoreDown(Exception):
    """The store does not answer, or is full. The same call may succeed later."""


def put(content: bytes, *, folder: str) -> str:
    """Store `content` and return its key. The same content has one key, so a repeat changes nothing.

    It is written without checking first whether it exists: in a bucket the check costs as much as the write.
    """
    digest = hashlib.sha256(content).hexdigest()
    key = f"{folder}/{digest[:2]}/{digest}"
    put_as(key, content)
    return key


def put_as(key: str, content: bytes) -> None:
    with _reached():
        _storage().save(key, ContentFile(content))


def get(key: str) -> bytes:
    """The content. Raises FileNotFoundError when the store does not have it, StoreDown when it does not answer."""
    with _reached(), _storage().open(key) as file:
        content: bytes = file.read()
    return content


def has(key: str) -> bool:
    with _reached():
        return _storage().exists(key)


def remove(key: str) -> None:
    with _reached():
        _storage().delete(key)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:  # each kind of store has its own exception classes
        raise StoreDown(f"{type(error).__name__}: {error}") from error


def _storage() -> Storage:
    return storages["pictures"]
