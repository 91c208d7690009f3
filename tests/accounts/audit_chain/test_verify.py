"""Whoever changes, removes or cuts off anything of the audit past the triggers is found, and where."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import anchors, append, verify, watch
from accounts.audit_chain.faults import FaultCode
from accounts.models import App, AuditAnchor, AuditEvent, AuditLink
from tests.accounts.audit_chain.tampering import (
    ANCHORS,
    EVENTS,
    NUMBER,
    STATE,
    as_superuser,
    call_command_that_fails,
    cut,
    event,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eight_links")]

LINKS = "UPDATE accounts_auditlink SET {} WHERE event_id = %s"
CHANGED = {
    "another time": (EVENTS.format("at = at - interval '1 microsecond'"), FaultCode.EVENT_CHANGED),
    "another action": (EVENTS.format("action = 'case.decided'"), FaultCode.EVENT_CHANGED),
    "another thing": (EVENTS.format("on_id = '77'"), FaultCode.EVENT_CHANGED),
    "another name": (EVENTS.format("by_name = 'nobody'"), FaultCode.DETAILS_CHANGED),
    "other details": (EVENTS.format("""details = '{"note": "another"}'"""), FaultCode.DETAILS_CHANGED),
    "no details": (EVENTS.format("details = '{}'"), FaultCode.DETAILS_CHANGED),
    "no event": ("DELETE FROM accounts_auditevent WHERE id = %s", FaultCode.EVENT_MISSING),
    "another hash": (LINKS.format("hash = sha256('x')"), FaultCode.LINK_CHANGED),
    "another digest": (LINKS.format("digest = sha256('x')"), FaultCode.LINK_CHANGED),
    "no link": ("DELETE FROM accounts_auditlink WHERE event_id = %s", FaultCode.LINK_MISSING),
    "no salt": ("DELETE FROM accounts_auditsalt WHERE event_id = %s", FaultCode.SALT_MISSING),
}


@pytest.mark.parametrize("what", CHANGED)
def test_one_changed_row_is_named(what: str) -> None:
    statement, code = CHANGED[what]
    as_superuser(statement, event())
    fault = verify.whole().fault
    assert fault is not None
    assert (fault.code, fault.number) == (code, NUMBER)
    assert str(NUMBER) in str(fault)


@pytest.mark.parametrize("what", ["another time", "other details", "another hash"])
def test_the_last_link_is_checked_as_the_others_are(what: str) -> None:
    statement, code = CHANGED[what]
    last = AuditLink.objects.latest("number")
    as_superuser(statement, last.event_id)
    fault = verify.whole().fault
    assert fault is not None
    assert (fault.code, fault.number) == (code, last.number)


@pytest.mark.parametrize("also", [(), (STATE,), (ANCHORS,)])
def test_a_cut_tail_is_seen(also: tuple[str, ...]) -> None:
    anchors.keep(now=True)
    cut(5, also=also)
    fault = verify.whole().fault
    assert fault is not None
    assert (fault.code, fault.number, fault.last) == (FaultCode.CUT, 8, 5)


def test_who_deletes_the_heads_in_the_database_too_is_found_by_the_file(
    django_capture_on_commit_callbacks: Any,
) -> None:
    as_superuser(ANCHORS)
    with django_capture_on_commit_callbacks(execute=True):
        anchors.keep(now=True)
    assert anchors.file().exists()
    cut(5, also=(STATE, ANCHORS))
    fault = verify.whole().fault
    assert fault is not None
    assert (fault.code, fault.number, fault.place) == (FaultCode.CUT, 8, str(anchors.file()))


def test_a_tail_that_was_cut_and_grew_again_is_seen() -> None:
    anchors.keep(now=True)
    cut(5)
    for _ in range(6):
        audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    fault = verify.whole().fault
    assert fault is not None
    assert fault.code in (FaultCode.REWRITTEN, FaultCode.CUT)
    found = watch.status().fault
    assert found is not None
    assert found.code == FaultCode.CUT


def test_an_event_that_is_in_no_link_is_seen() -> None:
    for _ in range(2):
        append.append()
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    new = AuditEvent.objects.latest("pk").pk
    as_superuser("UPDATE accounts_auditchain SET complete_to = %s", new)
    fault = verify.whole().fault
    assert fault is not None
    assert (fault.code, fault.event) == (FaultCode.NEVER_LINKED, new)


def test_erased_details_leave_the_chain_whole() -> None:
    as_superuser("DELETE FROM accounts_auditsalt WHERE event_id = %s", event())
    as_superuser(EVENTS.format("details = '{}', by_name = ''"), event())
    reading = verify.whole()
    assert (reading.fault, reading.erased, reading.links) == (None, 1, 8)


def test_the_command_names_the_row_and_ends_with_1() -> None:
    told = io.StringIO()
    call_command("verify_audit", stdout=told)
    assert "The chain is whole. Head: 8:" in told.getvalue()
    as_superuser(CHANGED["other details"][0], event())
    with pytest.raises(CommandError, match=f"number {NUMBER} of the chain") as error:
        call_command("verify_audit", stdout=told)
    assert error.value.returncode == 1
    assert watch.status().fault is not None


def test_the_command_reads_from_a_link_on_and_tells_json() -> None:
    told = io.StringIO()
    call_command("verify_audit", "--from", "6", "--json", stdout=told)
    assert json.loads(told.getvalue())["links"] == 3
    as_superuser(CHANGED["other details"][0], event())
    call_command("verify_audit", "--from", "6", stdout=told)
    with pytest.raises(CommandError):
        call_command("verify_audit", "--json", stdout=(failed := io.StringIO()))
    assert json.loads(failed.getvalue())["fault"]["number"] == NUMBER


def test_a_head_kept_elsewhere_is_compared() -> None:
    head = AuditLink.objects.latest("number")
    kept = f"8:{bytes(head.hash).hex()}"
    cut(5, also=(STATE, ANCHORS))
    call_command("verify_audit", stdout=io.StringIO())
    with pytest.raises(CommandError, match="cut off"):
        call_command("verify_audit", "--head", kept, stdout=io.StringIO())
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit", "--head", "eight", stdout=io.StringIO())


def test_a_cut_that_is_mended_is_cleared() -> None:
    events, links = "accounts_auditevent", "accounts_auditlink"
    for table in (events, links):
        as_superuser(f"CREATE TEMP TABLE kept_{table} ON COMMIT DROP AS SELECT * FROM {table}")  # noqa: S608 - names of ours
    cut(5)
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    call_command_that_fails("verify_audit")
    cut(5)
    as_superuser(f"INSERT INTO {events} SELECT * FROM kept_{events} k WHERE k.id NOT IN (SELECT id FROM {events})")  # noqa: S608
    as_superuser(f"INSERT INTO {links} SELECT * FROM kept_{links} WHERE number > 5")  # noqa: S608
    append.append()
    call_command("verify_audit", stdout=io.StringIO())
    assert watch.status().fault is None


def test_a_chain_that_grows_while_it_is_read_is_not_cut() -> None:
    reading = verify.read(start=1)
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    anchors.keep(now=True)
    assert verify.finish(reading).fault is None


def test_an_event_in_no_link_is_found_between_two_parts_of_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAGE", 2)
    for _ in range(2):
        append.append()
    lost = event()
    as_superuser("UPDATE accounts_auditlink SET event_id = event_id + 1000 WHERE event_id = %s", lost)
    reading = verify.read(start=NUMBER + 1)
    assert (reading.fault, reading.unlinked) == (None, None)
    reading = verify.read(start=NUMBER)
    assert reading.fault is not None
    as_superuser("UPDATE accounts_auditlink SET event_id = 0 WHERE number = %s", NUMBER)
    assert verify.read(start=NUMBER + 1).unlinked == lost


def test_heads_are_kept_no_more_often_than_every_ten_minutes() -> None:
    count = AuditAnchor.objects.count()
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    assert AuditAnchor.objects.count() == count == 1
