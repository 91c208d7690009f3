"""Two processes that store the facts of older cases: who waits for the other sleeps meanwhile."""

from __future__ import annotations

import time
from functools import partial

import pytest
from django.db import connection, transaction

from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.models import FactsBackfill, LabelScore, ResultFacts
from moderation.stored_facts import backfill
from tests.factories import bodies
from tests.races.crowd import at_once
from tests.world import build


def hold(seconds: float) -> None:
    with transaction.atomic():
        FactsBackfill.objects.select_for_update().get()
        time.sleep(seconds)


def work_later() -> int:
    time.sleep(0.3)
    return backfill.work(for_seconds=30, is_patient=True)


def test_who_waits_for_another_process_sleeps(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world, tried, chunk = build(), list[float](), backfill.chunk
    accept_all([(parse_submission(bodies.envelope()), world.web) for _ in range(3)], by=world.key)
    LabelScore.objects.all().delete()
    ResultFacts.objects.all().delete()
    backfill.again()

    def counted() -> int | None:
        tried.append(time.monotonic())
        return chunk()

    monkeypatch.setattr(backfill, "chunk", counted)
    _, filled = at_once([partial(hold, 1.5), work_later])
    assert (filled, ResultFacts.objects.count(), backfill.left()) == (3, 3, None)
    assert len(tried) < 10
    connection.close()
