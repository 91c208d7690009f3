"""Calls of the gateway, worked off by many at once: each picture is looked at, stored and answered once."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.test import Client

from moderation.contract.values import RiskLevel
from moderation.engines import kinds
from moderation.gateway import calls
from moderation.models import AppEngine, Case, Delivery, Endpoint, GatewayCall, MachineResult
from moderation.runtime import encryption
from tests.moderation.gateway.calling import IMAGE, call, post
from tests.moderation.gateway.engine import StubEngine, found, label
from tests.races.crowd import at_once
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def engine(world: World, monkeypatch: pytest.MonkeyPatch) -> StubEngine:
    stub = StubEngine(found(label("porn", 0.9, RiskLevel.REJECT)))
    monkeypatch.setattr(kinds, "BUILDERS", {**kinds.BUILDERS, AppEngine.Kind.HTTP: lambda settings: stub})
    AppEngine.objects.create(app=world.web, order=1, kind=AppEngine.Kind.HTTP, sealed_settings=encryption.seal("{}"))
    return stub


def acknowledged(world: World, count: int) -> list[str]:
    sent = [call(callback=f"http://127.0.0.1:9/{nth}") for nth in range(count)]
    return [post(Client(), IMAGE, body, world.bearer)["requestId"] for body in sent]


def test_workers_share_what_waits(world: World, engine: StubEngine) -> None:
    ids = acknowledged(world, 12)
    done = at_once([lambda: list(calls.work_due())] * 6)
    assert sorted(one for some in done for one in some) == sorted(ids)
    assert (len(engine.shown), Case.objects.count(), Delivery.objects.count()) == (12, 12, 12)
    assert Endpoint.objects.count() == 1
    assert not GatewayCall.objects.exists()


def test_one_whose_lease_ran_out_stores_nothing_a_second_time(world: World, engine: StubEngine) -> None:
    """Two processes have the same picture, each with a result that says other times."""
    (request_id,) = acknowledged(world, 1)
    rows = [GatewayCall.objects.select_related("app").get() for _ in range(6)]
    outcomes = at_once([partial(_work, row) for row in rows])
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    result = MachineResult.objects.get()
    assert (result.case.request_id, result.revision, Delivery.objects.count()) == (request_id, 1, 1)


def _work(row: GatewayCall) -> None:
    try:
        calls._work(row)
    finally:
        connection.close()
