"""Holding tasks: lease, renew, release. The lease is on the task's row; Lease rows are its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from accounts import permissions
from accounts.database.prepared_query import AnyOf, Given, composed
from accounts.models import User
from accounts.roles import Permission
from review.models import Lease, Queue, ReviewTask
from review.permissions import TAKERS, worked_in
from review.refusals import AlreadyDecided, LeaseLost

_TAKERS = {f"{state}_takers": roles for state, roles in TAKERS.items()}
MOST_AT_ONCE = 10  # at once
MOST_LEASED = 100
"""What one person may hold: half a minute's work of the quickest, shown and not yet sent, and room to spare."""
NOT_LEASED: dict[str, None] = {"leased_by": None, "leased_until": None, "lease_token": None}

# An expired lease is simply free; so is a task whose owner has left the queue or may not take such tasks any more.
FREE = """
       (t.leased_until IS NULL OR t.leased_until < clock_timestamp())
       AND (t.owner_id IS NULL OR t.owner_id = %(user)s OR NOT EXISTS (
            SELECT FROM review_membership m JOIN accounts_user u ON u.id = m.user_id
             WHERE m.queue_id = t.queue_id AND m.user_id = t.owner_id AND u.is_active
               AND u.role = ANY(%({state}_takers)s)))
       AND NOT EXISTS (SELECT FROM review_skip s WHERE s.task_id = t.id AND s.by_id = %(user)s)
"""
# The head of each line is one index scan of its own, so a rare queue is as fast as a common one; a global order
# filtered by queue would walk over the other queues' rows.
_HEADS = f"""
SELECT line.id, line.rank_at
  FROM (VALUES {{lines}}) AS queue (id)
 CROSS JOIN LATERAL (
    SELECT t.id, t.rank_at
      FROM review_reviewtask t
     WHERE t.queue_id = queue.id AND t.state = '{{state}}' AND {FREE}
     ORDER BY t.rank_at, t.id
     LIMIT {{count}}
       FOR UPDATE SKIP LOCKED
 ) AS line
"""  # noqa: S608 - assembled from the constants above
_UNTIL = "clock_timestamp() + make_interval(secs => coalesce(q.lease_seconds, %(lease_seconds)s))"
# Whoever held it before let the lease run out: their claim ends before ours begins, for there is one at a time.
_LEASE = f"""
WITH heads AS MATERIALIZED ({{heads}}),
     picked AS (SELECT id FROM heads ORDER BY rank_at, id LIMIT {{count}}),
     taken AS (
        UPDATE review_reviewtask t
           SET leased_by_id = %(user)s, lease_token = gen_random_uuid(), leased_until = {_UNTIL}
          FROM picked, review_queue q
         WHERE t.id = picked.id AND q.id = t.queue_id
     RETURNING t.id, t.lease_token, t.machine_revision),
     expired AS (
        UPDATE review_lease c
           SET ended_at = statement_timestamp(), outcome = 'expired'
          FROM taken
         WHERE c.task_id = taken.id AND c.ended_at IS NULL
     RETURNING c.id)
INSERT INTO review_lease (task_id, by_id, lease_token, machine_revision, leased_at, outcome)
SELECT id, %(user)s, lease_token, machine_revision, statement_timestamp(), ''
  FROM taken
 WHERE (SELECT count(*) FROM expired) IS NOT NULL
RETURNING task_id, lease_token
"""  # noqa: S608 - assembled from the constants above
# The rows are locked in one order, as a batch of the intake locks them.
_RENEW = f"""
WITH held AS MATERIALIZED (
    SELECT t.id
      FROM unnest(%(tasks)s::bigint[], %(tokens)s::uuid[]) AS hold (id, token)
      JOIN review_reviewtask t ON t.id = hold.id AND t.lease_token = hold.token
     WHERE t.leased_by_id = %(user)s
     ORDER BY t.id
       FOR NO KEY UPDATE OF t
)
UPDATE review_reviewtask t
   SET leased_until = {_UNTIL}
  FROM held, review_queue q
 WHERE t.id = held.id AND q.id = t.queue_id
RETURNING t.id
"""  # noqa: S608 - assembled from the constants above
_LOCK_CASES = """
SELECT id FROM moderation_case
 WHERE id IN (SELECT case_id FROM review_reviewtask WHERE id = %(task)s OR grouped_with_id = %(task)s)
 ORDER BY id
   FOR NO KEY UPDATE
"""
_END = """
UPDATE review_lease SET ended_at = statement_timestamp(), outcome = %s
 WHERE task_id = ANY(%s::bigint[]) AND ended_at IS NULL
RETURNING machine_revision
"""


