"""The apps page: apps, access keys and callback addresses in one list each, and a panel beside them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import access_keys, registration
from accounts.models import AccessKey, App, AuditEvent, User
from moderation.callbacks import addresses
from moderation.models import CallbackAddress
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.world import World

APPS = "/manage/apps/"
KEY, ADDRESS = re.compile(r"sl_[\w-]{43}"), re.compile(r"http://testserver(/callbacks/[\w-]{43})")


def read(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:500]
    return html.unescape(answer.content.decode())


@pytest.fixture
def address(world: World) -> CallbackAddress:
    return addresses.create(name="Theirs", app=world.web, by=world.dave)[0]


@pytest.fixture
def paths(world: World, address: CallbackAddress) -> list[str]:
    kinds = (f"{world.web.pk}/", f"keys/{world.key.pk}/", f"addresses/{address.pk}/")
    verbs = [f"{kind}{verb}/" for kind in kinds[1:] for verb in ("rotate", "revoke")]
    return [APPS, *(APPS + rest for rest in ("new/", "keys/new/", "addresses/new/", *kinds, *verbs))]


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_open_and_send(world: World, paths: list[str], name: str) -> None:
    client = signed_in(getattr(world, name))
    before = list(AccessKey.objects.values()), list(CallbackAddress.objects.values()), AuditEvent.objects.count()
    assert {client.post(path).status_code for path in paths[1:]} == {403}
    assert {client.get(path).status_code for path in paths} <= {403, 405}
    assert {signed_in(None).get(path).status_code for path in paths} <= {302, 405}
    after = list(AccessKey.objects.values()), list(CallbackAddress.objects.values()), AuditEvent.objects.count()
    assert after == before


def test_what_is_not_there_is_not_found(admin: Client) -> None:
    for path in ("999999/", "keys/999999/", "addresses/999999/"):
        assert admin.get(APPS + path).status_code == 404
    for path in ("keys/999999/rotate/", "keys/999999/revoke/", "addresses/999999/rotate/"):
        assert admin.post(APPS + path).status_code == 404


def test_every_panel_is_read_without_inline_code(admin: Client, paths: list[str]) -> None:
    for path in paths[:7]:
        assert inline_code(read(admin.get(path))) == [], path


def test_an_empty_list_says_what_comes_next(admin: Client, world: World) -> None:
    AccessKey.objects.all().delete()
    App.objects.all().delete()
    shown = read(admin.get(APPS))
    for told in ("No app is registered.", "No key is in use.", "No callback address is in use."):
        assert told in shown


def test_an_app_is_registered_and_leads_to_its_key(admin: Client, world: World) -> None:
    answer = submit(admin, f"{APPS}new/", "new_app", {"app_id": "shop", "name": "Shop"})
    assert answer["Location"] == f"{APPS}keys/new/"
    shop = App.objects.get(app_id="shop")
    assert AuditEvent.objects.get(action="app.registered", on_id=str(shop.pk)).by == world.dave
    again = submit(admin, f"{APPS}new/", "new_app", {"app_id": "shop", "name": "Typed"})
    assert "already exists" in read(again, 422)
    assert 'value="Typed"' in read(again, 422)


def test_an_app_says_what_the_gateway_may_do(admin: Client, world: World) -> None:
    url = f"{APPS}{world.web.pk}/"
    said = {"uncovered": "answer", "on_engine_failure": "review", "allowed_types": "POLITY_EROTIC"}
    assert submit(admin, url, "app_form", said).status_code == 302
    world.web.refresh_from_db()
    assert {name: getattr(world.web, name) for name in said} == said
    event = AuditEvent.objects.filter(action="app.changed").latest("pk")
    assert (event.details["before"]["uncovered"], event.details["uncovered"]) == ("review", "answer")
    assert "Write them like" in read(submit(admin, url, "app_form", {"allowed_types": "a b"}), 422)


def test_an_app_keeps_its_id(admin: Client, world: World) -> None:
    url = f"{APPS}{world.web.pk}/"
    assert submit(admin, url, "app_form", {"name": "Web 网", "app_id": "other"}).status_code == 302
    world.web.refresh_from_db()
    assert (world.web.app_id, world.web.name) == ("web", "Web 网")


def test_a_stale_app_form_says_so_and_keeps_what_was_typed(admin: Client, world: World) -> None:
    url = f"{APPS}{world.web.pk}/"
    form = fields(admin.get(url).content.decode(), "app_form")
    world.web.allows_ignore_tls = True
    registration.change_app(world.web, by=world.dave)
    stale = read(admin.post(url, form | {"name": "Typed"}), 409)
    assert "dave@example.test changed this at" in stale
    merged = fields(stale, "app_form")
    assert (merged["name"], merged["allows_ignore_tls"]) == (["Typed"], ["on"])
    assert App.objects.get(pk=world.web.pk).name == "Web"
    assert admin.post(url, merged).status_code == 302
    world.web.refresh_from_db()
    assert (world.web.name, world.web.allows_ignore_tls) == ("Typed", True)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Shanghai"])
def test_an_end_that_no_zone_can_tell_is_refused(
    admin: Client, world: World, address: CallbackAddress, zone: str
) -> None:
    User.objects.filter(pk=world.dave.pk).update(zone=zone)
    far = "9999-12-31T23:59"
    key = {"name": "Theirs", "scopes": ["ingest"], "expires_at": far}
    assert "within the next 50 years" in read(submit(admin, f"{APPS}keys/new/", "new_key", key), 422)
    for url in (f"{APPS}keys/{world.key.pk}/rotate/", f"{APPS}addresses/{address.pk}/rotate/"):
        assert "within the next 50 years" in read(admin.post(url, {"overlap": "at", "ends_at": far}), 422)


def test_a_key_is_shown_once_and_works(admin: Client, world: World) -> None:
    sent = {"name": "Theirs", "app": str(world.web.pk), "scopes": ["ingest", "read"], "rate_per_second": "50"}
    answer = submit(admin, f"{APPS}keys/new/", "new_key", sent)
    (key,) = KEY.findall(read(answer))
    assert "no-store" in answer["Cache-Control"]
    assert "I have stored it" in read(answer)
    row = AccessKey.objects.get(name="Theirs")
    assert (row.app, row.scopes, row.rate_per_second, row.created_by) == (world.web, ["ingest", "read"], 50, world.dave)
    assert admin.get("/api/v1/results/none", headers={"Authorization": f"Bearer {key}"}).status_code == 404
    for path in (APPS, f"{APPS}keys/{row.pk}/"):
        assert key not in read(admin.get(path))
    assert f'id="key-{row.pk}"' in read(admin.get(APPS))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"scopes": None}, "a key without a scope can do nothing"),
        ({"name": ""}, "This field is required"),
        ({"app": "999999"}, "not one of the available choices"),
        ({"burst": "0"}, "greater than or equal to 1"),
        ({"expires_at": "2020-01-01T00:00"}, "This time is over."),
    ],
)
def test_a_key_that_cannot_be_issued_is_said_at_its_field(
    admin: Client, world: World, sent: dict[str, Any], said: str
) -> None:
    base = {"name": "Typed", "scopes": ["read"]}
    answer = submit(admin, f"{APPS}keys/new/", "new_key", base | sent)
    assert said in read(answer, 422)
    assert AccessKey.objects.count() == 1


def test_a_key_is_rotated_with_a_countdown_and_the_name_is_typed_to_revoke_it(admin: Client, world: World) -> None:
    url = f"{APPS}keys/{world.key.pk}/"
    answer = admin.post(f"{url}rotate/", {"overlap": "24"})
    (new,) = KEY.findall(read(answer))
    world.key.refresh_from_db()
    assert world.key.expires_at
    assert timedelta(hours=23) < world.key.expires_at - timezone.now() < timedelta(hours=24)
    shown = read(admin.get(url))
    assert re.search(r"replaced, ends in <time[^>]*data-until[^>]*>23:59:\d\d</time>", shown)
    assert 'id="rotate"' not in shown
    assert [admin.get("/api/v1/results/none", headers=one).status_code for one in (world.bearer, bearer(new))] == [
        404
    ] * 2
    wrong = admin.post(f"{url}revoke/", {"typed": "test"})
    assert "That is not its name. Nothing was revoked." in read(wrong, 422)
    assert admin.get("/api/v1/results/none", headers=world.bearer).status_code == 404
    assert admin.post(f"{url}revoke/", {"typed": "tests"}).status_code == 302
    assert admin.get("/api/v1/results/none", headers=world.bearer).status_code == 401


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"overlap": "at"}, "Say when it ends."),
        ({"overlap": "at", "ends_at": "2020-01-01T00:00"}, "This time is over."),
        ({"overlap": "12345"}, "not one of the available choices"),
        ({}, "This field is required"),
    ],
)
def test_an_end_that_is_none_rotates_nothing(admin: Client, world: World, sent: dict[str, str], said: str) -> None:
    assert said in read(admin.post(f"{APPS}keys/{world.key.pk}/rotate/", sent), 422)
    assert AccessKey.objects.count() == 1


def test_a_time_of_its_own_is_in_the_readers_zone(admin: Client, world: World) -> None:
    world.dave.zone = "Asia/Shanghai"
    world.dave.save()
    day = (timezone.now() + timedelta(days=3)).date()
    admin.post(f"{APPS}keys/{world.key.pk}/rotate/", {"overlap": "at", "ends_at": f"{day}T12:00"})
    world.key.refresh_from_db()
    assert world.key.expires_at
    assert f"{world.key.expires_at:%Y-%m-%d %H:%M}" == f"{day} 04:00"
    assert fields(admin.get(f"{APPS}keys/{world.key.pk}/").content.decode(), "key_form")["expires_at"] == [
        f"{day}T12:00"
    ]


def test_a_stale_key_form_says_so(admin: Client, world: World) -> None:
    url = f"{APPS}keys/{world.key.pk}/"
    form = fields(admin.get(url).content.decode(), "key_form")
    soon = timezone.now() + timedelta(days=2)
    access_keys.change(world.key, name="tests", expires_at=soon, rate_per_second=None, burst=None, by=world.dave)
    merged = fields(read(admin.post(url, form | {"name": "Typed"}), 409), "key_form")
    assert (merged["name"], merged["expires_at"]) == (["Typed"], [f"{soon:%Y-%m-%dT%H:%M}"])
    assert admin.post(url, merged).status_code == 302
    world.key.refresh_from_db()
    assert (world.key.name, world.key.expires_at) == ("Typed", soon)


def test_a_key_that_was_typed_stays_when_something_else_is_wrong(world: World, admin: Client) -> None:
    sent = {"name": "x" * 500, "app": str(world.web.pk), "access_key": "the-key-of-the-account"}
    answer = admin.post(f"{APPS}addresses/new/", sent)
    assert 'value="the-key-of-the-account"' in read(answer, 422)


def test_an_address_is_shown_once_rotated_and_revoked(admin: Client, world: World) -> None:
    sent = {"name": "Theirs", "app": str(world.other_app.pk), "access_key": "the-key-of-the-account"}
    answer = submit(admin, f"{APPS}addresses/new/", "new_address", sent)
    (first,) = ADDRESS.findall(read(answer))
    row = CallbackAddress.objects.get()
    assert (row.app, row.created_by, addresses.access_key_of(row)) == (
        *(world.other_app, world.dave),
        sent["access_key"],
    )
    url = f"{APPS}addresses/{row.pk}/"
    shown = read(admin.get(url)) + read(admin.get(APPS))
    assert first not in shown
    assert sent["access_key"] not in shown
    (second,) = ADDRESS.findall(read(admin.post(f"{url}rotate/", {"overlap": "1"})))
    assert [call(one) for one in (first, second)] == [200, 200]
    assert "replaced, ends in" in read(admin.get(url))
    assert admin.post(f"{url}revoke/", {"typed": "Theirs"}).status_code == 302
    assert [call(one) for one in (first, second)] == [404, 200]


def call(path: str) -> int:
    return int(Client().post(path, "{}", content_type="application/json").status_code)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [({}, "first"), ({"access_key": "second"}, "second"), ({"forget_access_key": "on"}, None)],
)
def test_the_accounts_key_is_kept_changed_and_forgotten(
    admin: Client, world: World, sent: dict[str, str], expected: str | None
) -> None:
    row, _ = addresses.create(name="Theirs", app=world.web, access_key="first", by=world.dave)
    url = f"{APPS}addresses/{row.pk}/"
    assert submit(admin, url, "address_form", {"name": "Renamed"} | sent).status_code == 302
    row.refresh_from_db()
    assert (row.name, addresses.access_key_of(row)) == ("Renamed", expected)


def test_a_stale_address_form_says_so(admin: Client, address: CallbackAddress, world: World) -> None:
    url = f"{APPS}addresses/{address.pk}/"
    form = fields(admin.get(url).content.decode(), "address_form")
    addresses.change(address, name="Theirs", access_key="their-account", by=world.dave)
    assert "dave@example.test changed this at" in read(admin.post(url, form | {"name": "Typed"}), 409)
    assert CallbackAddress.objects.get().name == "Theirs"


def test_what_ended_is_listed_when_asked_for(admin: Client, world: World) -> None:
    access_keys.revoke(world.key, by=world.dave)
    assert f'id="key-{world.key.pk}"' not in read(admin.get(APPS))
    assert f'id="key-{world.key.pk}"' in read(admin.get(f"{APPS}?ended=1"))
    shown = read(admin.get(f"{APPS}keys/{world.key.pk}/"))
    assert 'id="key_form"' not in shown
    assert 'id="revoke"' not in shown


def test_the_page_costs_the_same_with_many_keys(
    admin: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        access_keys.issue(name=f"key {number}", app=world.web, scopes=["read"], by=world.dave)
        addresses.create(name=f"address {number}", app=world.web, by=world.dave)
    with django_assert_max_num_queries(16):
        shown = read(admin.get(f"{APPS}keys/{world.key.pk}/"))
    assert shown.count('id="key-') == 31
    assert re.search(r'<td class="n">30</td>\s*<td class="n">30</td>', shown)


def test_what_a_stranger_wrote_is_escaped(admin: Client, world: World) -> None:
    row, _ = access_keys.issue(name="<b>bold</b>", app=None, scopes=["read"], by=world.dave)
    assert "<b>bold" not in admin.get(f"{APPS}keys/{row.pk}/").content.decode()
