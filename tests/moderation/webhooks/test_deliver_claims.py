"""Claiming deliveries: in order, one process at a time, and again when a process died."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from moderation.messages import LedgerCode, Message
from moderation.models import Attempt, Case, Delivery, Endpoint
from moderation.webhooks import endpoints as verbs
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.lease_due import LeasedDelivery, lease_due
from moderation.webhooks.record_attempts import record_attempts
from moderation.webhooks.sender import Sent
from tests.factories import endpoints
from tests.moderation.webhooks.answers import corrected, decided, make_due
from tests.moderation.webhooks.receiver import Answer, Receiver
from tests.races.crowd import at_once
from tests.waiting import wait_for
from tests.world import World


def lease(free: int = 64, *, per_endpoint: int = 16, busy: dict[int, int] | None = None) -> list[LeasedDelivery]:
    return lease_due(free, per_endpoint=per_endpoint, busy=Counter(busy or {}))


def test_a_claimed_delivery_is_nobody_elses(world: World) -> None:
    endpoints.subscribed()
    decided(world)
    assert len(lease()) == 1
    assert lease() == []


def test_when_its_process_died_it_is_claimed_again_with_the_same_id_and_body(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(url=receiver.url)
    decided(world)
    (lost,) = lease()
    Delivery.objects.update(leased_until=timezone.now())
    assert deliver_due() == 1
    (got,) = receiver.received
    assert (got.headers["webhook-id"], got.body.decode()) == (lost.webhook_id, lost.payload)


def test_the_outcome_of_a_claim_that_passed_to_another_changes_nothing(world: World) -> None:
    endpoints.subscribed()
    decided(world)
    (late,) = lease()
    Delivery.objects.update(leased_until=timezone.now())
    (ours,) = lease()
    record_attempts([(late, Sent(5, delivered=True, status=200))], chance=lambda: 0.5)
    assert (Delivery.objects.get().state, Attempt.objects.count()) == ("pending", 0)
    record_attempts([(ours, Sent(5, delivered=True, status=200))], chance=lambda: 0.5)
    assert (Delivery.objects.get().state, Attempt.objects.count()) == ("delivered", 1)


def test_several_that_end_at_once_end_each_in_its_own_way(world: World) -> None:
    endpoints.subscribed()
    for _ in range(4):
        decided(world)
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(attempts_made=9)
    arrived, refused, lost, last = sorted(lease(), key=lambda delivery: delivery.delivery_id)
    Delivery.objects.filter(pk=lost.delivery_id).update(lease_token=uuid4())
    no = Sent(7, delivered=False, status=500, why=Message(LedgerCode.DELIVERY_STATUS, status=500), reply="oh")
    record_attempts(
        [(arrived, Sent(5, delivered=True, status=204)), (refused, no), (lost, no), (last, no)], chance=lambda: 0.5
    )
    told = [(one.state, one.why, one.attempts_made, bool(one.ended_at)) for one in Delivery.objects.order_by("pk")]
    assert told == [
        ("delivered", None, 1, True),
        ("pending", no.why, 1, False),
        ("pending", None, 0, False),
        ("dead", no.why, 10, True),
    ]
    attempts = Attempt.objects.order_by("delivery").values_list("delivery", "number", "status", "duration_ms", "reply")
    assert list(attempts) == [
        (arrived.delivery_id, 1, 204, 5, ""),
        (refused.delivery_id, 1, 500, 7, "oh"),
        (last.delivery_id, 10, 500, 7, "oh"),
    ]
    again = Delivery.objects.get(pk=refused.delivery_id)
    assert timedelta(seconds=4) < again.due_at - timezone.now() < timedelta(seconds=6)
    assert not Delivery.objects.exclude(pk=lost.delivery_id).exclude(lease_token=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("status", "state"), [(200, "delivered"), (500, "paused")])
def test_one_that_somebody_is_changing_is_waited_for(world: World, status: int, state: str) -> None:
    """And keeps what was changed: held by its endpoint's pause it does not go on by itself."""
    endpoints.subscribed()
    for _ in range(2):
        decided(world)
    deliveries = lease()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Delivery.objects.filter(pk=deliveries[0].delivery_id).update(state="paused")
            ending = threads.submit(_record_in_a_thread, deliveries, [status, 200])
            wait_for(Delivery.objects.filter(state="delivered").exists, what="the other")
        ending.result(10)
    told = dict(Delivery.objects.values_list("pk", "state"))
    assert told == {deliveries[0].delivery_id: state, deliveries[1].delivery_id: "delivered"}
    assert Attempt.objects.count() == 2


def _record_in_a_thread(deliveries: list[LeasedDelivery], statuses: list[int]) -> None:
    ends = [Sent(5, delivered=status == 200, status=status) for status in statuses]
    try:
        record_attempts(list(zip(deliveries, ends, strict=True)), chance=lambda: 0.5)
    finally:
        connections.close_all()


