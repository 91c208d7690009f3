"""People join by a link: single-use, expiring, and only its digest is stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.invitations import LinkUsedUp, NotInvitable
from accounts.models import AuditEvent, Invitation, User
from accounts.permissions import NotAllowed
from tests.races.crowd import held_up
from tests.world import World, build

PASSWORD = "seven green lanterns over water"
HANA = "hana@example.test"


def token_of(world: World, *, email: str = HANA, **more: object) -> str:
    (link,) = invitations.invite([email], role="moderator", by=world.dave, **more)  # type: ignore[arg-type] # as given
    return link.token


def test_the_token_is_not_stored(world: World) -> None:
    token = token_of(world)
    row = Invitation.objects.get()
    assert token not in str(row.__dict__.values())
    assert len(row.token_sha256) == 64
    assert token not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_whoever_accepts_gets_role_queues_language_and_is_asked_for_a_factor(world: World) -> None:
    token = token_of(world, queues=[world.nudity.pk, 999_999], language="zh-hans", second_factor=True)
    user = invitations.accept(token, name="Hana Sato", password=PASSWORD)
    user.refresh_from_db()
    assert (user.email, user.name, user.role, user.language) == (HANA, "Hana Sato", "moderator", "zh-hans")
    assert list(user.queues.all()) == [world.nudity]
    assert user.check_password(PASSWORD)
    assert user.lacks_second_factor
    assert [event.by for event in AuditEvent.objects.filter(action="invitation.accepted")] == [user]


def test_a_link_works_once(world: World) -> None:
    token = token_of(world)
    invitations.accept(token, name="Hana", password=PASSWORD)
    with pytest.raises(LinkUsedUp):
        invitations.accept(token, name="Other", password=PASSWORD)


def test_a_link_ends(world: World) -> None:
    token = token_of(world, days=3)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert invitations.find(token) is None
        with pytest.raises(LinkUsedUp):
            invitations.accept(token, name="Hana", password=PASSWORD)


def test_a_new_link_replaces_the_old_one(world: World) -> None:
    old = token_of(world)
    new = invitations.renew(Invitation.objects.get(), by=world.dave).token
    assert invitations.find(old) is None
    assert invitations.accept(new, name="Hana", password=PASSWORD).email == HANA


def test_a_revoked_link_is_gone_and_the_address_can_be_invited_again(world: World) -> None:
    token = token_of(world)
    invitations.revoke(Invitation.objects.get(), by=world.dave)
    assert invitations.find(token) is None
    token_of(world)


def test_nobody_is_invited_twice_and_then_nobody_at_all(world: World) -> None:
    with pytest.raises(NotInvitable, match=r"alice@example\.test"):
        invitations.invite([HANA, "Alice@Example.test"], role="lead", by=world.dave)
    token_of(world)
    with pytest.raises(NotInvitable, match=r"Already invited: hana@example\.test"):
        invitations.invite(["HANA@example.test", "other@example.test"], role="lead", by=world.dave)
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_invited_twice_at_once_is_told_as_later() -> None:
    invite = partial(invitations.invite, [HANA], role="moderator", by=build().dave)
    (refusal,) = held_up(invite, invite)
    assert isinstance(refusal, NotInvitable)
    assert str(refusal) == "Already invited: hana@example.test. Make a new link there."


def test_the_schema_has_one_open_invitation_for_an_address(world: World) -> None:
    token_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(email="HANA@example.test", token_sha256="0" * 64, expires_at=timezone.now())


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_invite(world: World, name: str) -> None:
    token_of(world)
    row, by = Invitation.objects.get(), getattr(world, name)
    with pytest.raises(NotAllowed):
        invitations.invite(["new@example.test"], role="administrator", by=by)
    with pytest.raises(NotAllowed):
        invitations.renew(row, by=by)
    with pytest.raises(NotAllowed):
        invitations.revoke(row, by=by)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_joins() -> None:
    token, both = token_of(build()), Barrier(2)

    def join(name: str) -> str:
        both.wait()
        try:
            return invitations.accept(token, name=name, password=PASSWORD).name
        except LinkUsedUp:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, ["Hana", "Other"]))[1:] == ["refused"]
    assert User.objects.filter(email=HANA).count() == 1


def test_the_page_lets_in_and_leads_to_the_second_factor(client: Client, world: World) -> None:
    address = f"/accounts/invitation/{token_of(world, second_factor=True)}/"
    shown = client.get(address)
    assert shown.status_code == 200
    assert HANA in shown.content.decode()
    assert client.get("/").status_code == 302  # opening it signs nobody in
    assert client.post(address, {"name": "Hana", "password": "short"}).status_code == 422
    joined = client.post(address, {"name": "Hana", "password": PASSWORD})
    assert joined["Location"] == "/accounts/2fa/"
    assert client.get("/")["Location"] == "/accounts/2fa/"
    assert Client().get(address).status_code == 404
    assert AuditEvent.objects.get(action="user.signed-in").details["way"] == "invitation"


def test_without_a_second_factor_asked_for_it_leads_to_the_board(client: Client, world: World) -> None:
    address = f"/accounts/invitation/{token_of(world, second_factor=False)}/"
    assert client.post(address, {"name": "Hana", "password": PASSWORD})["Location"] == "/"
    assert client.get("/").status_code == 200