@dataclass(frozen=True, slots=True)
class LeaseKey:
    """What proves a holding: the token is the fence, checked under the row's lock."""

    task_id: int
    lease_token: UUID


@dataclass(frozen=True, slots=True)
class Renewal:
    """`changed` are renewed tasks about which the machine has said something new since they were handed out."""

    renewed: list[int]
    lost: list[int]
    changed: list[ReviewTask]


def lease(*, queues: Collection[str], count: int, by: User, without: Collection[int] = ()) -> list[ReviewTask]:
    """At most `count` tasks for this person, those already held first, then in the order of the line.

    `queues` are slugs, empty for all the person works in; others count for nothing. `without` are tasks of theirs that
    are neither told nor counted; they hold at most MOST_LEASED in all. Never waits for anybody.
    """
    permissions.check(by, Permission.DECIDE)
    ids = [pk for pk, slug in worked_in(by) if not queues or slug in queues]
    mine = _LEASED(by=by.pk, queues=ids, without=list(without))
    leased = keep(ReviewTask.objects.filter(pk__in=mine), count, by=by) if mine else []
    room = min(count - len(leased), MOST_LEASED - len(without) - len(leased))
    taken = _take(ids, room, by) if ids and room > 0 else []
    return loaded([*leased, *taken])


_LEASED = composed(
    lambda: (
        ReviewTask.objects.filter(AnyOf("queue", "queues"), leased_by=Given("by"), closed_at=None)
        .exclude(AnyOf("pk", "without"))
        .values_list("pk", flat=True)
    )
)


def renew(lease_keys: Iterable[LeaseKey], *, by: User) -> Renewal:
    """Extend these leases. What is not held any more is `lost`."""
    wanted = list(lease_keys)
    with transaction.atomic():
        renewed = _renew(wanted, by)
        changed = _show_changes(renewed)
    lost = [lease_key.task_id for lease_key in wanted if lease_key.task_id not in renewed]
    return Renewal(renewed, lost, loaded(changed))


def release(lease_keys: Iterable[LeaseKey], *, by: User) -> None:
    """Give tasks back to the line. Giving back what is not held changes nothing."""
    for lease_key in lease_keys:
        with transaction.atomic():
            leased = ReviewTask.objects.filter(pk=lease_key.task_id, lease_token=lease_key.lease_token, leased_by=by)
            if leased.update(**NOT_LEASED):
                end([lease_key.task_id], outcome=Lease.Outcome.RELEASED)


def release_all(*, queue: Queue, users: Collection[int]) -> None:
    """Give back everything these people hold in a queue."""
    with transaction.atomic():
        leased = list(ReviewTask.objects.select_for_update().filter(queue=queue, leased_by__in=users).values_list("pk"))
        tasks = [pk for (pk,) in leased]
        end(tasks, outcome=Lease.Outcome.RELEASED)
        ReviewTask.objects.filter(pk__in=tasks).update(**NOT_LEASED)


def end(tasks: Sequence[int], *, outcome: str) -> list[int]:
    """End the open claims on these tasks; answers with the machine revisions that they had been shown."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [outcome, list(tasks)])
        return [revision for (revision,) in cursor.fetchall()]


def take(task: ReviewTask, *, by: User) -> LeaseKey:
    """Hold a task for `by` outside the line. Its row is locked by the caller, who has seen that it is free."""
    heads = "SELECT id, rank_at FROM review_reviewtask WHERE id = %(task)s"
    ((pk, token),) = _leased(heads, {"task": task.pk}, 1, by)
    return LeaseKey(pk, token)


def take_found(heads: str, asked: dict[str, Any], *, by: User) -> list[int]:
    """Lease the tasks that `heads` finds: SQL of ours with the parameters `asked` ("count" among them), giving `id`
    and `rank_at` of rows that it locks.
    """
    return [pk for pk, _ in _leased(heads, asked, asked["count"], by)]


def keep(tasks: QuerySet[ReviewTask], count: int, *, by: User) -> list[int]:
    """Of these tasks, the first `count` that this person holds already, for another lease."""
    own = tasks.filter(leased_by=by, closed_at=None).order_by("rank_at", "pk")
    with transaction.atomic():
        leased = own.select_for_update(skip_locked=True)[:count]
        kept = _renew([LeaseKey(task.pk, task.lease_token) for task in leased if task.lease_token], by)
        _show_changes(kept)
    return kept


def parameters(by: User) -> dict[str, Any]:
    """What FREE and every lease ask for."""
    return {"user": by.pk, "lease_seconds": settings.LEASE_SECONDS, **_TAKERS}


_LOADED = composed(
    lambda: (
        ReviewTask.objects.filter(AnyOf("pk", "tasks"))
        .select_related("case__app", "case__picture_fetch__picture", "queue", "noted_by", "leased_by")
        .order_by("rank_at", "pk")
    )
)


def loaded(tasks: Sequence[int]) -> list[ReviewTask]:
    """Tasks with all that the stage shows of them, in the order of the line."""
    return _LOADED(tasks=list(tasks)) if tasks else []


_LOCKED = composed(
    lambda: (
        ReviewTask.objects.filter(pk=Given("task"))
        .select_related("case__app", "case__picture_fetch", "queue", "leased_by")
        .annotate(now=Now())
        .select_for_update(no_key=True, of=["self"])
    )
)


def locked(task_id: int) -> tuple[ReviewTask, datetime]:
    """The task, locked for the rest of the transaction, and the database's time. Its case's row, and those of the
    cases that are decided with it, are locked first, as intake does, so that the two never wait for each other.
    Raises ReviewTask.DoesNotExist.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_CASES, {"task": task_id})
    found: list[Any] = _LOCKED(task=task_id)
    if not found:
        raise ReviewTask.DoesNotExist
    return found[0], found[0].now


