"""Endpoints in Django's admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent
from moderation.models import Delivery, Endpoint, EndpointSecret
from moderation.webhooks import endpoints
from tests.moderation.webhooks.test_endpoints import BAD_URLS, URL
from tests.pages import fields, submit
from tests.world import World

LIST = "/admin/moderation/endpoint/"
SECRET = re.compile(r"whsec_[\w+/=-]{32,}")


@pytest.fixture
def endpoint(world: World) -> Endpoint:
    made = Endpoint(name="Shop", url=URL, types=["result.final"])
    endpoints.create(made, apps=[world.web], by=world.dave)
    return made


def page_of(endpoint: Endpoint) -> str:
    return f"{LIST}{endpoint.pk}/change/"


def act(admin: Client, action: str, *chosen: Endpoint) -> str:
    sent = {"action": action, "_selected_action": [endpoint.pk for endpoint in chosen]}
    return admin.post(LIST, sent, follow=True).content.decode()


def options(html: str, name: str) -> list[str]:
    select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)
    assert select
    return re.findall(r'<option value="(\w+)"', select[0])


def test_an_endpoint_is_made_and_its_secret_shown_once(admin: Client, world: World) -> None:
    shown = fields(admin.get(f"{LIST}add/").content.decode(), "endpoint_form")
    assert shown["types"] == ["result.final", "result.corrected"]
    answer = submit(admin, f"{LIST}add/", "endpoint_form", {"name": "Shop", "url": URL, "apps": [world.web.pk]})
    (secret,) = SECRET.findall(answer.content.decode())
    endpoint = Endpoint.objects.get()
    assert (endpoint.types, endpoint.state) == (["result.final", "result.corrected"], "enabled")
    assert list(endpoint.apps.all()) == [world.web]
    assert AuditEvent.objects.get(action="endpoint.created").by == world.dave
    opened = str([session.get_decoded() for session in Session.objects.all()])
    again = admin.get(LIST).content.decode() + admin.get(page_of(endpoint)).content.decode()
    kept = str(list(AuditEvent.objects.values())) + str(list(EndpointSecret.objects.values()))
    assert secret not in opened + again + kept


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_address_we_would_not_call_is_said_in_the_form(admin: Client, url: str) -> None:
    answer = submit(admin, f"{LIST}add/", "endpoint_form", {"name": "Typed", "url": url})
    assert answer.status_code == 200
    assert 'class="errornote"' in answer.content.decode()
    assert 'value="Typed"' in answer.content.decode()
    assert not SECRET.search(answer.content.decode())
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("changes", [{"types": None}, {"types": ["endpoint.test"]}, {"state": "disabled"}])
def test_what_cannot_be_chosen_is_refused(admin: Client, changes: dict[str, Any]) -> None:
    sent = {"name": "Shop", "url": URL} | changes
    assert submit(admin, f"{LIST}add/", "endpoint_form", sent).status_code == 200
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_paused_and_its_apps_change(admin: Client, world: World, endpoint: Endpoint) -> None:
    endpoints.send_test(endpoint, by=world.dave)
    submit(admin, page_of(endpoint), "endpoint_form", {"state": "paused", "apps": [world.other_app.pk]})
    assert Endpoint.objects.get().state == "paused"
    assert list(endpoint.apps.all()) == [world.other_app]
    assert Delivery.objects.get().state == "paused"
    assert AuditEvent.objects.latest("pk").details["apps"] == ["app"]


def test_saving_what_is_there_changes_nothing(admin: Client, world: World, endpoint: Endpoint) -> None:
    seen = AuditEvent.objects.count()
    assert submit(admin, page_of(endpoint), "endpoint_form").status_code == 302
    assert AuditEvent.objects.count() == seen
    assert list(endpoint.apps.all()) == [world.web]


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("enabled", ["enabled", "paused"]),
        ("paused", ["enabled", "paused"]),
        ("disabled", ["enabled", "paused", "disabled"]),
    ],
)
def test_the_form_offers_the_states_that_follow(
    admin: Client, endpoint: Endpoint, now: str, offered: list[str]
) -> None:
    Endpoint.objects.update(state=now)
    assert options(admin.get(page_of(endpoint)).content.decode(), "state") == offered


def test_a_deleted_endpoint_is_read_only_and_out_of_the_list(admin: Client, world: World, endpoint: Endpoint) -> None:
    delivery = endpoints.send_test(endpoint, by=world.dave)
    question = admin.get(f"{LIST}{endpoint.pk}/delete/")
    assert "Are you sure" in question.content.decode()
    assert admin.post(f"{LIST}{endpoint.pk}/delete/", {"post": "yes"})["Location"] == LIST
    delivery.refresh_from_db()
    assert (Endpoint.objects.get().state, delivery.state) == ("deleted", "cancelled")
    listed = [admin.get(LIST + query).content.decode() for query in ("", "?deleted=yes")]
    assert [page_of(endpoint) in html for html in listed] == [False, True]
    read = admin.get(page_of(endpoint)).content.decode()
    assert URL in read
    assert 'name="url"' not in read
    for path in (page_of(endpoint), f"{LIST}{endpoint.pk}/delete/"):
        assert admin.post(path, {"post": "yes", "name": "Back", "state": "enabled"}).status_code == 403


def test_a_new_secret_is_shown_once(admin: Client, world: World, endpoint: Endpoint) -> None:
    shown = act(admin, "rotate_secret", endpoint)
    assert len(SECRET.findall(shown)) == 1
    assert not SECRET.search(admin.get(LIST).content.decode())
    assert EndpointSecret.objects.count() == 2
    assert AuditEvent.objects.latest("pk").action == "endpoint.secret-rotated"


def test_a_test_is_sent_to_each_chosen(admin: Client, world: World, endpoint: Endpoint) -> None:
    other = Endpoint(name="Other", url=URL, types=["result.final"], state="paused")
    endpoints.create(other, apps=[], by=world.dave)
    shown = act(admin, "send_test", endpoint, other)
    assert shown.count("A test was queued") == 2
    assert sorted(Delivery.objects.values_list("type", "state")) == [
        ("endpoint.test", "paused"),
        ("endpoint.test", "pending"),
    ]


@pytest.mark.parametrize("action", ["rotate_secret", "send_test"])
def test_what_the_verb_refuses_is_a_message(admin: Client, world: World, endpoint: Endpoint, action: str) -> None:
    endpoints.delete(endpoint, by=world.dave)
    sent = {"action": action, "_selected_action": [endpoint.pk]}
    shown = admin.post(f"{LIST}?deleted=yes", sent, follow=True).content.decode()
    assert "This endpoint is deleted. Create a new one." in shown
    assert not SECRET.search(shown)
    assert not Delivery.objects.exists()


def test_a_change_here_falls_with_its_audit_event(
    admin: Client, world: World, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr(audit, "record_all", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        submit(admin, page_of(endpoint), "endpoint_form", {"state": "paused", "apps": []})
    with pytest.raises(RuntimeError, match="no audit today"):
        admin.post(f"{LIST}{endpoint.pk}/delete/", {"post": "yes"})
    with pytest.raises(RuntimeError, match="no audit today"):
        act(admin, "rotate_secret", endpoint)
    assert Endpoint.objects.get().state == "enabled"
    assert list(endpoint.apps.all()) == [world.web]
    assert EndpointSecret.objects.count() == 1
