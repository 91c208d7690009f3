"""Bodies that could not be read: replayed as they came or as edited, dismissed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.callbacks import addresses, quarantine
from moderation.contract import evidence
from moderation.contract.values import RiskLevel
from moderation.models import Case, MachineResult, Quarantined
from tests.moderation.callbacks.quarantined import address, batch_with_one_bad, keep, unknown_level
from tests.moderation.contract import bodies
from tests.world import World


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The next version of the adapter: it knows BLOCK."""
    read = evidence.read_risk_level

    def reads_block(fields: Any, **options: Any) -> Any:
        return RiskLevel.REJECT if fields.values.get("riskLevel") == "BLOCK" else read(fields, **options)

    return lambda: monkeypatch.setattr("moderation.contract.image_v4.read_risk_level", reads_block)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def test_a_replay_that_cannot_help_leaves_it_waiting(world: World) -> None:
    row = keep(address(world), unknown_level())
    again = quarantine.replay(row.pk, by=world.dave)
    assert (again.state, again.replayed_at, again.errors) == ("waiting", None, row.errors)
    assert again.tried_at
    assert events("quarantine.replay-refused")[0].by == world.dave
    assert not Case.objects.exists()


def test_after_an_update_it_is_taken_in_once(world: World, upgrade: Callable[[], None]) -> None:
    row = keep(address(world), unknown_level())
    upgrade()
    for _ in range(2):
        again = quarantine.replay(row.pk, by=world.dave)
        assert (again.state, again.errors) == ("replayed", [])
        assert again.replayed_at
    case = Case.objects.get()
    assert (case.request_id, case.app, list(again.cases.all())) == ("r1", world.web, [case])
    (event,) = events("quarantine.replayed")
    assert (event.by, event.details["cases"], event.details["sha256"]) == (world.dave, [case.pk], row.sha256)
    assert MachineResult.objects.count() == 1


def test_a_replay_of_a_batch_takes_in_what_was_missing(world: World, upgrade: Callable[[], None]) -> None:
    row = keep(address(world), batch_with_one_bad())
    assert list(Case.objects.order_by("bt_id").values_list("bt_id", flat=True)) == ["0", "2"]
    upgrade()
    assert quarantine.replay(row.pk, by=world.dave).state == "replayed"
    assert list(row.cases.order_by("bt_id").values_list("bt_id", flat=True)) == ["0", "1", "2"]
    assert (Case.objects.count(), MachineResult.objects.count()) == (3, 3)


def test_an_edited_copy_is_kept_beside_the_original_and_taken_in(world: World) -> None:
    row = keep(address(world), unknown_level())
    mended = json.dumps(unknown_level(riskLevel="REJECT"))
    done = quarantine.replay_edited(row.pk, mended, by=world.dave)
    assert (done.state, bytes(done.body), done.sha256) == ("replayed", bytes(row.body), row.sha256)
    done.refresh_from_db()
    assert (bytes(done.edited_body or b""), done.edited_by) == (mended.encode(), world.dave)
    assert done.edited_at
    assert MachineResult.objects.get().risk_level == "REJECT"
    assert len(events("quarantine.replayed")[0].details["edited_sha256"]) == 64


def test_an_edited_copy_that_cannot_be_read_is_kept_to_be_edited_again(world: World) -> None:
    row = keep(address(world), unknown_level())
    still = quarantine.replay_edited(row.pk, "{", by=world.dave)
    assert (still.state, [error["pointer"] for error in still.errors]) == ("waiting", [""])
    assert bytes(Quarantined.objects.get().edited_body or b"") == b"{"
    assert quarantine.replay_edited(row.pk, json.dumps(bodies.image_v4()), by=world.dave).state == "replayed"


def test_an_edited_copy_changes_nothing_once_it_waits_no_more(world: World) -> None:
    row = keep(address(world), unknown_level())
    quarantine.dismiss(row.pk, note="a test of theirs", by=world.dave)
    assert quarantine.replay_edited(row.pk, json.dumps(bodies.image_v4()), by=world.dave).state == "dismissed"
    assert quarantine.replay(row.pk, by=world.dave).state == "dismissed"
    assert (Case.objects.count(), Quarantined.objects.get().edited_body) == (0, None)


def test_all_that_wait_are_replayed_each_by_itself(world: World, upgrade: Callable[[], None]) -> None:
    where = address(world)
    good = [keep(where, unknown_level(requestId=f"r{n}")).pk for n in range(3)]
    bad = keep(where, b"what?").pk
    dismissed = keep(where, b"hello").pk
    quarantine.dismiss(dismissed, note="nothing", by=world.dave)
    upgrade()
    assert quarantine.replay_waiting(by=world.dave) == quarantine.Replayed(replayed=3, waiting=1, untried=0)
    assert dict(Quarantined.objects.values_list("pk", "state")) == dict.fromkeys(good, "replayed") | {
        bad: "waiting",
        dismissed: "dismissed",
    }
    assert Case.objects.count() == 3


