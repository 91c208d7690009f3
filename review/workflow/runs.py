"""Runs: a list of cases becomes work on the stage, in the list's order. Leasing is `lease_directly`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import permissions
from accounts.models import User
from accounts.roles import Permission
from moderation.models import PictureFetch
from review.models import Decision, Membership, ReviewTask, Run
from review.permissions import TAKERS, queues_of
from review.refusals import NotAcceptable

MOST_TASKS = 500
LONGEST_PATH, LONGEST_NAME = 2000, 200  # as in the table
MOST_RUNS = 20  # of one person; older ones are forgotten
State = ReviewTask.State


@dataclass(frozen=True, slots=True)
class Stop:
    """One task of a run, as it is now. `outcome` is "" while it is to be reviewed by the run's person; else "decided"
    (by `by`, as `verdict`), "leased" or "assigned" (to `by`), "skipped" since the run began, "deferred" (escalated or
    snoozed, so that another or nobody can take it now), or "gone".
    """

    task_id: int
    case_id: int
    outcome: str = ""
    by: str = ""
    verdict: str = ""
    has_picture: bool = False
    queue_blur: int | None = None
    is_own: bool = False  # the run's person did it


def reviewable(task_ids: Sequence[int], *, by: User) -> list[int]:
    """Those of these tasks that the person may lease by permission and state, in this order. One that a colleague has
    leased counts: leases end.
    """
    wanted = list(dict.fromkeys(task_ids))
    found = set(workable(by).filter(pk__in=wanted).values_list("pk", flat=True))
    return [pk for pk in wanted if pk in found]


def start(task_ids: Sequence[int], *, source: str, back: str, name: str = "", by: User) -> Run:
    """Keep a run of those that can be reviewed. Raises NotAllowed, and NotAcceptable when none can or too many are
    named.
    """
    permissions.check(by, Permission.DECIDE)
    if len(task_ids) > MOST_TASKS:
        raise NotAcceptable("/tasks", gettext("A run has at most {n} cases. Narrow the list.").format(n=MOST_TASKS))
    tasks = reviewable(task_ids, by=by)
    if not tasks:
        raise NotAcceptable("/tasks", gettext("None of these cases can be reviewed by you now."))
    with transaction.atomic():
        kept = {
            "source": source,
            "back": back[:LONGEST_PATH],
            "name": name[:LONGEST_NAME],
            "listed": len(set(task_ids)),
        }
        run = Run.objects.create(owner=by, tasks=tasks, **kept)
        newest = Run.objects.filter(owner=by).order_by("-created_at", "-pk").values_list("pk", flat=True)[:MOST_RUNS]
        Run.objects.filter(owner=by).exclude(pk__in=list(newest)).delete()
    return run


def read(run_id: UUID, *, by: User) -> Run:
    """Raises Run.DoesNotExist, also for another person's."""
    return Run.objects.select_related("owner").get(pk=run_id, owner=by)


def stops(run: Run) -> list[Stop]:
    """Its tasks in order, as they are now. Four queries."""
    found = ReviewTask.objects.select_related("owner", "leased_by", "queue", "case__picture_fetch").defer("priority")
    tasks = found.annotate(now=Now()).in_bulk(run.tasks)
    known = _Known(
        owner=run.owner_id,
        openable=set(workable(run.owner).filter(pk__in=run.tasks).values_list("pk", flat=True)),
        skipped=set(run.owner.skips.filter(task__in=run.tasks, at__gt=run.created_at).values_list("task", flat=True)),
        decided={one.task_id: one for one in _standing(run.tasks)},
    )
    return [known.stop(tasks[pk]) if pk in tasks else Stop(pk, 0, "gone") for pk in run.tasks]


@dataclass(frozen=True, slots=True)
class _Known:
    owner: int
    openable: set[int]
    skipped: set[int]
    decided: dict[int, Decision]

    def stop(self, task: ReviewTask) -> Stop:
        outcome, by, verdict, is_own = self._became(task)
        fetch = getattr(task.case, "picture_fetch", None)
        has_picture = fetch is not None and fetch.state == PictureFetch.State.READY
        return Stop(task.pk, task.case_id, outcome, by, verdict, has_picture, task.queue.blur, is_own)

    def _became(self, task: ReviewTask) -> tuple[str, str, str, bool]:
        if decision := self.decided.get(task.pk):
            return "decided", str(decision.by), decision.verdict, decision.by_id == self.owner
        if task.pk in self.skipped:
            return "skipped", "", "", True
        if task.pk in self.openable:
            with_another = task.is_leased(at=task.now) and task.leased_by_id != self.owner  # type: ignore[attr-defined] # annotated
            return ("leased", str(task.leased_by), "", False) if with_another else ("", "", "", False)
        if task.closed_at is not None:
            return "gone", "", "", False
        is_own = task.owner_id in (None, self.owner)
        return ("deferred", "", "", True) if is_own else ("assigned", str(task.owner), "", False)


def _standing(task_ids: Sequence[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(task__in=task_ids, undone_at=None).select_related("by")


def workable(user: User) -> QuerySet[ReviewTask]:
    """The open tasks that this person may lease, those with others included."""
    states = [state for state, roles in TAKERS.items() if user.role in roles and user.is_active]
    theirs = Q(owner=None) | Q(owner=user) | reduce(or_, (_left(state) for state in TAKERS))
    mine = queues_of(user).order_by().values("pk")
    return ReviewTask.objects.filter(theirs, state__in=states, queue__in=mine, closed_at=None)


def _left(state: str) -> Q:
    """Assigned to a person who cannot take it any more."""
    takes = Membership.objects.filter(
        queue=OuterRef("queue"),
        user=OuterRef("owner"),
        practises=False,
        user__is_active=True,
        user__role__in=TAKERS[state],
    )
    return Q(state=state) & ~Q(Exists(takes))
