"""What 20,000 labels cost: to build what is remembered of them, and to find one by typing.

Beside the least that could do it: reading the same rows through the driver, and asking each of the same 20,000 names
whether it holds what was typed. Both in turns, in processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connection

from moderation import labels
from moderation.models import Label
from tests.factories.labels import many, seeded

LABELS, TURNS = 20_000, 7
TYPED = ("p", "nud", "裸露", "detector 19999", "dtctr", "xyz", "dnt99", "things 77")
BUILD_GOAL, SEARCH_GOAL_MS = 5.0, 20.0


@pytest.fixture(autouse=True)
def product(db: None) -> None:
    seeded()
    many(LABELS - Label.objects.count())


def test_what_is_remembered_of_them() -> None:
    ours, bare = fastest(build, read_rows)
    print(
        f"\n{LABELS:,} labels built in {ours:.0f} ms beside {bare:.0f} ms of reading their rows:"
        f" {ours / bare:.1f} times that (goal {BUILD_GOAL})"
    )


@pytest.mark.parametrize("typed", TYPED)
def test_finding_one(typed: str) -> None:
    names = [str(one) for one in labels.in_force().labels]
    ours, bare = fastest(lambda: labels.matching(typed), lambda: [name for name in names if typed in name])
    print(f"\n{typed!r} found among {LABELS:,} in {ours:.1f} ms (goal {SEARCH_GOAL_MS:.0f}); a bare scan {bare:.1f} ms")


def build() -> None:
    labels.forget()
    assert len(labels.in_force().labels) >= LABELS


def read_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM moderation_label")
        assert len(cursor.fetchall()) >= LABELS


def fastest(*acts: Callable[[], object]) -> list[float]:
    """Milliseconds of the fastest turn of each."""
    turns = [[milliseconds(act) for act in acts] for _ in range(TURNS)]
    return [min(of_one) for of_one in zip(*turns, strict=True)]


def milliseconds(act: Callable[[], object]) -> float:
    started = time.thread_time()
    act()
    return (time.thread_time() - started) * 1000
