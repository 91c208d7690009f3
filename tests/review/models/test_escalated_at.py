"""What the migration makes of tasks that were escalated before it was kept with them, and what the schema refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from review.models import Lease, ReviewTask
from review.workflow import defer, leases
from review.workflow.assign import take_back
from review.workflow.transitions import State
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World

MIGRATION: Any = import_module("review.migrations.0023_escalated_at")
Sample = Callable[[World, ReviewTask], None]


def escalate(task: ReviewTask, by: User) -> None:
    defer.escalate(lease_key_of(task), by=by)


def by_maintenance(task: ReviewTask) -> None:
    audit.record(AuditAction.CASE_ESCALATED, by="maintenance", on=task.case)
    ReviewTask.objects.filter(pk=task.pk).update(**tasks.ESCALATED)


def snooze(world: World, task: ReviewTask) -> None:
    (leased,) = [one for one in leases.lease(queues=[], count=5, by=world.carol) if one.pk == task.pk]
    defer.snooze(lease_key_of(leased), by=world.carol, until=None)


def waiting(world: World, task: ReviewTask) -> None:
    leases.release([lease_key_of(take_lease(world.nudity, by=world.alice))], by=world.alice)


def escalated(world: World, task: ReviewTask) -> None:
    escalate(take_lease(world.nudity, by=world.alice), world.alice)


def escalated_by_maintenance(world: World, task: ReviewTask) -> None:
    by_maintenance(task)


def escalated_and_taken_back(world: World, task: ReviewTask) -> None:
    escalated(world, task)
    take_back(task.pk, by=world.alice)


def taken_back_and_snoozed(world: World, task: ReviewTask) -> None:
    escalated_and_taken_back(world, task)
    leased = ReviewTask.objects.get(pk=task.pk)
    defer.snooze(lease_key_of(leased), by=world.alice, until=None)


def escalated_and_snoozed(world: World, task: ReviewTask) -> None:
    escalated(world, task)
    snooze(world, task)


def escalated_by_maintenance_and_snoozed(world: World, task: ReviewTask) -> None:
    by_maintenance(task)
    snooze(world, task)


def snoozed(world: World, task: ReviewTask) -> None:
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)


def escalated_before_it_was_reopened_and_snoozed(world: World, task: ReviewTask) -> None:
    """The audit's event is of the round before."""
    audit.record(AuditAction.CASE_ESCALATED, by="maintenance", on=task.case)
    later = timezone.now() + timedelta(seconds=1)
    snoozed(world, task)
    ReviewTask.objects.filter(pk=task.pk).update(created_at=later)


def escalated_and_decided(world: World, task: ReviewTask) -> None:
    escalated(world, task)
    decide(take_lease(world.nudity, by=world.carol), by=world.carol)


def decided(world: World, task: ReviewTask) -> None:
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)


@pytest.fixture
def task(world: World) -> ReviewTask:
    return tasks.waiting(world.nudity, app=world.web)[0]


def unchecked_and_empty() -> None:
    """As before the migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(MIGRATION.UNCHECK)
        cursor.execute("UPDATE review_reviewtask SET escalated_at = NULL")


def migrate() -> None:
    with connection.schema_editor() as editor:
        MIGRATION.fill(None, editor)
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.CHECK)
        cursor.execute(f"ALTER TABLE review_reviewtask VALIDATE CONSTRAINT {MIGRATION.NAME}")


LEADS: list[Sample] = [
    *(escalated, escalated_by_maintenance, escalated_and_snoozed, escalated_by_maintenance_and_snoozed),
    escalated_and_decided,
]
OTHERS: list[Sample] = [
    *(waiting, snoozed, decided, escalated_and_taken_back, taken_back_and_snoozed),
    escalated_before_it_was_reopened_and_snoozed,
]


@pytest.mark.parametrize("sample", LEADS)
def test_what_is_or_was_with_the_leads_is_theirs(world: World, task: ReviewTask, sample: Sample) -> None:
    sample(world, task)
    unchecked_and_empty()
    migrate()
    found = ReviewTask.objects.get(pk=task.pk)
    assert found.escalated_at is not None
    by_person = Lease.objects.filter(task=task, outcome=Lease.Outcome.ESCALATED).first()
    assert by_person is None or found.escalated_at == by_person.ended_at


@pytest.mark.parametrize("sample", OTHERS)
def test_nothing_else_is(world: World, task: ReviewTask, sample: Sample) -> None:
    sample(world, task)
    unchecked_and_empty()
    migrate()
    assert ReviewTask.objects.get(pk=task.pk).escalated_at is None


def test_what_can_be_undone_no_more_is_left_alone(world: World, task: ReviewTask) -> None:
    """There are millions of them, and none returns."""
    escalated_and_decided(world, task)
    unchecked_and_empty()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE review_decision SET undo_until = statement_timestamp() - interval '1 second'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    migrate()
    assert ReviewTask.objects.get(pk=task.pk).escalated_at is None


def test_in_as_many_steps_as_it_takes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.waiting(world.nudity, app=world.web, count=5, **tasks.ESCALATED)
    unchecked_and_empty()
    monkeypatch.setattr(MIGRATION, "AT_ONCE", 2)
    migrate()
    assert not ReviewTask.objects.filter(escalated_at=None).exists()


@pytest.mark.parametrize(
    ("state", "is_since", "fits"),
    [
        (State.WAITING, True, False),
        (State.WAITING, False, True),
        (State.ESCALATED, True, True),
        (State.ESCALATED, False, False),
        (State.SNOOZED, True, True),
        (State.SNOOZED, False, True),
    ],
)
def test_the_schema_lets_no_escalated_task_wait_for_moderators(
    task: ReviewTask, state: State, is_since: bool, fits: bool
) -> None:
    change = {"state": state, "escalated_at": timezone.now() if is_since else None}
    if fits:
        assert ReviewTask.objects.update(**change) == 1
    else:
        with pytest.raises(IntegrityError, match=MIGRATION.NAME), transaction.atomic():
            ReviewTask.objects.update(**change)
