"""While we are down ourselves (the database, the picture store, the decoder) a call with a `callback` waits: that is no
failure of its picture or its engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from moderation.engines.protocol import Ask, Findings, Frame
from moderation.gateway import asynchronous
from moderation.media import decoder_server
from moderation.media.storage import picture_storage
from moderation.models import AppEngine, Case, GatewayCall
from moderation.tasks import moderate_calls
from tests.customer import Customer
from tests.moderation.away import Away
from tests.moderation.gateway.calling import CHECK, IMAGE, QUERY, as_base64, call, picture, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import CLEAN, StubEngine, fails
from tests.world import World, build

OFTEN = asynchronous.MOST_LEASES + 1


@pytest.fixture
def no_decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    decoder_server.end()
    with monkeypatch.context() as patched:
        patched.setattr(decoder_server, "_COMMAND", ("/bin/false",))
        yield patched
    decoder_server.end()


def gone_meanwhile(away: Away) -> Callable[[Sequence[Frame], Ask], Findings]:
    """Engines that find nothing, and that the database is away when they have."""

    def finds(frames: Sequence[Frame], ask: Ask) -> Findings:
        away.begin()
        return CLEAN

    return finds


def acknowledged(client: Client, world: World, **data: Any) -> str:
    sent = call(callback="http://127.0.0.1:9/callback", data=data)
    return str(post(client, IMAGE, sent, world.bearer)["requestId"])


def code_of(client: Client, world: World, request_id: str) -> int:
    return int(post(client, QUERY, {"requestId": request_id}, world.bearer)["code"])


def work() -> GatewayCall:
    """As if the wait were over; what is left of the one call."""
    GatewayCall.objects.update(due_at=Now())
    assert len(list(asynchronous.work_due())) == 1
    return GatewayCall.objects.get()


def seconds_until_due(row: GatewayCall) -> float:
    return (row.due_at - timezone.now()).total_seconds()


def test_it_waits_for_the_picture_store(world: World, client: Client, engine: StubEngine, settings: Any) -> None:
    request_id = acknowledged(client, world)
    answering = settings.STORAGES
    nobody = picture_storage("s3://pictures", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
    settings.STORAGES = answering | {"pictures": nobody}
    for nth in range(OFTEN):
        row = work()
        assert (row.attempts, row.outages, row.leased_until) == (0, nth + 1, None)
        assert 5 * 2**nth - 2 < seconds_until_due(row) <= 5 * 2**nth
    assert (code_of(client, world, request_id), Case.objects.count(), engine.shown) == (1102, 0, [])
    settings.STORAGES = answering
    GatewayCall.objects.update(due_at=Now())
    assert list(asynchronous.work_due()) == [request_id]
    assert (code_of(client, world, request_id), GatewayCall.objects.count()) == (1100, 0)


def test_the_longest_wait_is_five_minutes(world: World, client: Client, engine: StubEngine, no_decoder: Any) -> None:
    acknowledged(client, world)
    GatewayCall.objects.update(outages=3_000)
    assert 298 < seconds_until_due(work()) <= 300


def test_it_waits_for_the_decoder_for_a_day(
    world: World, client: Client, engine: StubEngine, no_decoder: pytest.MonkeyPatch
) -> None:
    request_id = acknowledged(client, world)
    for nth in range(OFTEN):
        row = work()
        assert (row.attempts, row.outages, Case.objects.count()) == (0, nth + 1, 0)
    GatewayCall.objects.update(due_at=Now(), created_at=timezone.now() - timedelta(days=1))
    assert list(asynchronous.work_due()) == [request_id]
    assert (code_of(client, world, request_id), engine.shown) == (1903, [])


def test_also_where_the_app_wants_failures_to_be_reviewed(
    world: World, client: Client, engine: StubEngine, no_decoder: pytest.MonkeyPatch
) -> None:
    set_app(world, on_engine_failure="review")
    acknowledged(client, world)
    assert work().outages == 1


def test_settings_of_engines_that_cannot_be_read_are_a_fault_of_ours(
    world: World, client: Client, engine: StubEngine
) -> None:
    acknowledged(client, world)
    AppEngine.objects.update(sealed_settings="rubbish")
    assert work().outages == 1
    assert post(client, IMAGE, call(), world.bearer)["code"] == 1903, "nobody who waits is kept waiting"


def test_a_failing_engine_is_told_at_once(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = fails
    request_id = acknowledged(client, world)
    list(asynchronous.work_due())
    assert code_of(client, world, request_id) == 1903


@pytest.mark.django_db(transaction=True)
class TestTheDatabase:
    @pytest.fixture
    def world(self, transactional_db: None) -> World:
        return build()

    def test_it_waits_for_the_database(self, world: World, client: Client, engine: StubEngine) -> None:
        """Gone while the engine looks at the picture, and back before the next try: again and again."""
        request_id, away = acknowledged(client, world), Away()
        engine.finds = gone_meanwhile(away)
        with connection.execute_wrapper(away):
            for nth in range(OFTEN):
                GatewayCall.objects.update(due_at=Now())
                with pytest.raises(OperationalError):
                    moderate_calls()
                with pytest.raises(OperationalError):
                    moderate_calls()  # still away
                away.end()
                moderate_calls()
                row = GatewayCall.objects.get()
                assert (row.attempts, row.outages, row.leased_until) == (0, nth + 1, None)
        engine.finds = CLEAN
        GatewayCall.objects.update(due_at=Now())
        moderate_calls()
        assert (code_of(client, world, request_id), Case.objects.count()) == (1100, 1)

    def test_a_lease_that_ran_out_meanwhile_is_not_given_back(
        self, world: World, client: Client, engine: StubEngine
    ) -> None:
        """Another worker has the call by then."""
        acknowledged(client, world)
        away = Away()
        engine.finds = gone_meanwhile(away)
        with connection.execute_wrapper(away), pytest.raises(OperationalError):
            list(asynchronous.work_due())
        theirs = timezone.now() + timedelta(seconds=60)
        GatewayCall.objects.update(leased_until=theirs, attempts=2)
        assert list(asynchronous.work_due()) == []
        row = GatewayCall.objects.get()
        assert (row.attempts, row.outages, row.leased_until) == (2, 0, theirs)


def test_ours_is_told_as_ours_although_another_address_gave_nothing(
    world: World, client: Client, engine: StubEngine, host: Customer, no_decoder: pytest.MonkeyPatch
) -> None:
    """1903: the same call may succeed; 1911 would say that the customer's addresses are wrong."""
    url = host.serve("/a.png", picture())
    data = {"img": url, "backupUrl": f"{host.url}/none.png"}
    answer = post(client, IMAGE, call(data=data), world.bearer)
    assert (answer["code"], "data.backupUrl" in answer["message"]) == (1903, True)
    turned = {"img": data["backupUrl"], "backupUrl": url}
    assert post(client, IMAGE, call(data=turned), world.bearer)["code"] == 1903
    assert post(client, CHECK, {"image": as_base64(picture()), "app_id": "web"}, world.bearer)["code"] == 1903
