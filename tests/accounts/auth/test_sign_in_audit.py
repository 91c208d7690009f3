"""Who signed in and out, and which attempts failed, is recorded; no password, and no address that is nobody's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from tests.world import PASSWORD, World

LOGIN = "/accounts/login/"
WRONG = "wrong wrong wrong"


def sign_in(client: Client, email: str = "alice@example.test", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR="198.51.100.7")


def recorded(*actions: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__in=actions or ["user.sign-in-failed"]).order_by("pk"))


def test_signing_in_and_out(client: Client, world: World) -> None:
    sign_in(client)
    client.post("/accounts/logout/", REMOTE_ADDR="198.51.100.8")
    came, went = recorded("user.signed-in", "user.signed-out")
    assert [event.action for event in (came, went)] == ["user.signed-in", "user.signed-out"]
    assert {event.by for event in (came, went)} == {world.alice}
    assert {event.on_id for event in (came, went)} == {str(world.alice.pk)}
    assert [event.details for event in (came, went)] == [{"address": "198.51.100.7"}, {"address": "198.51.100.8"}]


def test_a_wrong_password_is_an_attempt_on_the_account_and_by_nobody(client: Client, world: World) -> None:
    sign_in(client, " ALICE@example.test ", WRONG)
    (event,) = recorded()
    assert (event.by, event.by_name, event.on_type, event.on_id) == (None, "sign-in", "user", str(world.alice.pk))
    assert event.details == {"address": "198.51.100.7"}


def test_an_account_that_is_not_active_is_told(client: Client, world: World) -> None:
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    sign_in(client)
    assert [event.details.get("why") for event in recorded()] == ["inactive"]
    assert recorded("user.signed-in") == []


def test_an_address_that_is_nobodys_is_known_again_and_not_written_down(client: Client, world: World) -> None:
    for email in ("nobody@example.test", "NOBODY@example.test", "somebody@example.test"):
        sign_in(client, email, WRONG)
    events = recorded()
    assert {(event.on_type, event.on_id) for event in events} == {("user", "")}
    first, same, other = (event.details["unknown"] for event in events)
    assert first == same != other
    kept = repr([(event.details, event.by_name) for event in AuditEvent.objects.all()])
    assert not [word for word in ("nobody", "NOBODY", WRONG, PASSWORD) if word in kept]


@pytest.mark.parametrize("email", ["alice@example.test", "nobody@example.test"])
def test_no_password_is_kept(client: Client, world: World, email: str) -> None:
    sign_in(client, email, WRONG)
    sign_in(client, email)
    assert not [
        event for event in AuditEvent.objects.all() if WRONG in str(event.details) or PASSWORD in str(event.details)
    ]
