"""A queue at risk is told to the endpoints that asked for it, and to no other."""

from __future__ import annotations

from datetime import UTC, datetime

from standardwebhooks import Webhook

from moderation.models import Delivery
from moderation.webhooks.announce_sla import announce_sla
from moderation.webhooks.deliver import deliver_due
from tests.factories import endpoints
from tests.moderation.webhooks.receiver import Receiver
from tests.world import World

OLDEST = datetime(2026, 11, 28, 12, 5, tzinfo=UTC)
DUE = datetime(2026, 11, 28, 13, 5, tzinfo=UTC)


def announce(*, recovered: bool = False) -> int:
    return announce_sla(queue="nudity", waiting=7, oldest_at=OLDEST, due_at=DUE, overdue=2, recovered=recovered)


def test_it_goes_signed_to_whoever_chose_the_type(world: World, receiver: Receiver) -> None:
    _, secret = endpoints.subscribed(url=receiver.url, types=["queue.sla-at-risk"], form="v4", apps=[world.web])
    endpoints.subscribed(url=receiver.url, name="results only")
    assert announce() == 1
    assert deliver_due() == 1
    event = Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    assert event["type"] == "queue.sla-at-risk"
    assert event["data"] == {
        "queue": "nudity",
        "waiting": 7,
        "oldestAt": "2026-11-28T12:05:00Z",
        "dueAt": "2026-11-28T13:05:00Z",
        "overdue": 2,
    }


def test_a_recovery_says_so(world: World, receiver: Receiver) -> None:
    _, secret = endpoints.subscribed(url=receiver.url, types=["queue.sla-at-risk"])
    announce(recovered=True)
    deliver_due()
    event = Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    assert event["data"]["recovered"] is True


def test_one_for_a_paused_endpoint_waits_and_a_deleted_one_gets_none(world: World) -> None:
    for state in ("paused", "deleted"):
        endpoint, _ = endpoints.subscribed(name=state, types=["queue.sla-at-risk"])
        type(endpoint).objects.filter(pk=endpoint.pk).update(state=state)
    assert announce() == 1
    assert Delivery.objects.get().state == "paused"