@pytest.mark.parametrize("sent", [Sent(5, delivered=True, status=200), Sent(5, delivered=False, status=500)])
def test_what_ends_after_its_endpoint_was_deleted_stays_cancelled(world: World, sent: Sent) -> None:
    endpoint, _ = endpoints.subscribed()
    decided(world)
    (delivery,) = lease()
    verbs.delete(endpoint, by=world.dave)
    record_attempts([(delivery, sent)], chance=lambda: 0.5)
    assert (Delivery.objects.get().state, Attempt.objects.count()) == ("cancelled", 0)


@pytest.mark.parametrize("state", ["paused", "deleted"])
def test_gone_disables_no_endpoint_that_somebody_has_paused_or_deleted_meanwhile(world: World, state: str) -> None:
    endpoint, _ = endpoints.subscribed()
    decided(world)
    (delivery,) = lease()
    Endpoint.objects.update(state=state)
    record_attempts([(delivery, Sent(5, delivered=False, status=410))], chance=lambda: 0.5)
    endpoint.refresh_from_db()
    assert endpoint.state == state


def test_an_attempt_is_dated_by_the_databases_clock(world: World) -> None:
    endpoints.subscribed()
    decided(world)
    (delivery,) = lease()
    record_attempts([(delivery, Sent(5, delivered=True, status=200))], chance=lambda: 0.5)
    assert Attempt.objects.get().started_at == delivery.leased_at


def test_a_correction_waits_until_the_first_answer_has_arrived_or_is_dead(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(500), Answer(200)]
    endpoints.subscribed(url=receiver.url)
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    deliver_due()
    assert len(receiver.received) == 1
    make_due()
    deliver_due()
    types = [b"result.corrected" in got.body for got in receiver.received]
    assert types == [False, False, True]


@pytest.mark.parametrize("end", ["dead", "cancelled"])
def test_a_correction_goes_out_when_the_first_answer_is_over_without_arriving(world: World, end: str) -> None:
    endpoints.subscribed()
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    Delivery.objects.filter(revision=1).update(state=end, ended_at=timezone.now())
    assert [Delivery.objects.get(pk=delivery.delivery_id).revision for delivery in lease()] == [2]


def test_a_correction_waits_behind_a_first_answer_that_is_held(world: World) -> None:
    endpoints.subscribed()
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    Delivery.objects.filter(revision=1).update(state="paused")
    assert lease() == []


def test_one_endpoint_does_not_wait_for_the_corrections_of_another(world: World) -> None:
    endpoints.subscribed(name="slow")
    endpoints.subscribed(name="quick")
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    Delivery.objects.filter(endpoint__name="quick", revision=1).update(state="delivered", ended_at=timezone.now())
    due = Delivery.objects.filter(pk__in=[delivery.delivery_id for delivery in lease()])
    assert set(due.values_list("endpoint__name", "revision")) == {("slow", 1), ("quick", 2)}


def test_a_busy_endpoint_leaves_room_for_the_others(world: World) -> None:
    many, _ = endpoints.subscribed(name="many")
    one, _ = endpoints.subscribed(name="one")
    for _ in range(5):
        decided(world)
    claimed = Counter(delivery.endpoint_id for delivery in lease(10, per_endpoint=3, busy={many.pk: 2}))
    assert claimed == {many.pk: 1, one.pk: 3}


def test_no_more_is_claimed_than_can_be_sent(world: World) -> None:
    endpoints.subscribed()
    for _ in range(3):
        decided(world)
    assert len(lease(2)) == 2
    assert lease(0) == []


def test_a_paused_endpoint_is_sent_nothing(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    decided(world)
    endpoint.state = endpoint.State.PAUSED
    verbs.change(endpoint, apps=[], by=world.dave)
    assert lease() == []


@pytest.mark.parametrize("state", ["paused", "disabled", "deleted"])
def test_nor_is_one_whose_deliveries_nobody_has_held_yet(world: World, state: str) -> None:
    endpoints.subscribed()
    decided(world)
    Endpoint.objects.update(state=state)
    assert lease() == []


@pytest.mark.django_db(transaction=True)
def test_while_one_process_delivers_another_leaves_at_once(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(url=receiver.url)
    for _ in range(2):
        decided(world)
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(due_at=timezone.now() + timedelta(hours=1))
    others: list[int] = []
    receiver.on_request = lambda: None if others else others.extend(at_once([deliver_as_another_process]))
    assert deliver_due(only_one=True) == 2
    assert others == [0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)
    connections.close_all()


def deliver_as_another_process() -> int:
    """With something to do: a delivery that has just fallen due."""
    Delivery.objects.filter(lease_token=None).update(due_at=timezone.now())
    return deliver_due(only_one=True)


def test_a_claim_outlives_the_longest_exchange(world: World) -> None:
    endpoints.subscribed()
    decided(world)
    lease()
    left = Delivery.objects.get().leased_until
    assert left is not None
    assert left - timezone.now() > timedelta(seconds=30)
