"""Register every label that the machine sends, as first seen, so that an administrator can name it.

The set is open, so a sender can invent any number of labels. Registration is bounded: MAX_SEEN labels over all apps,
with readable identifiers. A label beyond that is judged like any other, only not listed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import partial

from django.db import connection, transaction

from moderation.contract.values import LabelPath
from moderation.labels import search
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.taxonomy import Key

MAX_SEEN = 20_000  # the product advertises 1,148, and each account may spell them its own way
FULL_SECONDS = 60.0  # for which a process that found the limit reached does not check again

# In sorted order, so that two senders with the same labels never deadlock.
_INSERT = """
INSERT INTO moderation_label (risk_label1, risk_label2, risk_label3, raw_risk_label1, name_en, name_zh)
SELECT one, two, three, raw, '', ''
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS sent (one, two, three, raw, place)
 ORDER BY place
ON CONFLICT (risk_label1, risk_label2, risk_label3) DO NOTHING
"""
_ROOM = "SELECT %s - count(*) FROM moderation_label WHERE source = 'seen'"


class _Memory:
    """Labels that this process knows to be registered, to avoid inserts that would change nothing."""

    def __init__(self) -> None:
        self.known: set[Key] = set()
        self.full_until = 0.0  # by time.monotonic()

    def add(self, keys: Iterable[Key]) -> None:
        if len(self.known) >= 2 * MAX_SEEN:  # only if rows were removed by hand
            self.known.clear()
        self.known.update(keys)

    def forget(self) -> None:
        self.known.clear()
        self.full_until = 0.0


_MEMORY = _Memory()
forget = _MEMORY.forget


def register(paths: Iterable[LabelPath]) -> None:
    """Register the labels that are new, and the levels above them.

    It waits for any other transaction that is registering the same label. So call it once per transaction, and always
    at the same position in the lock order.
    """
    new = _unknown(paths)
    if not new or time.monotonic() < _MEMORY.full_until:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, [MAX_SEEN])
        room = max(0, cursor.fetchone()[0])
        if room < len(new):
            _MEMORY.full_until = time.monotonic() + FULL_SECONDS
        kept = sorted(new)[:room]
        if kept:
            cursor.execute(_INSERT, [*map(list, zip(*kept, strict=True)), [new[key] for key in kept]])
            transaction.on_commit(partial(_MEMORY.add, kept))
            transaction.on_commit(search.forget)  # other processes find it within search.FRESH_SECONDS


def _unknown(paths: Iterable[LabelPath]) -> dict[Key, str]:
    """The labels this process does not know, with level 1 as it was first sent."""
    found: dict[Key, str] = {}
    for path in dict.fromkeys(paths):
        for key in _levels(path):
            if key not in _MEMORY.known and _is_readable(key, path.risk_label1):
                found.setdefault(key, path.risk_label1)
    return found


def _levels(path: LabelPath) -> Iterator[Key]:
    one, two, three = BUILT_IN_TAXONOMY.key(path)
    if one.strip() not in ("", "normal"):
        yield from dict.fromkeys(((one, "", ""), (one, two, ""), (one, two, three)))


def _is_readable(key: Key, raw: str) -> bool:
    return all(text.isprintable() and len(text) <= MAX_IDENTIFIER_CHARACTERS for text in (*key, raw))
