"""Callback addresses in Django's admin."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AuditEvent
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Case
from tests.moderation.callbacks.quarantined import address
from tests.moderation.contract import bodies
from tests.pages import submit
from tests.world import World

LIST = "/admin/moderation/callbackaddress/"
FORM = "callbackaddress_form"
URL = re.compile(r"http://testserver(/callbacks/[\w-]{43})")


def call(url: str) -> int:
    answer: Any = Client().post(url, json.dumps(bodies.image_v4()), content_type="application/json")
    return int(answer.status_code)


def test_an_address_is_made_and_shown_once_and_revoked(admin: Client, world: World) -> None:
    sent = {"name": "Theirs", "app": world.other_app.pk, "access_key": "the-key-of-the-account"}
    answer = submit(admin, f"{LIST}add/", FORM, sent)
    (url,) = URL.findall(answer.content.decode())
    row = CallbackAddress.objects.get()
    assert (row.app, row.created_by, addresses.access_key_of(row)) == (
        world.other_app,
        world.dave,
        "the-key-of-the-account",
    )
    again = admin.get(LIST).content.decode() + admin.get(f"{LIST}{row.pk}/change/").content.decode()
    kept = str([list(table.objects.values()) for table in (CallbackAddress, AuditEvent)])
    opened = str([session.get_decoded() for session in Session.objects.all()])
    for secret in (url.removeprefix("/callbacks/"), "the-key-of-the-account"):
        assert secret not in again + kept + opened
    assert (call(url), Case.objects.get().app) == (200, world.other_app)
    admin.post(LIST, {"action": "revoke", "_selected_action": row.pk})
    assert call(url) == 404
    assert AuditEvent.objects.get(action="callback-address.revoked").by == world.dave
    assert admin.post(f"{LIST}{row.pk}/change/", {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("sent", "expected"),
    [({}, "first"), ({"access_key": "second"}, "second"), ({"forget_access_key": "on"}, None)],
)
def test_name_and_key_are_changed_and_nothing_else(
    admin: Client, world: World, sent: dict[str, str], expected: str | None
) -> None:
    row = address(world, access_key="first")
    changes = {"name": "Renamed", "app": world.other_app.pk} | sent
    assert submit(admin, f"{LIST}{row.pk}/change/", FORM, changes).status_code == 302
    row = CallbackAddress.objects.get()
    assert (row.name, row.app, addresses.access_key_of(row)) == ("Renamed", world.web, expected)


def test_an_address_needs_a_name_and_an_app(admin: Client, world: World) -> None:
    answer = submit(admin, f"{LIST}add/", FORM, {"name": ""})
    assert answer.content.decode().count("This field is required") == 2
    assert not CallbackAddress.objects.exists()
