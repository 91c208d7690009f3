"""Two administrators have the same form open: the second to save undoes nothing of the first."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from accounts import people, registration
from accounts.admin_site import Door, site
from accounts.models import App, AuditEvent, User
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Endpoint
from moderation.webhooks import endpoints
from review.models import Queue, Reason
from review.queues import configure
from tests.pages import fields
from tests.world import World

URL = "https://shop.example/hook"


def opened(admin: Client, url: str, form: str) -> dict[str, list[str]]:
    return fields(admin.get(url).content.decode(), form)


def send(admin: Client, url: str, sent: dict[str, Any]) -> Any:
    return admin.post(url, {name: value for name, value in sent.items() if value is not None})


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_deactivated_person_stays_so(admin: Client, world: World) -> None:
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    form = opened(admin, url, "user_form")
    people.change(world.alice, by=world.dave, name="Alice", role="moderator", is_active=False)
    shown = text_of(send(admin, url, form | {"name": "Alicia"}))
    assert User.objects.get(pk=world.alice.pk).name == "Alice"
    assert not User.objects.get(pk=world.alice.pk).is_active
    assert "dave@example.test changed this at" in shown
    assert "active: yes → no" in shown
    merged = fields(shown, "user_form")
    assert merged["name"] == ["Alicia"]  # as typed
    assert "is_active" not in merged  # as it is now
    assert send(admin, url, merged).status_code == 302
    world.alice.refresh_from_db()
    assert (world.alice.name, world.alice.is_active) == ("Alicia", False)


def test_a_paused_endpoint_stays_so(admin: Client, world: World) -> None:
    endpoint = Endpoint(name="Shop", url=URL, types=["result.final"])
    endpoints.create(endpoint, apps=[world.web], by=world.dave)
    url = f"/admin/moderation/endpoint/{endpoint.pk}/change/"
    form = opened(admin, url, "endpoint_form")
    endpoint.state, endpoint.types = "paused", ["result.corrected"]
    endpoints.change(endpoint, apps=[world.other_app], by=world.dave)
    shown = text_of(send(admin, url, form | {"name": "Shop 2"}))
    for change in ("state: enabled → paused", "event types: a final result → a correction", "apps: − web, + app"):
        assert change in shown
    assert Endpoint.objects.get().state == "paused"
    assert send(admin, url, fields(shown, "endpoint_form")).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.state, endpoint.types) == ("Shop 2", "paused", ["result.corrected"])
    assert list(endpoint.apps.all()) == [world.other_app]


def test_what_is_no_form_counts_too(admin: Client, world: World) -> None:
    endpoint = Endpoint(name="Shop", url=URL, types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    url = f"/admin/moderation/endpoint/{endpoint.pk}/change/"
    form = opened(admin, url, "endpoint_form")
    endpoints.disable(endpoint.pk, why={"code": "delivery.gone"})  # type: ignore[arg-type] # any message
    shown = text_of(send(admin, url, form | {"name": "Shop 2"}))
    assert "deliver changed this at" in shown
    assert Endpoint.objects.get().state == "disabled"


def edit_queue(world: World) -> None:
    """What a colleague does meanwhile: another SLA, one member for another, one reason changed, one new."""
    world.nudity.sla_minutes = 15
    configure.save(world.nudity, by=world.dave)
    configure.set_members(world.nudity, [world.alice, world.carol, world.mallory], by=world.dave)
    porn = {"risk_label1": "porn", "risk_label2": "nudity"}
    reasons = [
        Reason(code="nudity", key=1, name="Bare skin", **porn),
        Reason(code="contact", key=2, name="Contact ad", risk_label1="ad"),
        Reason(code="minors", key=3, name="Minors", risk_label1="minor"),
    ]
    configure.set_reasons(world.nudity, reasons, by=world.dave)


def test_a_queue_keeps_what_both_changed(admin: Client, world: World) -> None:
    url = f"/admin/review/queue/{world.nudity.pk}/change/"
    form = opened(admin, url, "queue_form")
    edit_queue(world)
    mine = {"name": "Nudity 裸露", "reasons-1-name": "Contacts", "reasons-2-key": "4", "reasons-2-code": "spam"}
    mine |= {"reasons-2-name": "Spam", "reasons-2-risk_label1": "ad", "reasons-": "a field of no row"}
    shown = text_of(send(admin, url, form | mine))
    for change in (
        "SLA, minutes: 60 → 15",
        "Members: − bob@example.test, + mallory@example.test",
        "+ minors (3, Minors",
    ):
        assert change in shown
    assert Queue.objects.get(pk=world.nudity.pk).name == "Nudity"
    assert send(admin, url, fields(shown, "queue_form")).status_code == 302
    queue = Queue.objects.get(pk=world.nudity.pk)
    assert (queue.name, queue.sla_minutes) == ("Nudity 裸露", 15)
    assert set(queue.members.all()) == {world.alice, world.carol, world.mallory}
    assert [(reason.code, reason.name) for reason in queue.reasons.all()] == [
        ("nudity", "Bare skin"),  # theirs
        ("contact", "Contacts"),  # mine
        ("minors", "Minors"),  # theirs
        ("spam", "Spam"),  # mine
    ]


def test_a_reason_that_was_removed_here_and_changed_there_is_asked_about(admin: Client, world: World) -> None:
    url = f"/admin/review/queue/{world.nudity.pk}/change/"
    form = opened(admin, url, "queue_form")
    edit_queue(world)
    shown = text_of(send(admin, url, form | {"reasons-0-DELETE": "on"}))
    assert fields(shown, "queue_form")["reasons-0-DELETE"] == ["on"]
    assert send(admin, url, fields(shown, "queue_form")).status_code == 302
    assert [reason.code for reason in world.nudity.reasons.all()] == ["contact", "minors"]


def test_a_value_that_both_changed_is_as_typed_and_told(admin: Client, world: World) -> None:
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    form = opened(admin, url, "user_form")
    people.change(world.alice, by=world.dave, name="Ally", role="lead", is_active=True)
    shown = text_of(send(admin, url, form | {"name": "Alicia"}))
    assert "name: Alice → Ally" in shown
    assert "role: Moderator → Lead" in shown
    assert (fields(shown, "user_form")["name"], fields(shown, "user_form")["role"]) == (["Alicia"], ["lead"])


@pytest.mark.parametrize("version", [None, "", "made-up", "eyJuYW1lIjoiQWxpY2UifQ:bm90LW91cnM"])
def test_a_form_without_its_version_is_refused(admin: Client, world: World, version: str | None) -> None:
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    form = opened(admin, url, "user_form") | {"name": "Alicia", "version": version}
    shown = text_of(send(admin, url, form))
    assert "does not say which version it was opened on. Reload the page." in shown
    assert send(admin, url, fields(shown, "user_form")).status_code == 200  # nor when it is sent again
    assert User.objects.get(pk=world.alice.pk).name == "Alice"


def test_an_ordinary_mistake_keeps_the_version(admin: Client, world: World) -> None:
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    wrong = text_of(send(admin, url, opened(admin, url, "user_form") | {"new_password": "short"}))
    people.change(world.alice, by=world.dave, name="Alice", role="moderator", is_active=False)
    assert "active: yes → no" in text_of(send(admin, url, fields(wrong, "user_form")))


def test_the_conflict_is_told_in_chinese_too(admin: Client, world: World) -> None:
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    form = opened(admin, url, "user_form")
    people.change(world.alice, by=world.dave, name="Alice", role="moderator", is_active=False)
    answer = admin.post(url, form | {"name": "Alicia"}, headers={"Accept-Language": "zh-hans"})
    assert "启用: 是 → 否" in text_of(answer)


def things(world: World) -> dict[type[Any], Any]:
    endpoint = Endpoint(name="Shop", url=URL, types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    address, _ = addresses.create(name="Theirs", app=world.web, by=world.dave)
    return {User: world.alice, App: world.web, Endpoint: endpoint, CallbackAddress: address, Queue: world.nudity}


def test_every_form_that_changes_something_has_a_version_of_all_it_edits(admin: Client, world: World) -> None:
    made = things(world)
    write_only = {"new_password", "access_key", "forget_access_key"}
    for model, door in site._registry.items():
        assert isinstance(door, Door)
        if model not in made:
            continue  # nothing of it can be changed
        assert door.edited, model
        request = admin.get("/admin/").wsgi_request
        names = set(door.get_form(request, made[model], change=True).base_fields) - write_only
        assert names <= set(door.edited.values(made[model])), model
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{made[model].pk}/change/"
        assert opened(admin, url, f"{model._meta.model_name}_form")["version"] == [door.edited.version(made[model])]


@pytest.mark.parametrize("kind", [App, CallbackAddress])
def test_apps_and_callback_addresses_as_well(admin: Client, world: World, kind: type[Any]) -> None:
    thing = things(world)[kind]
    url = f"/admin/{kind._meta.app_label}/{kind._meta.model_name}/{thing.pk}/change/"
    form = opened(admin, url, f"{kind._meta.model_name}_form")
    if kind is App:
        thing.allows_ignore_tls = True
        registration.change_app(thing, by=world.dave)
    else:
        addresses.change(thing, name="Theirs", access_key="their-account", by=world.dave)
    before = kind.objects.values().get(pk=thing.pk)
    assert "dave@example.test changed this at" in text_of(send(admin, url, form | {"name": "Renamed"}))
    assert kind.objects.values().get(pk=thing.pk) == before


def test_nothing_is_recorded_of_what_was_refused(admin: Client, world: World) -> None:
    url = f"/admin/review/queue/{world.nudity.pk}/change/"
    form = opened(admin, url, "queue_form")
    edit_queue(world)
    seen = AuditEvent.objects.count()
    text_of(send(admin, url, form | {"people": [world.bob.pk], "sla_minutes": "5"}))
    assert AuditEvent.objects.count() == seen
