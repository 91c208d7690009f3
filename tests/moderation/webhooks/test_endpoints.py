"""Endpoints: made, changed, paused, deleted; their secrets; and a test on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.messages import english
from moderation.models import Delivery, Endpoint, EndpointSecret
from moderation.outbound.addresses import parse_networks
from moderation.outbound.errors import UrlRefused
from moderation.webhooks import endpoints
from moderation.webhooks.custom_headers import Header
from moderation.webhooks.deliver import deliver_due
from tests.customer import Customer, customer
from tests.factories.endpoints import waiting
from tests.moderation.outbound.bad_addresses import BAD_ADDRESSES, SPELLINGS_OF_LOOPBACK, in_url
from tests.world import World

URL = "https://shop.example/hook"
BAD_URLS = [
    "ftp://shop.example/hook",
    "shop.example/hook",
    "https://user:pass@shop.example/hook",
    "https://shop.example/hook#part",
    "https://shop.example/a\r\nHost: b",
    "https://shop.example/" + "a" * 2048,
]


@pytest.fixture
def endpoint(world: World) -> Endpoint:
    made = Endpoint(name="Shop", url=URL, types=["result.final"])
    endpoints.create(made, apps=[world.web], by=world.dave)
    return made


def change(endpoint: Endpoint, world: World, **fields: Any) -> Endpoint:
    for name, value in fields.items():
        setattr(endpoint, name, value)
    endpoints.change(endpoint, apps=endpoint.apps.all(), by=world.dave)
    return endpoint


def states_of(endpoint: Endpoint) -> list[str]:
    return list(endpoint.deliveries.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_touch_endpoints(world: World, endpoint: Endpoint, name: str) -> None:
    by = getattr(world, name)
    with pytest.raises(NotAllowed):
        endpoints.create(Endpoint(name="Mine", url=URL), apps=[], by=by)
    with pytest.raises(NotAllowed):
        endpoints.change(endpoint, apps=[], by=by)
    for verb in (endpoints.delete, endpoints.rotate_secret):
        with pytest.raises(NotAllowed):
            verb(endpoint, by=by)


def test_a_secret_is_kept_sealed(world: World, endpoint: Endpoint) -> None:
    secret = endpoints.rotate_secret(endpoint, by=world.dave)
    assert secret.startswith("whsec_")
    kept = str([list(model.objects.values()) for model in (Endpoint, EndpointSecret, AuditEvent)])
    assert secret.removeprefix("whsec_") not in kept


def test_the_audit_tells_where_answers_go(world: World, endpoint: Endpoint) -> None:
    change(endpoint, world, url="https://new.example/", form="v4")
    details = AuditEvent.objects.get(action="endpoint.changed").details
    before = {"name": "Shop", "state": "enabled", "types": ["result.final"], "apps": ["web"], "headers": []}
    assert details.pop("before") == before | {"url": URL, "form": "standard"}
    assert details == before | {"url": "https://new.example/", "form": "v4"}


def test_the_audit_tells_which_headers_changed_and_never_their_values(world: World, endpoint: Endpoint) -> None:
    def change_headers(*headers: Header) -> dict[str, Any]:
        endpoints.change(endpoint, apps=[], by=world.dave, headers=headers)
        details: dict[str, Any] = AuditEvent.objects.filter(action="endpoint.changed").latest("pk").details
        return details

    key = Header("X-Key", "value-one", secret=True)
    added = change_headers(Header("X-Tenant", "value-two"), key)
    assert (added["before"]["headers"], added["headers"]) == ([], ["X-Tenant", "X-Key"])
    kept = change_headers(Header("X-Tenant", "value-three"), Header("X-Key", "", secret=True))
    assert (kept["headers"], kept["changed_headers"]) == (["X-Tenant", "X-Key"], ["X-Tenant"])
    replaced = change_headers(Header("X-Tenant", "value-three"), key)
    assert replaced["changed_headers"] == ["X-Key"]
    endpoints.create(Endpoint(name="Other", url=URL), apps=[], by=world.dave, headers=[Header("X-Tenant", "value-two")])
    assert "value-" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("url", [*BAD_URLS, "http://shop.example/hook", "https://shop.example:8080/hook"])
def test_an_address_we_would_not_call_is_not_saved(world: World, endpoint: Endpoint, settings: Any, url: str) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS, settings.ENDPOINT_SCHEMES = (), ("https",)
    with pytest.raises(UrlRefused):
        endpoints.create(Endpoint(name="Bad", url=url), apps=[], by=world.dave)
    with pytest.raises(UrlRefused):
        change(endpoint, world, url=url)
    assert list(Endpoint.objects.values_list("url", flat=True)) == [URL]


@pytest.mark.parametrize("host", [*map(in_url, BAD_ADDRESSES), *SPELLINGS_OF_LOOPBACK, "localhost", "api.localhost"])
def test_an_address_of_a_private_network_is_not_saved_in_any_spelling(
    world: World, endpoint: Endpoint, settings: Any, host: str
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    wanted = f"https://{host}/hook"
    with pytest.raises(UrlRefused):
        change(endpoint, world, url=wanted)
    with pytest.raises(UrlRefused):
        endpoints.create(Endpoint(name="Other", url=wanted, types=[]), apps=[], by=world.dave)
    assert [one.url for one in Endpoint.objects.all()] == [URL]


def test_a_private_network_that_was_opened_may_be_named(world: World, endpoint: Endpoint, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = parse_networks("10.1.0.0/16")
    assert change(endpoint, world, url="https://10.1.2.3:9443/hook").url.endswith("9443/hook")
    with pytest.raises(
        UrlRefused, match=r"a private network \(10\.0\.0\.0/8\); OUTBOUND_ALLOWED_NETWORKS does not name it"
    ):
        change(endpoint, world, url="https://10.2.2.3/hook")


def test_pausing_holds_and_enabling_sends_on(world: World, endpoint: Endpoint) -> None:
    waiting(endpoint)
    change(endpoint, world, state="paused")
    waiting(endpoint)
    assert states_of(endpoint) == ["paused", "paused"]
    change(endpoint, world, state="enabled")
    assert states_of(endpoint) == ["pending", "pending"]


def test_deleting_cancels_visibly_and_is_for_good(world: World, endpoint: Endpoint) -> None:
    waiting(endpoint)
    endpoints.delete(endpoint, by=world.dave)
    endpoints.delete(endpoint, by=world.dave)
    delivery = Delivery.objects.get()
    assert (delivery.state, english(delivery.why)) == ("cancelled", "the endpoint was deleted")
    assert AuditEvent.objects.filter(action="endpoint.deleted").count() == 1
    with pytest.raises(ValueError, match="Create a new one"):
        endpoints.rotate_secret(endpoint, by=world.dave)
    with pytest.raises(ValueError, match="that is deleted cannot become enabled"):
        change(endpoint, world, state="enabled")


@pytest.mark.parametrize(
    ("now", "wanted", "follows"),
    [
        ("enabled", "paused", True),
        ("paused", "enabled", True),
        ("disabled", "enabled", True),
        ("disabled", "paused", True),
        ("disabled", "disabled", True),
        ("enabled", "disabled", False),
        ("paused", "disabled", False),
        ("enabled", "deleted", False),
        ("disabled", "deleted", False),
    ],
)
def test_a_state_follows_from_the_one_before(
    world: World, endpoint: Endpoint, now: str, wanted: str, follows: bool
) -> None:
    Endpoint.objects.update(state=now)
    if follows:
        change(endpoint, world, state=wanted)
    else:
        with pytest.raises(ValueError, match=f"that is {now} cannot become {wanted}"):
            change(endpoint, world, state=wanted)
    assert Endpoint.objects.get().state == (wanted if follows else now)


@pytest.fixture
def receiver() -> Any:
    with customer() as running:
        yield running


def test_rotating_again_keeps_no_earlier_secret_alive_for_longer(world: World, endpoint: Endpoint) -> None:
    endpoints.rotate_secret(endpoint, by=world.dave)
    first = EndpointSecret.objects.earliest("pk")
    EndpointSecret.objects.filter(pk=first.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    endpoints.rotate_secret(endpoint, by=world.dave)
    first.refresh_from_db()
    assert first.expires_at
    assert first.expires_at < timezone.now() + timedelta(hours=2)


def test_two_secrets_sign_for_a_day(world: World, receiver: Customer) -> None:
    endpoint = Endpoint(name="Shop", url=f"{receiver.url}/hook", types=["result.final"])
    old = endpoints.create(endpoint, apps=[], by=world.dave)
    new = endpoints.rotate_secret(endpoint, by=world.dave)
    until = EndpointSecret.objects.get(expires_at__isnull=False).expires_at
    assert until
    assert abs(until - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)
    waiting(endpoint)
    deliver_due()
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    EndpointSecret.objects.filter(expires_at=until).update(expires_at=timezone.now())
    waiting(endpoint)
    deliver_due()
    Webhook(new).verify(receiver.received[1].body, receiver.received[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.received[1].body, receiver.received[1].headers)


def test_a_receiver_that_is_gone_disables_and_is_enabled_again(world: World, receiver: Customer) -> None:
    receiver.replies = [410]
    endpoint = Endpoint(name="Shop", url=f"{receiver.url}/hook", types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    waiting(endpoint)
    deliver_due()
    endpoint.refresh_from_db()
    assert (endpoint.state, states_of(endpoint)) == ("disabled", ["paused"])
    assert AuditEvent.objects.latest("pk").action == "endpoint.disabled"
    change(endpoint, world, state="enabled")
    Delivery.objects.update(due_at=timezone.now())
    assert deliver_due() == 1
    assert states_of(endpoint) == ["delivered"]
