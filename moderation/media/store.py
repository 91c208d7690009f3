"""The picture store: files named by the SHA-256 of their content, in a folder or a bucket."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


def put(content: bytes, *, folder: str) -> str:
    """Keep `content` and return its key. The same content is kept once, so a repeat writes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"{folder}/{digest[:2]}/{digest}"
    if not _storage().exists(key):
        _storage().save(key, ContentFile(content))
    return key


def get(key: str) -> bytes:
    """The content. Raises FileNotFoundError when the store does not have it."""
    with _storage().open(key) as file:
        content: bytes = file.read()
    return content


def remove(key: str) -> None:
    _storage().delete(key)


def _storage() -> Storage:
    return storages["pictures"]
