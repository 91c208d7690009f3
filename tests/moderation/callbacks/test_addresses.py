"""Callback addresses: made, found, changed, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.callbacks import addresses
from moderation.models import CallbackAddress
from tests.world import World


def create(world: World, **changes: Any) -> tuple[CallbackAddress, str]:
    given: dict[str, Any] = {"name": "theirs", "app": world.web, "by": world.dave}
    return addresses.create(**given | changes)


def test_a_live_address_is_found_by_its_secret_alone(world: World) -> None:
    row, secret = create(world)
    assert addresses.find(secret) == row
    assert len(secret) >= 43
    for wrong in ("", secret[:-1], secret + "x", row.secret_sha256, row.hint, "\0", "\udcff"):
        assert addresses.find(wrong) is None


def test_two_live_side_by_side_until_one_is_revoked(world: World) -> None:
    (old, old_secret), (new, new_secret) = create(world), create(world)
    assert (addresses.find(old_secret), addresses.find(new_secret)) == (old, new)
    for _ in range(2):
        addresses.revoke(old, by=world.dave)
    assert (addresses.find(old_secret), addresses.find(new_secret)) == (None, new)
    assert AuditEvent.objects.filter(action="callback-address.revoked").count() == 1


def test_a_rotated_address_is_called_until_its_end(world: World) -> None:
    old, old_secret = create(world, access_key="their-account")
    ends_at = timezone.now() + timedelta(hours=1)
    new, new_secret = addresses.rotate(old, ends_at=ends_at, by=world.dave)
    assert (new.app, new.name, addresses.access_key_of(new)) == (world.web, "theirs", "their-account")
    assert (addresses.find(old_secret), addresses.find(new_secret)) == (old, new)
    with pytest.raises(ValueError, match="ended or was replaced"):
        addresses.rotate(old, by=world.dave)
    CallbackAddress.objects.filter(pk=old.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert (addresses.find(old_secret), addresses.find(new_secret)) == (None, new)
    event = AuditEvent.objects.get(action="callback-address.rotated")
    assert (event.on_id, event.details["replaced_by"]) == (str(old.pk), new.pk)


def test_an_address_whose_key_cannot_be_opened_is_rotated_all_the_same(world: World, settings: Any) -> None:
    old, _ = create(world, access_key="their-account")
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "another installation's key, of enough signs"
    new, _ = addresses.rotate(old, by=world.dave)
    settings.SECRET_KEY = ours
    assert addresses.access_key_of(new) == "their-account"


def test_the_last_call_is_recorded(world: World) -> None:
    row, secret = create(world)
    assert Client().post(f"/callbacks/{secret}", "{}", content_type="application/json").status_code == 200
    addresses.LAST_USE.buffer.flush()
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_the_key_of_the_account_comes_back_and_can_be_changed_and_forgotten(world: World) -> None:
    row, _ = create(world, access_key="first")
    assert (addresses.access_key_of(row), "first" in row.sealed_access_key) == ("first", False)
    for given, expected in [(None, "first"), ("second", "second"), (None, "second"), ("", None)]:
        addresses.change(row, name="renamed", access_key=given, by=world.dave)
        row.refresh_from_db()
        assert (row.name, addresses.access_key_of(row)) == ("renamed", expected)
    told = [event.details for event in AuditEvent.objects.filter(action="callback-address.changed").order_by("pk")]
    assert [(one["new_access_key"], one["verifies"]) for one in told] == [
        (False, True),
        (True, True),
        (False, True),
        (True, False),
    ]


def test_a_change_leaves_what_others_changed(world: World) -> None:
    row, _ = create(world, access_key="first")
    stale = CallbackAddress.objects.get(pk=row.pk)
    addresses.change(row, name="renamed", access_key="second", by=world.dave)
    addresses.change(stale, name="again", access_key=None, by=world.dave)
    row.refresh_from_db()
    assert (row.name, addresses.access_key_of(row)) == ("again", "second")
    addresses.revoke(stale, by=world.dave)
    assert AuditEvent.objects.get(action="callback-address.revoked").details["name"] == "again"


@pytest.mark.parametrize("ended", [{"revoked_at": timezone.now()}, {"ends_at": timezone.now()}])
def test_an_address_that_is_called_no_more_is_not_changed(world: World, ended: dict[str, Any]) -> None:
    row, _ = create(world)
    CallbackAddress.objects.filter(pk=row.pk).update(**ended)
    with pytest.raises(ValueError, match="has ended or was revoked"):
        addresses.change(row, name="renamed", access_key="", by=world.dave)
    assert CallbackAddress.objects.get(pk=row.pk).name == "theirs"


def test_the_end_of_an_address_is_within_50_years(world: World) -> None:
    row, _ = create(world)
    with pytest.raises(ValueError, match="within the next 50 years"):
        addresses.rotate(row, ends_at=timezone.now() + timedelta(days=366 * 50), by=world.dave)
    assert CallbackAddress.objects.count() == 1


@pytest.mark.parametrize("secret", ["short", "x" * 129, "with/slash-and-more", "with space and more", "é" * 20])
def test_a_secret_that_is_brought_along_can_stand_in_an_address(world: World, secret: str) -> None:
    with pytest.raises(ValueError, match="16–128"):
        create(world, secret=secret)


def test_a_secret_opens_one_address(world: World) -> None:
    create(world, secret="a-secret-of-our-own")
    with pytest.raises(IntegrityError), transaction.atomic():
        create(world, secret="a-secret-of-our-own")


VERBS: dict[str, Callable[[World, Any, CallbackAddress], Any]] = {
    "create": lambda world, by, _: create(world, by=by),
    "change": lambda _, by, row: addresses.change(row, name="mine", access_key="", by=by),
    "rotate": lambda _, by, row: addresses.rotate(row, by=by),
    "revoke": lambda _, by, row: addresses.revoke(row, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_may(world: World, verb: str, name: str) -> None:
    row, _ = create(world)
    before = list(CallbackAddress.objects.values()), AuditEvent.objects.count()
    with pytest.raises(NotAllowed):
        VERBS[verb](world, getattr(world, name), row)
    assert (list(CallbackAddress.objects.values()), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_falls_with_its_audit_event(world: World, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    row, _ = create(world)
    before = list(CallbackAddress.objects.values())

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr("accounts.audit.record", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        VERBS[verb](world, world.dave, row)
    assert list(CallbackAddress.objects.values()) == before
