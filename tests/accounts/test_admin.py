"""People, apps, access keys and the audit in Django's admin: a thin door over the verbs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import audit
from accounts.models import AccessKey, App, AuditEvent, User
from tests.pages import submit
from tests.world import PASSWORD, World


def test_a_person_is_added(admin: Client, world: World) -> None:
    sent = {"email": "New@Example.test", "name": "New", "role": "lead", "new_password": PASSWORD}
    assert submit(admin, "/admin/accounts/user/add/", "user_form", sent).status_code == 302
    event = AuditEvent.objects.get(action="user.added", on_id=str(User.objects.get(email="new@example.test").pk))
    assert event.by == world.dave
    assert Client().post("/accounts/login/", {"login": "new@example.test", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "ALICE@example.test"}, "already exists"),
        ({"email": "alice@example.test"}, "already exists"),
        ({"new_password": "short"}, "too short"),
        ({"new_password": "zoe-z@example.test"}, "too similar"),
        ({"role": "emperor"}, "not one of the available choices"),
    ],
)
def test_a_person_who_cannot_be_added_is_said_in_the_form(admin: Client, sent: dict[str, str], said: str) -> None:
    base = {"email": "zoe-z@example.test", "name": "Zoe", "role": "moderator", "new_password": PASSWORD}
    answer = submit(admin, "/admin/accounts/user/add/", "user_form", base | sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_person_is_changed_and_deactivated(admin: Client, world: World) -> None:
    stage = Client()
    stage.force_login(world.alice)
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    changed = submit(admin, url, "user_form", {"role": "lead", "is_active": None, "email": "other@example.test"})
    assert changed.status_code == 302
    world.alice.refresh_from_db()
    assert (world.alice.role, world.alice.is_active, world.alice.email) == ("lead", False, "alice@example.test")
    assert stage.get("/").status_code == 302


def test_a_password_alone_is_one_event(admin: Client, world: World) -> None:
    seen = AuditEvent.objects.count()
    url = f"/admin/accounts/user/{world.alice.pk}/change/"
    submit(admin, url, "user_form", {"new_password": "a new long battery"})
    assert [event.action for event in AuditEvent.objects.order_by("pk")[seen:]] == ["user.password-set"]
    world.alice.refresh_from_db()
    assert world.alice.check_password("a new long battery")
    submit(admin, url, "user_form")
    assert AuditEvent.objects.count() == seen + 1


def test_the_last_administrator_is_told_in_the_form(admin: Client, world: World) -> None:
    url = f"/admin/accounts/user/{world.dave.pk}/change/"
    answer = submit(admin, url, "user_form", {"role": "lead", "name": "Typed"})
    assert answer.status_code == 200
    assert "This is the last active administrator" in answer.content.decode()
    assert 'value="Typed"' in answer.content.decode()
    world.dave.refresh_from_db()
    assert (world.dave.role, world.dave.name) == ("administrator", "Dave")


def test_an_app_is_registered_and_keeps_its_id(admin: Client, world: World) -> None:
    submit(admin, "/admin/accounts/app/add/", "app_form", {"app_id": "shop", "name": "Shop"})
    shop = App.objects.get(app_id="shop")
    assert AuditEvent.objects.get(action="app.registered", on_id=str(shop.pk)).by == world.dave
    submit(admin, f"/admin/accounts/app/{shop.pk}/change/", "app_form", {"name": "Shoppe", "app_id": "other"})
    shop.refresh_from_db()
    assert (shop.app_id, shop.name) == ("shop", "Shoppe")
    again = submit(admin, "/admin/accounts/app/add/", "app_form", {"app_id": "shop", "name": "Shop"})
    assert "already exists" in again.content.decode()


def test_a_key_is_shown_once_and_revoked(admin: Client, world: World) -> None:
    sent = {"name": "Theirs", "app": world.web.pk, "scopes": ["ingest", "read"]}
    submitted = submit(admin, "/admin/accounts/accesskey/add/", "accesskey_form", sent)
    key = re.search(r"sl_[\w-]{43}", submitted.content.decode())
    assert key
    row = AccessKey.objects.get(name="Theirs")
    assert (row.app, row.scopes, row.created_by) == (world.web, ["ingest", "read"], world.dave)
    again = admin.get("/admin/accounts/accesskey/").content.decode()
    once = admin.get(f"/admin/accounts/accesskey/{row.pk}/change/").content.decode()
    kept = str([list(model.objects.values()) for model in (AccessKey, AuditEvent)])
    opened = [session.get_decoded() for session in Session.objects.all()]
    assert key[0] not in again + once + kept + str(opened)
    assert admin.get("/api/v1/results/none", headers={"Authorization": f"Bearer {key[0]}"}).status_code == 404
    admin.post("/admin/accounts/accesskey/", {"action": "revoke", "_selected_action": row.pk})
    assert admin.get("/api/v1/results/none", headers={"Authorization": f"Bearer {key[0]}"}).status_code == 401
    assert AuditEvent.objects.get(action="key.revoked").by == world.dave


def test_a_key_needs_a_scope_and_is_never_edited(admin: Client, world: World) -> None:
    answer = submit(admin, "/admin/accounts/accesskey/add/", "accesskey_form", {"name": "None"})
    assert "This field is required" in answer.content.decode()
    url = f"/admin/accounts/accesskey/{world.key.pk}/change/"
    assert admin.post(url, {"name": "Renamed", "scopes": ["read"]}).status_code == 403


def test_the_audit_is_read_and_searched_and_never_changed(admin: Client, world: World) -> None:
    event = AuditEvent.objects.filter(action="app.registered").first()
    assert event
    listed = admin.get("/admin/accounts/auditevent/", {"q": "app.registered"}).content.decode()
    assert listed.count("<code>app.registered</code>") == 2
    assert "<code>user.added</code>" not in listed
    url = f"/admin/accounts/auditevent/{event.pk}"
    for answer in (admin.post(f"{url}/change/", {"action": "x"}), admin.post(f"{url}/delete/", {"post": "yes"})):
        assert answer.status_code == 403
    assert admin.get("/admin/accounts/auditevent/add/").status_code == 403


def test_the_history_of_a_thing_is_its_audit(admin: Client, world: World) -> None:
    history = admin.get(f"/admin/accounts/user/{world.alice.pk}/history/", follow=True)
    assert history.content.decode().count('class="field-what"') == 1
    submit(admin, f"/admin/accounts/user/{world.alice.pk}/change/", "user_form", {"name": "Alicia"})
    again = admin.get(f"/admin/accounts/user/{world.alice.pk}/history/", follow=True)
    assert again.content.decode().count('class="field-what"') == 2
    assert not LogEntry.objects.exists()


def test_a_change_here_falls_with_its_audit_event(admin: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr(audit, "record_all", refuse)
    sent = {"role": "lead", "new_password": "a new long battery"}
    with pytest.raises(RuntimeError, match="no audit today"):
        submit(admin, f"/admin/accounts/user/{world.alice.pk}/change/", "user_form", sent)
    with pytest.raises(RuntimeError, match="no audit today"):
        submit(admin, "/admin/accounts/accesskey/add/", "accesskey_form", {"name": "k", "scopes": ["read"]})
    world.alice.refresh_from_db()
    assert world.alice.role == "moderator"
    assert world.alice.check_password(PASSWORD)
    assert AccessKey.objects.count() == 1


def test_what_a_stranger_wrote_is_escaped(admin: Client, world: World) -> None:
    submit(admin, "/admin/accounts/app/add/", "app_form", {"app_id": "x", "name": "<script>alert(1)</script>"})
    for page in ("accounts/app/", "accounts/auditevent/"):
        assert "<script>alert" not in admin.get(f"/admin/{page}").content.decode()
