"""`streamInfo.similarDedup`: the same risk of a stream is told riskNum times in each timeWindow."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from moderation.contract.values import RiskLevel
from moderation.gateway import streams
from moderation.models import Case, StreamDetection
from review.models import ReviewTask
from tests.moderation.gateway.calling import IMAGE, call, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import StubEngine, fails, found, label
from tests.world import World

START = 1_732_000_000_000


def frame(client: Client, world: World, seconds: float, **info: Any) -> dict[str, Any]:
    stream = {"streamId": "s1", "similarDedup": True, "frameTime": START + round(seconds * 1000), "timeWindow": 10}
    return post(client, IMAGE, call(data={"streamInfo": stream | info}), world.bearer)


def test_the_same_risk_is_told_once_in_its_window(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn/nudity", 0.6))
    first = frame(client, world, 0)
    assert (first["riskLevel"], "frameTime" in first["auxInfo"]) == ("REVIEW", False)
    second = frame(client, world, 9.9)
    assert (second["riskLevel"], second["riskLabel1"], second["allLabels"]) == ("PASS", "normal", [])
    aux = second["auxInfo"]
    assert (aux["frameTime"], aux["streamId"]) == (START + 9900, "s1")
    assert [one["riskLabel2"] for one in aux["suppressed"]] == ["nudity"]
    assert frame(client, world, 10)["riskLevel"] == "REVIEW"
    assert frame(client, world, 5)["riskLevel"] == "PASS", "also when it arrives late"
    assert (Case.objects.count(), ReviewTask.objects.count()) == (4, 2)


@pytest.mark.parametrize(("seconds", "code"), [(86_400, 1100), (86_401, 1902), (2**31 - 1, 1902)])
def test_a_window_is_no_longer_than_what_was_told_is_kept(
    world: World, client: Client, engine: StubEngine, seconds: int, code: int
) -> None:
    answer = frame(client, world, 0, timeWindow=seconds)
    assert (answer["code"], "data.streamInfo.timeWindow: " in answer["message"]) == (code, code == 1902)


def test_risk_num_times(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn", 0.6))
    levels = [frame(client, world, nth, riskNum=3)["riskLevel"] for nth in range(5)]
    assert levels == ["REVIEW", "REVIEW", "REVIEW", "PASS", "PASS"]


def test_other_risks_streams_and_apps_are_told(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn", 0.6))
    frame(client, world, 0)
    engine.finds = found(label("Erotic", 0.6), label("ad/contact", 0.5))
    both = frame(client, world, 1)
    assert (both["riskLevel"], both["riskLabel1"]) == ("REVIEW", "ad"), "erotic is another name of porn"
    assert [one["riskLabel1"] for one in both["allLabels"]] == ["ad"]
    assert frame(client, world, 1, streamId="s2")["riskLabel1"] == "Erotic"
    assert frame(client, world, 2, similarDedup=False)["riskLabel1"] == "Erotic"


def test_a_rejection_is_told_although_a_doubt_was(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn", 0.6))
    frame(client, world, 0)
    engine.finds = found(label("porn", 0.99, RiskLevel.REJECT))
    assert frame(client, world, 1)["riskLevel"] == "REJECT"
    assert frame(client, world, 2)["riskLevel"] == "PASS"
    engine.finds = found(label("porn", 0.6))
    assert frame(client, world, 3)["riskLevel"] == "PASS"


def test_failures_and_what_was_not_checked_are_never_left_out(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = fails
    assert [frame(client, world, nth)["code"] for nth in range(2)] == [1903, 1903]
    set_app(world, on_engine_failure="review")
    assert [frame(client, world, nth)["riskLevel"] for nth in range(2)] == ["REVIEW", "REVIEW"]


def test_what_was_not_stored_was_not_told(
    world: World, client: Client, engine: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that died between the two: half a minute later its detection counts no more."""
    engine.finds = found(label("porn", 0.6))
    lost = {"app": world.web, "stream_id": "s1", "category": "porn", "is_rejected": False, "full_id": "lost"}
    row = StreamDetection.objects.create(frame_at_ms=START, **lost)
    assert frame(client, world, 1)["riskLevel"] == "PASS"
    StreamDetection.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(seconds=31))
    assert frame(client, world, 1)["riskLevel"] == "REVIEW"


def test_old_ones_are_forgotten(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn", 0.6))
    frame(client, world, 0)
    assert streams.forget_old() == 0
    StreamDetection.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert streams.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_told(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.engines import kinds
    from moderation.models import AppEngine
    from moderation.runtime import encryption

    stub = StubEngine(found(label("porn", 0.6)))
    monkeypatch.setattr(kinds, "BUILDERS", {**kinds.BUILDERS, AppEngine.Kind.HTTP: lambda settings: stub})
    AppEngine.objects.create(app=cast.web, order=1, kind="http", sealed_settings=encryption.seal("{}"))
    levels: list[str] = []

    def one(nth: int) -> None:
        try:
            levels.append(frame(Client(), cast, nth / 10)["riskLevel"])
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(nth,)) for nth in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(levels) == ["PASS"] * 7 + ["REVIEW"]
