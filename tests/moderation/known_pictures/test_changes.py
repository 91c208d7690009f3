from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.audit import history_of
from accounts.audit_actions import AuditAction
from moderation.known_pictures import changes, in_force
from moderation.known_pictures.changes import KnownPictureRefused
from moderation.models import Case, KnownPicture
from tests.factories import tasks
from tests.world import World

HASH = "a" * 64


@pytest.fixture
def case(world: World) -> Case:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    return task.case


def add(case: Case, by: Any, **changed: Any) -> KnownPicture:
    told: dict[str, Any] = {"sha256": HASH, "likeness": "f" * 64, "label": "porn", "note": "seen before"}
    return changes.add(case, **told | changed, by=by)


def test_one_that_was_added_counts_at_once_for_its_app_alone(world: World, case: Case) -> None:
    assert in_force.of_app(world.web) == ()
    row = add(case, world.alice)
    (known,) = in_force.of_app(world.web)
    assert (known.pk, known.label, known.sha256, known.bits) == (row.pk, "porn", HASH, (1 << 256) - 1)
    assert in_force.of_app(world.other_app) == ()
    changes.remove(row, by=world.dave)
    assert in_force.of_app(world.web) == ()


def test_the_audit_tells_who_added_and_removed_which(world: World, case: Case) -> None:
    changes.remove(add(case, world.alice), by=world.dave)
    added = history_of(world.web).get(action=AuditAction.KNOWN_PICTURE_ADDED)
    removed = history_of(world.web).get(action=AuditAction.KNOWN_PICTURE_REMOVED)
    assert (added.by_name, added.details["label"], added.details["case"]) == (world.alice.email, "porn", case.pk)
    assert (removed.by_name, removed.details["sha256"]) == (world.dave.email, HASH)


@pytest.mark.parametrize("label", ["", "no-such-label", "a/b/c/d", "x" * 500])
def test_a_label_that_is_not_in_the_catalogue_is_refused(world: World, case: Case, label: str) -> None:
    with pytest.raises(KnownPictureRefused):
        add(case, world.alice, label=label)
    assert not KnownPicture.objects.exists()


def test_a_label_is_kept_as_its_path(world: World, case: Case) -> None:
    assert add(case, world.alice, label=" porn// ").label == "porn"


def test_one_picture_is_known_once(world: World, case: Case) -> None:
    add(case, world.alice)
    with pytest.raises(KnownPictureRefused, match="known already, as porn"):
        add(case, world.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        KnownPicture.objects.create(app=world.web, sha256=HASH, label="ban")


def test_an_app_has_so_many_and_no_more(world: World, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST", 1)
    add(case, world.alice)
    with pytest.raises(KnownPictureRefused, match="at most 1"):
        add(case, world.alice, sha256="b" * 64)


def test_who_does_not_decide_adds_none_and_who_does_not_administer_removes_none(world: World, case: Case) -> None:
    with pytest.raises(PermissionDenied):
        add(case, world.erin)
    row = add(case, world.alice)
    for person in (world.alice, world.carol, world.erin):
        with pytest.raises(PermissionDenied):
            changes.remove(row, by=person)
    assert KnownPicture.objects.exists()


@pytest.mark.parametrize("row", [{"sha256": "A" * 64}, {"sha256": "a"}, {"label": ""}])
def test_rows_are_sound(world: World, row: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        KnownPicture.objects.create(**{"app": world.web, "sha256": HASH, "label": "porn"} | row)
