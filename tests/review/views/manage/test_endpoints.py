"""The pages of endpoints: who may, health, forms with versions, secrets, pause and delete."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from moderation.messages import LedgerCode, Message
from moderation.models import AttemptTally, Delivery, Endpoint, EndpointSecret, EndpointTest
from moderation.runtime import encryption
from moderation.webhooks import custom_headers, endpoints
from moderation.webhooks.custom_headers import Header
from tests.factories.endpoints import dead, subscribed, waiting
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.world import World

HOME = "/manage/endpoints/"
PEOPLE = ("alice", "carol", "erin", "mallory", "dave", "nobody")
FORM = {
    "name": "New",
    "url": "https://127.0.0.1:9/hook",
    "types": ["result.final"],
    "form": "standard",
    "headers-TOTAL_FORMS": "1",
    "headers-INITIAL_FORMS": "0",
    "headers-0-name": "X-Tenant",
    "headers-0-value": "shop",
}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "list": ("get", "", {}),
    "new": ("get", "new/", {}),
    "create": ("post", "new/", FORM),
    "one": ("get", "{pk}/", {}),
    "edit": ("get", "{pk}/edit/", {}),
    "pause": ("post", "{pk}/pause", {}),
    "resume": ("post", "{pk}/resume", {}),
    "rotate": ("post", "{pk}/rotate", {}),
    "end old": ("post", "{pk}/end-old-secret", {}),
    "ask delete": ("get", "{pk}/delete/", {}),
    "delete": ("post", "{pk}/delete/", {"name": "orders"}),
    "test": ("post", "{pk}/test", {}),
    "exchange": ("get", "{pk}/tests/{test}/", {}),
}


@pytest.fixture
def endpoint(world: World) -> Endpoint:
    return subscribed()[0]


def contents() -> str:
    models = (Endpoint, EndpointSecret, EndpointTest, Delivery, AuditEvent)
    return str([list(model.objects.order_by("pk").values()) for model in models])


@pytest.mark.parametrize(("name", "person"), list(product(CALLS, PEOPLE)))
def test_each_person_gets_what_the_role_allows(world: World, endpoint: Endpoint, name: str, person: str) -> None:
    test = EndpointTest.objects.create(endpoint=endpoint, webhook_id="msg_1", url="https://x.example/", body="{}")
    method, path, sent = CALLS[name]
    before = contents()
    client = signed_in(getattr(world, person, None))
    answer = getattr(client, method)(HOME + path.format(pk=endpoint.pk, test=test.pk), sent)
    if person == "dave":
        assert answer.status_code in (200, 302)
        return
    assert answer.status_code == (302 if person == "nobody" else 403)
    assert contents() == before


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if "{pk}" in call[1]])
def test_what_is_not_there_is_a_404(admin: Client, name: str) -> None:
    method, path, sent = CALLS[name]
    assert getattr(admin, method)(HOME + path.format(pk=999, test=999), sent).status_code == 404


def test_an_endpoint_is_made_and_its_secret_shown_once(admin: Client, world: World) -> None:
    answer = admin.post(f"{HOME}new/", FORM | {"headers-0-secret": "on"})
    endpoint = Endpoint.objects.get()
    assert "whsec_" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert custom_headers.opened(endpoint.headers) == {"X-Tenant": "shop"}
    page = admin.get(f"{HOME}{endpoint.pk}/").content.decode()
    assert "whsec_••••••••" in page
    assert encryption.unseal(EndpointSecret.objects.get().ciphertext) not in page
    assert custom_headers.HIDDEN in page
    assert ">shop<" not in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "ftp://x.example/"}, "the URL has to start with"),
        ({"url": ""}, "This field is required"),
        ({"types": []}, "This field is required"),
        ({"form": "xml"}, "Select a valid choice"),
        ({"headers-0-name": "Webhook-Id"}, "is set by us"),
        ({"headers-0-value": ""}, "one line of printable ASCII"),
        ({"headers-0-name": ""}, "A value needs a name"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_kept(admin: Client, changes: dict[str, Any], told: str) -> None:
    answer = admin.post(f"{HOME}new/", FORM | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert 'value="New"' in page
    assert not Endpoint.objects.exists()


def test_it_is_changed_and_a_secret_header_keeps_its_value(admin: Client, world: World) -> None:
    endpoint, _ = subscribed(headers_wanted=[Header("X-Key", "hidden-key", secret=True), Header("X-A", "1")])
    url = f"{HOME}{endpoint.pk}/edit/"
    page = admin.get(url).content.decode()
    assert "hidden-key" not in page
    changes = {"name": "Shop", "apps": [str(world.web.pk)], "headers-1-name": ""}
    answer = submit(admin, url, "endpoint", changes)
    assert answer.status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, list(endpoint.apps.all())) == ("Shop", [world.web])
    assert custom_headers.opened(endpoint.headers) == {"X-Key": "hidden-key"}
    details = AuditEvent.objects.get(action="endpoint.changed").details
    assert (details["before"]["name"], details["name"]) == ("orders", "Shop")
    assert "hidden-key" not in str(details)


def test_a_save_on_a_stale_page_is_refused_with_both_values_and_merged(admin: Client, world: World) -> None:
    endpoint, _ = subscribed(headers_wanted=[Header("X-A", "1")])
    url = f"{HOME}{endpoint.pk}/edit/"
    opened = fields(admin.get(url).content.decode(), "endpoint")
    endpoint.url = "https://127.0.0.1:9/other"
    endpoints.change(endpoint, apps=[], by=world.dave, headers=[Header("X-A", "2"), Header("X-B", "b")])
    answer = admin.post(url, opened | {"name": "Shop", "headers-1-name": "X-C", "headers-1-value": "c"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was saved" in page
    assert "https://127.0.0.1:9/hook" in page
    merged = fields(page, "endpoint")
    assert (merged["name"], merged["url"]) == (["Shop"], ["https://127.0.0.1:9/other"])
    endpoint.refresh_from_db()
    assert endpoint.name == "orders"
    assert admin.post(url, merged).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url) == ("Shop", "https://127.0.0.1:9/other")
    assert custom_headers.opened(endpoint.headers) == {"X-A": "2", "X-B": "b", "X-C": "c"}


def test_pausing_it_meanwhile_is_no_conflict_and_stays(admin: Client, world: World, endpoint: Endpoint) -> None:
    url = f"{HOME}{endpoint.pk}/edit/"
    opened = fields(admin.get(url).content.decode(), "endpoint")
    endpoints.pause(endpoint, by=world.dave)
    assert admin.post(url, opened | {"name": "Shop"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.state) == ("Shop", "paused")


def test_a_form_without_its_version_is_refused(admin: Client, endpoint: Endpoint) -> None:
    answer = submit(admin, f"{HOME}{endpoint.pk}/edit/", "endpoint", {"version": None, "name": "Shop"})
    assert answer.status_code == 422
    assert "which version it was opened on" in answer.content.decode()


def test_health_is_told_in_words_and_figures(admin: Client, endpoint: Endpoint) -> None:
    now = timezone.now()
    at = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    why = Message(LedgerCode.DELIVERY_STATUS, status=503)
    counts: dict[str, Any] = {"delivered": 30, "delivered_at_once": 27, "failed": 10, "step": 26}
    AttemptTally.objects.create(endpoint=endpoint, began_at=at, last_failure=why, last_failure_at=at, **counts)
    dead(endpoint, 2)
    waiting(endpoint, 3)
    for page in (admin.get(HOME).content.decode(), admin.get(f"{HOME}{endpoint.pk}/").content.decode()):
        assert "75.0 %" in page
        assert "of 40" in page
        assert "the receiver answered 503" in page
        assert "some failures" in page
        assert 'class="failed"' in page
        assert "99 ms" in page
        assert inline_code(page) == []
    assert "?state=dead" in admin.get(HOME).content.decode()


def test_few_attempts_say_so(admin: Client, endpoint: Endpoint) -> None:
    AttemptTally.objects.create(endpoint=endpoint, began_at=timezone.now(), delivered=3, step=1)
    assert ", few" in admin.get(HOME).content.decode()


def test_why_it_was_paused_is_on_the_pages_until_it_is_resumed(admin: Client, endpoint: Endpoint) -> None:
    last = Message(LedgerCode.DELIVERY_STATUS, status=503)
    why = Message(LedgerCode.ENDPOINT_FAILING, hours=25, failures=12, why=last)
    endpoints.pause_for_failing(endpoint.pk, why=why)
    for url in (HOME, f"{HOME}{endpoint.pk}/"):
        page = admin.get(url).content.decode()
        assert "Nothing was delivered for 25 hours" in page
        assert "paused automatically" in page
    page = admin.post(f"{HOME}{endpoint.pk}/resume", follow=True).content.decode()
    assert "Nothing was delivered for 25 hours" not in page
    assert "Resumed" in page


def test_both_secrets_stand_side_by_side_while_one_is_rotated(admin: Client, endpoint: Endpoint) -> None:
    shown = admin.post(f"{HOME}{endpoint.pk}/rotate").content.decode()
    assert shown.count("whsec_") == 1
    page = admin.get(f"{HOME}{endpoint.pk}/").content.decode()
    assert page.count("whsec_••••••••") == 2
    assert "signs too for 23:59:" in page
    page = admin.post(f"{HOME}{endpoint.pk}/end-old-secret", follow=True).content.decode()
    assert page.count("whsec_••••••••") == 1


def test_it_is_deleted_by_its_typed_name_after_counting(admin: Client, endpoint: Endpoint) -> None:
    waiting(endpoint, 3)
    url = f"{HOME}{endpoint.pk}/delete/"
    assert "3 pending and 0 paused deliveries are cancelled" in admin.get(url).content.decode()
    wrong = submit(admin, url, "delete", {"name": "order"})
    assert (wrong.status_code, Endpoint.objects.get().state) == (422, "enabled")
    assert submit(admin, url, "delete", {"name": "orders"}).status_code == 302
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert admin.get(url).status_code == 404
    page = admin.get(f"{HOME}{endpoint.pk}/").content.decode()
    assert "send-test" not in page
    assert 'data-endpoint="' not in admin.get(HOME).content.decode()


def test_pages_keep_to_few_statements(admin: Client, world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        endpoint, _ = subscribed(name=f"e{number}")
        dead(endpoint, 30)
    with django_assert_max_num_queries(20):
        admin.get(HOME)
    one = endpoint.deliveries.latest("pk")
    with django_assert_max_num_queries(20):
        admin.get(f"{HOME}{endpoint.pk}/", {"state": "dead", "open": str(one.pk), "since": "2020-01-01"})
