"""Lease, renew and release tasks. The lease is on the task's row; Lease rows are its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts import permissions
from accounts.database.cursors import prepared_cursor
from accounts.database.statements import Statement, read_sql
from accounts.models import App, User
from accounts.roles import Permission
from moderation.models import Case, PictureFetch
from moderation.runtime import log_context
from review.models import Lease, Queue, ReviewTask
from review.models.review_task import IS_LEASED_SQL
from review.permissions import TAKERS, worked_in
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow.load_tasks import joined, still_leased, still_leased_one

_TAKERS = {f"{state}_takers": roles for state, roles in TAKERS.items()}
MOST_AT_ONCE = 10
_TRIES = 3  # while the page that is left gives back what this one leases
MOST_LEASED = 100
"""Most leases of one person: half a minute's work of the quickest, shown and not yet sent, and room to spare."""
NOT_LEASED: dict[str, None] = {"leased_by": None, "leased_until": None, "lease_token": None}

_read = partial(read_sql, __file__)
FREE_TO_TAKE = _read("free_to_take", is_leased=IS_LEASED_SQL)
"""SQL condition for other modules: whether %(user)s may lease a task, by its `{state}`; see `parameters`."""
_LEASE_END = _read("lease_end")
_HEADS = _read("heads_of_queues", free_to_take=FREE_TO_TAKE)
_ONE_HEAD = "SELECT id, rank_at FROM review_reviewtask WHERE id = %(task)s"
_LEASE = _read("lease", lease_end=_LEASE_END)
_RENEW = Statement(_read("renew_leases", lease_end=_LEASE_END))
_END = Statement(_read("end_leases"))
_LEASED_BY = Statement(
    "SELECT id, queue_id FROM review_reviewtask WHERE leased_by_id = %(user)s AND closed_at IS NULL ORDER BY id"
)
_LOCK_CASES = Statement(_read("lock_cases_of_task"))
_LOCK = Statement(
    _read("lock_task"),
    task=ReviewTask,
    case=Case,
    app=App,
    picture_fetch=PictureFetch,
    queue=Queue,
    leased_by=User,
)


@dataclass(frozen=True, slots=True)
class LeaseKey:
    """What proves a lease: the token is a fencing token, checked under the row's lock."""

    task_id: int
    lease_token: UUID


@dataclass(frozen=True, slots=True)
class Renewal:
    """`changed` are renewed tasks for which a newer machine result has arrived since they were shown."""

    renewed: list[int]
    lost: list[int]
    changed: list[ReviewTask]


def lease(*, queues: Collection[str], count: int, by: User, without: Collection[int] = ()) -> list[ReviewTask]:
    """Lease at most `count` tasks to this person, those already leased first, then in the order of the queue.

    `queues` are slugs, empty for all the person works in; others are ignored. `without` are leased tasks that are
    neither returned nor counted; a person leases at most MOST_LEASED in all. A paused queue hands out
    nothing new. Never waits for a lock.
    """
    permissions.check(by, Permission.DECIDE)
    works = {pk: is_open for pk, slug, is_open in worked_in(by) if not queues or slug in queues}
    for _ in range(_TRIES):
        mine = [pk for pk, queue in _LEASED_BY.rows(user=by.pk) if queue in works and pk not in without]
        leased = keep(ReviewTask.objects.filter(pk__in=mine), count, by=by) if mine else []
        room = min(count - len(leased), MOST_LEASED - len(without) - len(leased))
        taken = _take([pk for pk in works if works[pk]], room, by) if any(works.values()) and room > 0 else []
        found = still_leased([*leased, *taken], by=by)
        is_giving_back = not without and len(leased) < min(len(mine), count)  # another call has its row
        if len(found) == len(leased) + len(taken) and not is_giving_back:
            break
    return found


def renew(lease_keys: Iterable[LeaseKey], *, by: User) -> Renewal:
    """Extend these leases. Those that have ended are `lost`."""
    wanted = list(lease_keys)
    with transaction.atomic():
        renewed = _renew(wanted, by)
        changed = _show_changes(renewed)
    lost = [lease_key.task_id for lease_key in wanted if lease_key.task_id not in renewed]
    return Renewal(renewed, lost, still_leased(changed, by=by))


def show_newest(lease_key: LeaseKey, *, by: User) -> ReviewTask:
    """Renew the lease and return its task with the newest machine result, which counts as shown from now on.

    Raises LeaseLost.
    """
    if renew([lease_key], by=by).lost:
        raise LeaseLost
    return still_leased_one(lease_key.task_id, by=by)


def release(lease_keys: Iterable[LeaseKey], *, by: User) -> None:
    """Release tasks to the queue. Releasing what is not leased changes nothing."""
    for lease_key in lease_keys:
        with transaction.atomic():
            leased = ReviewTask.objects.filter(pk=lease_key.task_id, lease_token=lease_key.lease_token, leased_by=by)
            if leased.update(**NOT_LEASED):
                _end([lease_key.task_id], outcome=Lease.Outcome.RELEASED)