def test_a_long_line_is_replayed_in_turns(
    world: World, upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = address(world)
    for n in range(3):
        keep(where, f"what {n}?".encode())
    keep(where, unknown_level())
    upgrade()
    monkeypatch.setattr(quarantine, "AT_ONCE", 2)
    assert quarantine.replay_waiting(by=world.dave) == quarantine.Replayed(replayed=0, waiting=2, untried=2)
    assert quarantine.replay_waiting(by=world.dave) == quarantine.Replayed(replayed=1, waiting=1, untried=2)


def test_it_is_replayed_also_when_its_address_takes_nothing_in_any_more(
    world: World, upgrade: Callable[[], None]
) -> None:
    where = address(world)
    row = keep(where, unknown_level())
    addresses.revoke(where, by=world.dave)
    upgrade()
    assert quarantine.replay(row.pk, by=world.dave).state == "replayed"


def test_a_key_that_was_mistyped_is_corrected_and_the_body_replayed(world: World) -> None:
    where = address(world, access_key="mistyped")
    row = keep(where, {"result": json.dumps(bodies.image_v4()), "checksum": "0" * 64})
    assert [error["pointer"] for error in row.errors] == ["/checksum"]
    addresses.change(where, name=where.name, access_key="", by=world.dave)
    assert quarantine.replay(row.pk, by=world.dave).state == "replayed"


def test_dismissing_needs_a_note_and_stands(world: World) -> None:
    row = keep(address(world), b"what?")
    for empty in ("", "  "):
        with pytest.raises(ValueError, match="note"):
            quarantine.dismiss(row.pk, note=empty, by=world.dave)
    for note in (" a test of theirs ", "again"):
        assert quarantine.dismiss(row.pk, note=note, by=world.dave).note == "a test of theirs"
    assert [event.details["note"] for event in events("quarantine.dismissed")] == ["a test of theirs"]


VERBS: dict[str, Callable[[int, Any], Any]] = {
    "replay": lambda pk, by: quarantine.replay(pk, by=by),
    "replay edited": lambda pk, by: quarantine.replay_edited(pk, json.dumps(bodies.image_v4()), by=by),
    "replay all": lambda _, by: quarantine.replay_waiting(by=by),
    "dismiss": lambda pk, by: quarantine.dismiss(pk, note="n", by=by),
}


def contents() -> str:
    return str([list(table.objects.order_by("pk").values()) for table in (Quarantined, Case, AuditEvent)])


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_may(world: World, verb: str, name: str) -> None:
    row = keep(address(world), unknown_level())
    before = contents()
    with pytest.raises(NotAllowed):
        VERBS[verb](row.pk, getattr(world, name))
    assert contents() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_falls_with_its_audit_event(
    world: World, monkeypatch: pytest.MonkeyPatch, upgrade: Callable[[], None], verb: str
) -> None:
    row = keep(address(world), unknown_level())
    upgrade()
    before, record = contents(), audit.record

    def refuse(action: AuditAction, **event: Any) -> None:
        if isinstance(event["on"], Quarantined):
            raise RuntimeError("no audit today")
        record(action, **event)

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        VERBS[verb](row.pk, world.dave)
    assert contents() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": "replayed"},
        {"replayed_at": Now()},
        {"edited_body": b"x"},
        {"edited_at": Now()},
        {"times_received": 0},
    ],
)
def test_the_table_itself_refuses_what_cannot_be(world: World, changes: dict[str, Any]) -> None:
    row = keep(address(world), b"what?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantined.objects.filter(pk=row.pk).update(**changes)


def test_one_body_waits_once_for_an_address(world: World) -> None:
    row = keep(address(world), b"what?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantined.objects.create(address=row.address, body=b"what?", sha256=row.sha256)


@pytest.mark.django_db(transaction=True)
def test_the_databases_trouble_is_for_the_sender_to_send_again_and_not_for_quarantine(world: World) -> None:
    there, busy = address(world), connection.copy()
    with closing(busy), transaction.atomic(), connection.cursor() as ours, busy.cursor() as theirs:
        theirs.execute("BEGIN; LOCK TABLE moderation_case IN ACCESS EXCLUSIVE MODE")
        ours.execute("SET LOCAL lock_timeout = 100")
        with pytest.raises(OperationalError), transaction.atomic():
            keep(there, bodies.image_v4(requestId="r1"))
        theirs.execute("ROLLBACK")
    assert not Quarantined.objects.exists()
