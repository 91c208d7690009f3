"""One process delivers, by a lease that ends by itself; and it is seen when none does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from moderation.models import Delivery, DispatcherLease
from moderation.webhooks import dispatcher_lease
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.dispatcher_lease import LEASE_SECONDS, SILENT_SECONDS, dispatching
from moderation.webhooks.dispatcher_lease import DispatcherLease as Lease
from moderation.webhooks.sender import WebhookSender
from tests.factories import endpoints
from tests.moderation.webhooks.answers import decided
from tests.moderation.webhooks.receiver import Receiver
from tests.world import World


@pytest.fixture
def due(world: World) -> World:
    """Something to deliver."""
    endpoints.subscribed()
    decided(world)
    return world


def later(seconds: float) -> None:
    """As if so much time had passed since."""
    ago = timedelta(seconds=seconds)
    DispatcherLease.objects.update(leased_until=F("leased_until") - ago, looked_at=F("looked_at") - ago)


def renew_now(lease: Lease) -> bool:
    lease._renew_at = 0.0
    return lease.is_ours()


def test_one_has_it_until_it_is_given_back(due: World) -> None:
    first, second = Lease(), Lease()
    assert [first.take(), second.take(), renew_now(first), renew_now(second)] == [True, False, True, False]
    first.give_back()
    assert second.take()
    assert not renew_now(first), "what another has taken is lost for good"


def test_one_that_hangs_loses_it_when_it_ends(due: World) -> None:
    hangs, other = Lease(), Lease()
    assert hangs.take()
    later(LEASE_SECONDS - 5)
    assert not other.take()
    later(6)
    assert other.take()
    assert not renew_now(hangs)
    hangs.give_back()
    assert renew_now(other), "who comes back gives back nobody else's"


def test_renewing_makes_it_last(due: World) -> None:
    lease, other = Lease(), Lease()
    assert lease.take()
    later(LEASE_SECONDS - 1)
    assert renew_now(lease)
    later(LEASE_SECONDS - 1)
    assert not other.take()


def test_with_nothing_due_nobody_takes_it_and_a_look_is_written_now_and_then(world: World) -> None:
    assert not Lease().take()
    before = DispatcherLease.objects.get().looked_at
    assert not Lease().take()
    assert DispatcherLease.objects.get().looked_at == before
    later(dispatcher_lease.LOOK_SECONDS + 1)
    assert not Lease().take()
    assert DispatcherLease.objects.get().looked_at > before


def test_it_is_seen_when_nobody_looks(world: World) -> None:
    assert dispatching().is_silent
    assert "never" in dispatching().why
    assert not Lease().take()
    assert (dispatching().is_silent, dispatching().why) == (False, "")
    later(SILENT_SECONDS + 1)
    assert dispatching().is_silent
    assert "No process delivers" in dispatching().why


def test_metrics_and_board_say_that_nobody_delivers(client: Client, world: World) -> None:
    client.force_login(world.dave)
    assert "second_look_delivering 0.0" in client.get("/metrics").content.decode()
    assert 'id="board-silent"' in client.get("/").content.decode()


def test_nor_do_they_say_so_while_somebody_does(client: Client, world: World) -> None:
    Lease().take()
    client.force_login(world.dave)
    assert "second_look_delivering 1.0" in client.get("/metrics").content.decode()
    assert 'id="board-silent"' not in client.get("/").content.decode()


def test_who_has_lost_it_takes_no_more(world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first delivery is under way when another process takes over; the second is left to that."""
    monkeypatch.setattr("moderation.webhooks.deliver.SLOTS", 1)
    monkeypatch.setattr(Lease, "is_ours", lambda _: False)
    endpoints.subscribed(url=receiver.url)
    decided(world)
    decided(world)
    assert deliver_due(only_one=True) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["delivered", "pending"]


def test_what_could_not_be_begun_in_time_is_not_sent_and_no_attempt(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process was stopped between its lease of a delivery and the send: another may be sending it."""
    endpoints.subscribed(url=receiver.url)
    decided(world)
    monkeypatch.setattr("moderation.webhooks.deliver.LEASE_SECONDS", 0)
    assert deliver_due() == 0
    assert receiver.received == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts_made) == ("pending", 0)


def test_a_send_begins_before_its_time_and_not_after_it(world: World, receiver: Receiver) -> None:
    from moderation.webhooks.lease_due import lease_due

    endpoints.subscribed(url=receiver.url)
    decided(world)
    (delivery,) = lease_due(1, per_endpoint=1, busy={})  # type: ignore[arg-type]
    with WebhookSender() as sender:
        assert sender.send(delivery, not_after=float("-inf")).result() is None
        sent = sender.send(delivery, not_after=float("inf")).result()
    assert sent
    assert sent.delivered


def test_the_lease_is_whole_or_not_there(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DispatcherLease.objects.create(name="deliver", leased_until=Now(), looked_at=Now())
