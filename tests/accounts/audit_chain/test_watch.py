"""What was found is kept for the page: until the whole was read again, and by one process at a time."""

from __future__ import annotations

import io
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append, verify, watch
from accounts.audit_chain.faults import FaultCode
from accounts.models import App, AuditEvent, AuditLink
from tests.accounts.audit_chain.tampering import (
    ANCHORS,
    EVENTS,
    NUMBER,
    as_superuser,
    call_command_that_fails,
    cut,
    event,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eight_links")]


def test_the_watch_verifies_what_is_new_and_finds_what_was_changed_long_ago() -> None:
    watch.step()
    assert (watch.status().verified_number, watch.status().fault) == (8, None)
    as_superuser(EVENTS.format("details = '{}'"), event())
    as_superuser("UPDATE accounts_auditchain SET reread_at = now() - interval '2 hours'")
    watch.step()
    status = watch.status()
    assert status.fault is not None
    assert (status.fault.number, status.verified_number) == (NUMBER, NUMBER - 1)


def test_a_fault_is_kept_until_the_whole_chain_was_read_without_one() -> None:
    as_superuser(EVENTS.format("by_name = 'nobody'"), event())
    watch.note(verify.read(start=1))
    watch.step()
    assert watch.status().fault is not None
    as_superuser(EVENTS.format("by_name = 'tests'"), event())
    watch.step()
    assert watch.status().fault is not None
    as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
    watch.step()
    assert watch.status().fault is None


def test_a_cut_tail_that_grew_past_the_cut_stays_known() -> None:
    as_superuser(ANCHORS)
    cut(5)
    for _ in range(6):
        audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    for _ in range(2):
        as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
        watch.step()
        fault = watch.status().fault
        assert fault is not None
        assert (fault.code, fault.number) == (FaultCode.REWRITTEN, 8)


def test_an_event_in_no_link_leaves_what_was_verified_and_is_told_while_it_lasts() -> None:
    for _ in range(2):
        append.append()
    watch.step()
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    new = AuditEvent.objects.latest("pk").pk
    as_superuser("UPDATE accounts_auditchain SET complete_to = %s", new)
    for _ in range(2):
        as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
        watch.step()
        status = watch.status()
        assert status.fault is not None
        assert (status.fault.code, status.fault.event, status.verified_number) == (FaultCode.NEVER_LINKED, new, 8)


def test_a_fault_that_is_found_during_a_pass_is_not_cleared_by_its_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAGE", 2)
    as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
    watch.step(for_seconds=0)
    watch.step(for_seconds=0)
    assert watch.status().reread_number == NUMBER
    as_superuser(EVENTS.format("by_name = 'nobody'"), AuditLink.objects.get(number=2).event_id)
    call_command_that_fails("verify_audit")
    for _ in range(8):
        watch.step(for_seconds=0)
    fault = watch.status().fault
    assert fault is not None
    assert fault.number == 2


def test_a_fault_shown_by_a_head_kept_elsewhere_is_cleared_by_a_reading_with_heads() -> None:
    append.append()
    call_command_that_fails("verify_audit", "--head", f"3:{'ab' * 32}")
    as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
    watch.step()
    assert watch.status().fault is not None
    call_command("verify_audit", stdout=io.StringIO())
    assert watch.status().fault is None


@pytest.mark.django_db(transaction=True)
def test_two_steps_never_run_at_the_same_time() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [watch._ONE_AT_A_TIME])
        other: list[int] = []

        def run() -> None:
            watch.step()
            other.append(watch.status().verified_number)
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(60)
    assert other == [0]
    watch.step()
    assert watch.status().verified_number == 8