def check_leased(task: ReviewTask, lease_key: LeaseKey, *, by: User) -> None:
    """The token is the fence: it stands on the row until somebody else leases the task.

    Raises AlreadyDecided or LeaseLost.
    """
    check_open(task)
    if task.lease_token != lease_key.lease_token or task.leased_by_id != by.pk:
        raise LeaseLost(str(task.leased_by or ""))


def check_open(task: ReviewTask) -> None:
    """Raises AlreadyDecided, or LeaseLost when the task was closed without a decision."""
    if task.closed_at is not None:
        standing = task.decisions.filter(undone_at=None).select_related("by").first()
        raise AlreadyDecided(str(standing.by), standing.verdict) if standing else LeaseLost()


def was_escalated(task: ReviewTask) -> bool:
    """Once escalated, a task never goes back to the moderators' line."""
    return task.leases.filter(outcome=Lease.Outcome.ESCALATED).exists()


def let_go(task: ReviewTask) -> None:
    """Clear the lease on a task that is about to be saved."""
    task.leased_by = task.leased_until = task.lease_token = None


def _show_changes(leased: Collection[int]) -> list[int]:
    """The tasks whose claim has been shown an older result of the machine; from now on it has seen the newest."""
    open_leases = Lease.objects.filter(task__in=leased, ended_at=None)
    stale = open_leases.exclude(machine_revision=F("task__machine_revision")).values_list("pk", "task_id")
    leases, tasks = zip(*stale, strict=True) if stale else ((), ())
    newest = ReviewTask.objects.filter(pk=OuterRef("task_id")).values("machine_revision")
    Lease.objects.filter(pk__in=leases).update(machine_revision=Subquery(newest))
    return list(tasks)


def _renew(lease_keys: Sequence[LeaseKey], by: User) -> list[int]:
    if not lease_keys:
        return []
    given = {
        "tasks": [lease_key.task_id for lease_key in lease_keys],
        "tokens": [lease_key.lease_token for lease_key in lease_keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, parameters(by) | given)
        return [pk for (pk,) in cursor.fetchall()]


def _take(queues: list[int], count: int, by: User) -> list[int]:
    states = ["waiting", "escalated"] if permissions.may(by, Permission.TAKE_ESCALATED) else ["waiting"]
    heads, asked = heads_of(queues, states, count)
    return [pk for pk, _ in _leased(heads, asked, count, by)]


def heads_of(queues: Sequence[int], states: Sequence[str], count: int) -> tuple[str, dict[str, Any]]:
    """The statement that finds the first `count` of each line, and what it asks for. How many lines and how many tasks
    stands in it: PostgreSQL expects ten rows of an array and a tenth of all under an unknown limit, and would plan it
    anew each time.
    """
    lines = ", ".join(f"(%(queue{number})s::bigint)" for number in range(len(queues)))
    heads = (_HEADS.format(state=state, lines=lines, count=int(count)) for state in states)
    return " UNION ALL ".join(heads), {f"queue{number}": queue for number, queue in enumerate(queues)}


def _leased(heads: str, asked: dict[str, Any], count: int, by: User) -> list[tuple[int, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_LEASE.format(heads=heads, count=int(count)), parameters(by) | asked)
        taken: list[tuple[int, UUID]] = cursor.fetchall()
        return taken