def release_all(users: Collection[int], **where: Any) -> None:
    """Release all leases of these people, where the task is as `where` says."""
    with transaction.atomic():
        leased = ReviewTask.objects.select_for_update(no_key=True).filter(leased_by__in=users, **where)
        tasks = list(leased.order_by("pk").values_list("pk", flat=True))
        _end(tasks, outcome=Lease.Outcome.RELEASED)
        ReviewTask.objects.filter(pk__in=tasks).update(**NOT_LEASED)


def end(task: ReviewTask, *, outcome: str) -> int | None:
    """End the lease on a locked task that the caller is about to save. Returns the revision of the machine result that
    the person had been shown, or None when there was no lease.
    """
    shown = _end([task.pk], outcome=outcome)
    task.leased_by = task.leased_until = task.lease_token = None
    return shown[0] if shown else None


def _end(tasks: Sequence[int], *, outcome: str) -> list[int]:
    return [revision for (revision,) in _END.rows(tasks=list(tasks), outcome=outcome)]


def take(task: ReviewTask, *, by: User) -> LeaseKey:
    """Lease a task to `by` out of its turn. The caller has locked its row and checked that it is free."""
    ((pk, token),) = _leased(_ONE_HEAD, {"task": task.pk}, 1, by)
    return LeaseKey(pk, token)


def take_found(heads: str, asked: dict[str, Any], *, by: User) -> list[int]:
    """Lease the tasks that `heads` finds: our own SQL with the parameters `asked` ("count" among them), selecting
    `id` and `rank_at` of rows that it locks.
    """
    return [pk for pk, _ in _leased(heads, asked, asked["count"], by)]


def keep(tasks: QuerySet[ReviewTask], count: int, *, by: User) -> list[int]:
    """Extend the first `count` of these tasks that this person has already leased."""
    own = tasks.filter(leased_by=by, closed_at=None).order_by("rank_at", "pk")
    with transaction.atomic():
        leased = own.select_for_update(skip_locked=True)[:count]
        kept = _renew([LeaseKey(task.pk, task.lease_token) for task in leased if task.lease_token], by)
        _show_changes(kept)
    return kept


def parameters(by: User) -> dict[str, Any]:
    """The parameters of FREE_TO_TAKE and of every lease statement."""
    return {"user": by.pk, "lease_seconds": settings.LEASE_SECONDS, **_TAKERS}


def locked(task_id: int) -> tuple[ReviewTask, datetime]:
    """The task, locked for the rest of the transaction, and the database's time. Its case's row, and those of the
    cases that are decided with it, are locked first, as intake does, so that the two never wait for each other.
    Raises ReviewTask.DoesNotExist.
    """
    _LOCK_CASES.rows(task=task_id)
    found = _LOCK.first(id=task_id)
    if found is None:
        raise ReviewTask.DoesNotExist
    *rows, now = found
    task = joined(*rows)
    log_context.learn(caseId=task.case_id)
    return task, now


def check_leased(task: ReviewTask, lease_key: LeaseKey, *, by: User) -> None:
    """The token is a fencing token: it stays on the row until another person leases the task.

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


def _show_changes(leased: Collection[int]) -> list[int]:
    """Mark the newest machine result as shown on these leases. Returns the tasks whose lease had an older one."""
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
    return [pk for (pk,) in _RENEW.rows(**parameters(by), **given)]


def _take(queues: list[int], count: int, by: User) -> list[int]:
    states = ["waiting", "escalated"] if permissions.may(by, Permission.TAKE_ESCALATED) else ["waiting"]
    heads, asked = heads_of(queues, states, count)
    return [pk for pk, _ in _leased(heads, asked, count, by)]


def heads_of(queues: Sequence[int], states: Sequence[str], count: int) -> tuple[str, dict[str, Any]]:
    """The statement that finds the first `count` of each queue, and its parameters."""
    given = {f"queue{number}": queue for number, queue in enumerate(queues)}
    return _heads_of(tuple(given), tuple(states), int(count)), given


@lru_cache
def _heads_of(queues: tuple[str, ...], states: tuple[str, ...], count: int) -> str:
    """The numbers of queues and tasks are literal in the SQL: PostgreSQL expects ten rows of an array and a tenth
    of all under an unknown limit, and would plan it anew each time.
    """
    ids = ", ".join(f"(%({name})s::bigint)" for name in queues)
    return " UNION ALL ".join(_HEADS.format(state=state, queues=ids, count=count) for state in states)


def _leased(heads: str, asked: dict[str, Any], count: int, by: User) -> list[tuple[int, UUID]]:
    with prepared_cursor() as cursor:
        cursor.execute(_lease_of(heads, int(count)), parameters(by) | asked)
        taken: list[tuple[int, UUID]] = cursor.fetchall()
        return taken


@lru_cache
def _lease_of(heads: str, count: int) -> str:
    return _LEASE.format(heads=heads, count=count)
