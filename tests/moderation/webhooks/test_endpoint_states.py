"""Making, changing, pausing and deleting endpoints."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.messages import LedgerCode, Message, english
from moderation.models import Delivery, Endpoint, EndpointSecret
from moderation.outbound.errors import UrlRefused
from moderation.runtime import encryption
from moderation.webhooks import endpoints as verbs
from moderation.webhooks.deliver import deliver_due
from tests.factories import endpoints
from tests.moderation.webhooks.answers import decided
from tests.moderation.webhooks.receiver import Receiver
from tests.races.crowd import at_once
from tests.world import World


def set_state(endpoint: Endpoint, state: str, world: World) -> None:
    endpoint.state = state
    verbs.change(endpoint, apps=[], by=world.dave)


def test_pausing_holds_what_is_on_its_way_and_enabling_sends_it(world: World, receiver: Receiver) -> None:
    endpoint, _ = endpoints.subscribed(url=receiver.url)
    decided(world)
    set_state(endpoint, "paused", world)
    assert (Delivery.objects.get().state, deliver_due()) == ("paused", 0)
    set_state(endpoint, "enabled", world)
    assert (deliver_due(), Delivery.objects.get().state) == (1, "delivered")


@pytest.mark.django_db(transaction=True)
def test_what_is_under_way_when_its_endpoint_is_paused_is_settled_as_it_ends(world: World, receiver: Receiver) -> None:
    endpoint, _ = endpoints.subscribed(url=receiver.url)
    decided(world)
    receiver.on_request = partial(at_once, [partial(set_state, endpoint, "paused", world)])
    deliver_due()
    assert (Delivery.objects.get().state, Endpoint.objects.get().state) == ("delivered", "paused")


def test_deleting_cancels_what_is_on_its_way_and_keeps_it_listed(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    decided(world)
    verbs.delete(endpoint, by=world.dave)
    delivery = Delivery.objects.get()
    assert (delivery.state, english(delivery.why)) == ("cancelled", "the endpoint was deleted")
    assert delivery.ended_at is not None
    assert deliver_due() == 0


def test_a_deleted_endpoint_is_no_longer_called_paused(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    verbs.pause_for_failing(endpoint.pk, why=Message(LedgerCode.DELIVERY_GONE))
    verbs.delete(endpoint, by=world.dave)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why) == ("deleted", None)


def test_what_was_delivered_stays_delivered_when_the_endpoint_is_deleted(world: World, receiver: Receiver) -> None:
    endpoint, _ = endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    verbs.delete(endpoint, by=world.dave)
    assert Delivery.objects.get().state == "delivered"


def test_a_secret_is_shown_once_and_stored_sealed(world: World) -> None:
    _, secret = endpoints.subscribed()
    stored = EndpointSecret.objects.get().ciphertext
    assert secret not in stored
    assert encryption.unseal(stored) == secret
    assert secret not in str(list(AuditEvent.objects.values()))


def test_a_rotated_secret_signs_for_a_day_beside_the_new_one(world: World) -> None:
    endpoint, old = endpoints.subscribed()
    new = verbs.rotate_secret(endpoint, by=world.dave)
    assert old != new
    expiring, lasting = EndpointSecret.objects.order_by("pk")
    assert lasting.expires_at is None
    assert expiring.expires_at is not None
    assert abs((expiring.expires_at - lasting.created_at) - verbs.ROTATION).total_seconds() < 5


@pytest.mark.parametrize(
    "url",
    ["ftp://example.test/", "file:///etc/passwd", "https://user:pass@example.test/", "https://example.test/#x", "x"],
)
def test_an_address_that_breaks_a_rule_is_refused_when_it_is_saved(world: World, url: str) -> None:
    with pytest.raises(UrlRefused):
        endpoints.subscribed(url=url)
    endpoint, _ = endpoints.subscribed()
    endpoint.url = url
    with pytest.raises(UrlRefused):
        verbs.change(endpoint, apps=[], by=world.dave)


@pytest.mark.parametrize("url", ["https://review.example/hook", "https://REVIEW.example.:8443/callbacks/x"])
def test_our_own_host_is_refused_when_it_is_saved_and_when_it_would_be_called(
    world: World, settings: Any, url: str
) -> None:
    settings.OWN_HOSTS = {"review.example"}
    with pytest.raises(UrlRefused, match="this service itself"):
        endpoints.subscribed(url=url)
    endpoints.subscribed()
    Endpoint.objects.update(url=url)
    decided(world)
    deliver_due()
    assert "this service itself" in english(Delivery.objects.get().why)


@pytest.mark.parametrize("url", ["http://example.test/", "https://example.test:22/"])
def test_plain_http_and_odd_ports_need_an_allowed_network(world: World, settings: Any, url: str) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS, settings.ENDPOINT_SCHEMES = (), ("https",)
    with pytest.raises(UrlRefused):
        endpoints.subscribed(url=url)


def test_only_administrators_touch_endpoints(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    for person in (world.alice, world.carol, world.erin):
        for verb in (
            lambda by: verbs.create(Endpoint(name="x", url=endpoints.NOWHERE), apps=[], by=by),
            lambda by: verbs.change(endpoint, apps=[], by=by),
            lambda by: verbs.delete(endpoint, by=by),
            lambda by: verbs.rotate_secret(endpoint, by=by),
        ):
            with pytest.raises(NotAllowed):
                verb(person)


def test_every_change_is_audited(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    verbs.rotate_secret(endpoint, by=world.dave)
    set_state(endpoint, "paused", world)
    verbs.delete(endpoint, by=world.dave)
    actions = AuditEvent.objects.filter(on_type="endpoint").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["endpoint.created", "endpoint.secret-rotated", "endpoint.changed", "endpoint.deleted"]
