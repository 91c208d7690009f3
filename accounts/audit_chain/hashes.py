"""What a link of the chain is computed from. Changing any of it makes every existing chain unreadable."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

SALT_BYTES = 16
START = b"\0" * 32  # the hash before the first link

EVENT_COLUMNS = """
    e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.action, e.on_type, e.on_id, e.by_id, e.by_name,
    e.details::text
"""
"""The columns of an Event, of `accounts_auditevent e`. PostgreSQL writes equal details as equal texts."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the chain sees it. `at` is in microseconds since 1970, `details` the text of the JSON."""

    id: int
    at: int
    action: str
    on_type: str
    on_id: str
    by_id: int | None
    by_name: str
    details: str


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def digest(event: Event, *, salt: bytes) -> bytes:
    """Over what may be erased: the details, and the name of who did it."""
    return hashlib.sha256(salt + _text(event.by_name, event.details)).digest()


def link_hash(event: Event, *, number: int, digest: bytes, before: bytes) -> bytes:
    facts = _text(number, event.id, event.at, event.action, event.on_type, event.on_id, event.by_id)
    return hashlib.sha256(before + digest + facts).digest()


def _text(*values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
