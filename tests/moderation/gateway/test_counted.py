"""Pictures of calls are counted for the live card of the board, as a whole and for each engine."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from moderation import call_tallies
from moderation.contract.values import RiskLevel
from moderation.gateway import asynchronous
from moderation.models import CallTally
from tests.customer import Customer
from tests.moderation.gateway.calling import IMAGE, call, post
from tests.moderation.gateway.engine import StubEngine, fails, found, label
from tests.world import World


def written() -> dict[str, tuple[int, int, int]]:
    call_tallies.buffer.flush()
    return {one.engine: (one.calls, one.failed, one.flagged) for one in CallTally.objects.all()}


@pytest.mark.parametrize(
    ("finds", "of_gateway", "of_engine"),
    [
        (found(), (1, 0, 0), (1, 0, 0)),
        (found(label("porn", 0.9, RiskLevel.REJECT)), (1, 0, 1), (1, 0, 0)),
        (found(label("porn", 0.5)), (1, 0, 1), (1, 0, 0)),
        (fails, (1, 1, 0), (1, 1, 0)),
    ],
)
def test_a_call_is_counted(
    world: World, client: Client, engine: StubEngine, finds: Any, of_gateway: Any, of_engine: Any
) -> None:
    engine.finds = finds
    post(client, IMAGE, call(), world.bearer)
    assert written() == {"": of_gateway, "stub": of_engine}


def test_a_call_with_a_callback_is_counted_when_it_is_worked_off(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    post(client, IMAGE, call(callback=f"{host.url}/answers"), world.bearer)
    assert written() == {}
    list(asynchronous.work_due())
    assert written() == {"": (1, 0, 0), "stub": (1, 0, 0)}


def test_a_picture_that_cannot_be_looked_at_is_counted_as_failed(
    world: World, client: Client, engine: StubEngine
) -> None:
    post(client, IMAGE, call(data={"img": "bm8gcGljdHVyZQ=="}), world.bearer)
    assert written() == {"": (1, 1, 0)}
