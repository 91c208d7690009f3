"""Headers that an endpoint wants: checked, secrets sealed, sent, and none of ours replaced."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook

from accounts.models import AuditEvent
from moderation.models import Endpoint
from moderation.webhooks import custom_headers, endpoints
from moderation.webhooks.custom_headers import Header, HeaderRefused
from moderation.webhooks.deliver import deliver_due
from tests.factories.endpoints import subscribed
from tests.moderation.webhooks.answers import decided
from tests.moderation.webhooks.receiver import Receiver
from tests.world import World

SECRET = "s3cret-of-the-gateway"


def test_they_are_sent_beside_ours(world: World, receiver: Receiver) -> None:
    wanted = [Header("X-Tenant", "shop"), Header("Authorization", f"Bearer {SECRET}", secret=True)]
    endpoint, secret = subscribed(url=receiver.url, headers_wanted=wanted)
    decided(world)
    deliver_due()
    (got,) = receiver.received
    assert (got.headers["x-tenant"], got.headers["authorization"]) == ("shop", f"Bearer {SECRET}")
    assert Webhook(secret).verify(got.body, got.headers)
    kept = str([list(model.objects.values()) for model in (Endpoint, AuditEvent)])
    assert SECRET not in kept
    assert "X-Tenant" in kept
    assert custom_headers.shown(endpoint.headers)[1] == ("Authorization", custom_headers.HIDDEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "x"),
        ("Webhook-Signature", "x"),
        ("HOST", "evil.example"),
        ("Content-Length", "0"),
        ("content-type", "text/html"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("Accept-Encoding", "gzip"),
        ("X Tenant", "shop"),
        ("X-Tenant:", "shop"),
        ("X-Ténant", "shop"),
        ("X-Tenant\r\nHost", "shop"),
        ("", "shop"),
        ("x" * 101, "shop"),
        ("X-Tenant", ""),
        ("X-Tenant", "shop\r\nHost: evil.example"),
        ("X-Tenant", "a\nb"),
        ("X-Tenant", "店"),
        ("X-Tenant", "a\0"),
        ("X-Tenant", " shop"),
        ("X-Tenant", "x" * 2001),
    ],
)
def test_one_of_ours_or_a_broken_one_is_refused(name: str, value: str) -> None:
    with pytest.raises(HeaderRefused):
        custom_headers.stored([Header("X-Fine", "yes"), Header(name, value)], before=[])


def test_the_place_of_a_refused_one_is_told_and_none_is_there_twice() -> None:
    with pytest.raises(HeaderRefused, match="twice") as refusal:
        custom_headers.stored([Header("X-A", "1"), Header("x-a", "2")], before=[])
    assert refusal.value.place == 1
    with pytest.raises(HeaderRefused, match="at most 20"):
        custom_headers.stored([Header(f"X-{n}", "1") for n in range(21)], before=[])


def test_a_secret_left_empty_keeps_its_value_and_only_its_own(world: World) -> None:
    endpoint, _ = subscribed(headers_wanted=[Header("X-Key", SECRET, secret=True)])
    endpoints.change(endpoint, apps=[], by="tests", headers=[Header("x-key", "", secret=True), Header("X-B", "2")])
    endpoint.refresh_from_db()
    assert custom_headers.opened(endpoint.headers) == {"x-key": SECRET, "X-B": "2"}
    with pytest.raises(HeaderRefused):
        endpoints.change(endpoint, apps=[], by="tests", headers=[Header("X-Other", "", secret=True)])
    with pytest.raises(HeaderRefused):  # not secret any more: the value would be shown
        endpoints.change(endpoint, apps=[], by="tests", headers=[Header("X-Key", "")])


def test_a_change_without_headers_keeps_them(world: World) -> None:
    endpoint, _ = subscribed(headers_wanted=[Header("X-A", "1")])
    endpoints.change(endpoint, apps=[], by="tests")
    endpoint.refresh_from_db()
    assert custom_headers.opened(endpoint.headers) == {"X-A": "1"}


@pytest.mark.parametrize("headers", [None, [Header("X-Key", "", secret=True)]])
def test_a_secret_goes_to_no_other_host(world: World, headers: list[Header] | None) -> None:
    endpoint, _ = subscribed(url="https://first.example/hook", headers_wanted=[Header("X-Key", SECRET, secret=True)])
    endpoint.url = "https://first.example/moved"
    endpoints.change(endpoint, apps=[], by="tests", headers=headers)
    endpoint.url = "https://second.example/hook"
    with pytest.raises(HeaderRefused, match="X-Key"):
        endpoints.change(endpoint, apps=[], by="tests", headers=headers)
    endpoint.refresh_from_db()
    assert endpoint.url == "https://first.example/moved"
    endpoint.url = "https://second.example/hook"
    endpoints.change(endpoint, apps=[], by="tests", headers=[Header("X-Key", "typed", secret=True)])
    endpoint.refresh_from_db()
    assert custom_headers.opened(endpoint.headers) == {"X-Key": "typed"}
