"""The chain takes in every event once, whenever it was committed, and lets nobody wait."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append, verify
from accounts.models import App, AuditChain, AuditCount, AuditEvent, AuditLink
from tests.world import World


def record(count: int = 1) -> None:
    for _ in range(count):
        audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())


def linked() -> list[int]:
    return list(AuditLink.objects.order_by("number").values_list("event_id", flat=True))


@pytest.mark.django_db
def test_every_event_is_linked_once_and_in_order() -> None:
    record(3)
    assert append.append() == 3
    record(2)
    assert append.append() == 2
    assert append.append() == 0
    events = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert linked() == events
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert AuditCount.objects.get(action="case.skipped").events == 5


@pytest.mark.django_db
def test_more_than_one_step_is_linked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append, "AT_ONCE", 2)
    monkeypatch.setattr(append, "_UNLINKED", append._UNLINKED.replace("LIMIT 2000", "LIMIT 2"))
    record(5)
    assert append.append() == 5
    assert verify.whole().fault is None


class Open:
    """A transaction that has written an event and waits to be told to commit."""

    def __init__(self) -> None:
        self._written, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._written.wait(60)

    def commit(self) -> None:
        self._may_end.set()
        self._thread.join()

    def _run(self) -> None:
        with transaction.atomic():
            record()
            self._written.set()
            self._may_end.wait(60)
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_over() -> None:
    record()
    append.append()
    late = Open()
    record(3)
    for _ in range(4):  # as many rounds as it takes to come to rest
        append.append()
    assert len(linked()) == 4
    late.commit()
    assert append.append() == 1
    events = set(AuditEvent.objects.values_list("pk", flat=True))
    assert set(linked()) == events
    assert linked() != sorted(events), "the late one has the lowest id and the highest number"
    assert verify.whole().fault is None


@pytest.mark.django_db(transaction=True)
def test_what_is_complete_is_not_looked_at_again() -> None:
    record(3)
    for _ in range(3):
        append.append()
    chain = AuditChain.objects.get()
    assert chain.complete_to == AuditEvent.objects.latest("pk").pk


class Dump:
    """A long transaction that reads, as that of a backup, and is between two of its statements."""

    def __enter__(self) -> None:
        self._begun, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._begun.wait(60)

    def __exit__(self, *_: object) -> None:
        self._may_end.set()
        self._thread.join()

    def _run(self) -> None:
        with transaction.atomic():
            AuditEvent.objects.count()
            self._begun.set()
            self._may_end.wait(60)
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_backup_keeps_nothing_waiting() -> None:
    with Dump():
        record(3)
        for _ in range(3):
            append.append()
        assert AuditChain.objects.get().complete_to == AuditEvent.objects.latest("pk").pk


@pytest.mark.django_db
def test_finding_what_waits_reads_no_older_links() -> None:
    record(400)
    for _ in range(3):
        append.append()
    record(2)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_auditevent, accounts_auditlink")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {append._UNLINKED}", {"after": append.state().complete_to})
        (plan,) = cursor.fetchone()
    assert append.waiting() == 2
    assert most_rows(plan[0]["Plan"]) < 100


def most_rows(node: dict[str, Any]) -> float:
    read: float = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return max(read, *(most_rows(one) for one in node.get("Plans", ())), 0)


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_link_at_the_same_time() -> None:
    record(3)
    with transaction.atomic():
        assert append._append_some() == 3
        other: list[int] = []

        def run() -> None:
            other.append(append._append_some())
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(60)
    assert other == [0]
    assert len(linked()) == 3


@pytest.mark.parametrize("table", ["accounts_auditlink", "accounts_auditanchor", "accounts_auditsalt"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"]
)
def test_the_tables_refuse_to_be_changed(world: World, table: str, statement: str) -> None:
    append.append()
    column = {"accounts_auditsalt": "salt"}.get(table, "hash")
    given = statement.format(table=table, column=column)
    if given == "DELETE FROM accounts_auditsalt":  # which erasing the details needs
        return
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(given)
