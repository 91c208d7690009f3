"""The verbs of the customer's own labels: who may, what is refused, what is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from accounts.versions import Conflict
from moderation.disposal import changes, in_force
from moderation.disposal.entries import DisposalRefused
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from tests.world import World

OWN = Own("TNS-4", "contact", risk_description="No adverts", risk_level="REJECT")


def add(world: World, label: str = "Advert/Contact", own: Own = OWN, **more: Any) -> OwnLabel:
    return changes.add(more.get("app", world.web), label=label, own=own, by=more.get("by", world.dave))


def recorded() -> list[tuple[str, Any]]:
    events = AuditEvent.objects.filter(action__startswith="own-label").order_by("pk")
    return [(event.action, event.details) for event in events]


def test_an_entry_counts_in_every_process_and_for_its_app_alone(world: World) -> None:
    assert in_force.of_app(world.web.pk) == {}  # remembered from here on, as in another process
    add(world)
    assert in_force.of_app(world.web.pk) == {"ad/contact": OWN}
    assert in_force.of_app(world.other_app.pk) == {}
    ((action, details),) = recorded()
    assert (action, details["app"], details["label"], details["risk_label1"]) == (
        *("own-label.added", "web", "Advert/Contact"),
        "TNS-4",
    )


def test_the_same_label_is_mapped_once_in_each_app(world: World) -> None:
    add(world)
    with pytest.raises(DisposalRefused, match="“ads/CONTACT” is mapped already"):
        add(world, "ads/CONTACT")
    add(world, app=world.other_app)
    assert OwnLabel.objects.count() == 2


def test_a_change_is_recorded_with_what_was_before(world: World) -> None:
    row = add(world)
    version = changes.EDITED.version(row)
    changes.change(row, own=replace(OWN, risk_label1=" TNS-5 "), by=world.dave, expected_version=version)
    assert in_force.of_app(world.web.pk)["ad/contact"].risk_label1 == "TNS-5"
    action, details = recorded()[-1]
    assert (action, details["before"]["risk_label1"], details["risk_label1"]) == (
        *("own-label.changed", "TNS-4"),
        "TNS-5",
    )
    changes.change(row, own=replace(OWN, risk_label1="TNS-5"), by=world.dave)
    assert len(recorded()) == 2, "nothing changed, nothing is recorded"


def test_two_people_do_not_overwrite_each_other(world: World) -> None:
    row = add(world)
    version = changes.EDITED.version(row)
    changes.change(row, own=replace(OWN, risk_label1="TNS-5"), by=world.dave, expected_version=version)
    with pytest.raises(Conflict, match="riskLabel1: TNS-4 → TNS-5"):
        changes.change(row, own=replace(OWN, risk_label1="TNS-6"), by=world.dave, expected_version=version)
    with pytest.raises(Conflict):
        changes.remove(row, by=world.dave, expected_version=version)
    assert in_force.of_app(world.web.pk)["ad/contact"].risk_label1 == "TNS-5"


def test_a_removed_entry_counts_no_more(world: World) -> None:
    row = add(world)
    in_force.of_app(world.web.pk)
    changes.remove(row, by=world.dave, expected_version=changes.EDITED.version(row))
    assert in_force.of_app(world.web.pk) == {}
    assert recorded()[-1][0] == "own-label.removed"
    with pytest.raises(OwnLabel.DoesNotExist):
        changes.change(row, own=OWN, by=world.dave)


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_administrators_alone_change_it(world: World, name: str) -> None:
    row, by = add(world), getattr(world, name)
    with pytest.raises(NotAllowed):
        add(world, "porn", by=by)
    with pytest.raises(NotAllowed):
        changes.change(row, own=replace(OWN, risk_label1="mine"), by=by)
    with pytest.raises(NotAllowed):
        changes.remove(row, by=by)


@pytest.mark.parametrize("label", ["", " ", "a/b/c/d", "porn//x", "porn/*", "normal", "Normal/x", "a\x00b", "x" * 400])
def test_a_label_is_a_path_or_the_star(world: World, label: str) -> None:
    with pytest.raises(DisposalRefused):
        add(world, label)


@pytest.mark.parametrize(
    "own",
    [
        Own(" "),
        Own("x" * 129),
        Own("a\nb"),
        Own("a", risk_description="\u202e"),
        Own("a", risk_label3="c"),
        Own("a", risk_level="BLOCK"),
        Own("a", risk_description="x" * 301),
    ],
)
def test_what_the_customer_could_not_read_is_refused(world: World, own: Own) -> None:
    with pytest.raises(DisposalRefused):
        add(world, own=own)
    assert not OwnLabel.objects.exists()


def test_an_app_has_so_many_entries_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_ENTRIES", 1)
    add(world)
    with pytest.raises(DisposalRefused, match="at most 1 entries"):
        add(world, "porn")


@pytest.mark.parametrize(
    "values",
    [
        {"risk_label1": ""},
        {"key": ""},
        {"risk_level": "BLOCK"},
        {"risk_label2": "", "risk_label3": "c"},
        {"key": "ad/contact"},
    ],
)
def test_the_table_holds_what_the_verbs_promise(world: World, values: dict[str, str]) -> None:
    add(world)
    good = {"label": "porn", "key": "porn", "risk_label1": "a"}
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnLabel.objects.create(app=world.web, **good | values)


def test_a_change_and_its_event_are_one(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent ADD CONSTRAINT broken CHECK (action <> 'own-label.added')")
    with pytest.raises(DatabaseError), transaction.atomic():
        add(world)
    assert not OwnLabel.objects.exists()
