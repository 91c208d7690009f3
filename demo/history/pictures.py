"""The pictures of the history: few, small and drawn anew, so that a start stays quick. Each is posted several times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from demo.cases.bodies import DemoCase, small_cases
from moderation.media.fetch import keep
from moderation.media.prepare import picture_of
from moderation.models import Picture

MOST = 18
_SEED = 2  # the cases that wait are of seed 1


def drawn(count: int) -> list[tuple[DemoCase, Picture]]:
    """Cases as a backend would post them, with their pictures in the store."""
    chosen = list(small_cases(_SEED, min(count, MOST)))
    with ThreadPoolExecutor(2) as pool:  # each is decoded in a child process
        pictures = list(pool.map(_stored, chosen))
    for picture in pictures:
        keep(picture)
    return list(zip(chosen, pictures, strict=True))


def _stored(case: DemoCase) -> Picture:
    try:
        return picture_of(case.picture)
    finally:
        connection.close()  # this thread's
