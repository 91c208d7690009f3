"""Decide a subject's other waiting cases with the same verdict, for those shown as thumbnails beside the picture.

Each is a decision of its own, made by `decisions.decide` under its own lease in its own transaction, so that one
that cannot be decided leaves the others alone. Critical cases and cases that were not shown are never included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from moderation import labels, subjects
from moderation.models import Case, MachineResult, PictureFetch
from review.models import Decision, ReviewTask
from review.models.review_task import IS_LEASED
from review.permissions import check_works_in
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, WindowClosed
from review.workflow import decisions, leases
from review.workflow.related_cases import NEWEST_CASES
from review.workflow.verdicts import Judgement

MOST = 20
_LOOKED_AT = 100  # of a subject's waiting cases, to find MOST that may be decided with it


@dataclass(frozen=True, slots=True)
class Wanted:
    """One case to decide with it, and the machine result it was shown with. The client makes the decision's id."""

    task_id: int
    decision_id: UUID
    machine_revision: int


@dataclass(frozen=True, slots=True)
class Left:
    """One that was not decided. `why` is "not-theirs", "decided", "set-aside", "owned", "skipped", "leased",
    "paused" (the queue hands out nothing), "changed", "unseen", "critical" or "refused"; `by` names the person who has
    it, if any.
    """

    task_id: int
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    decisions: Sequence[Decision]
    left: Sequence[Left]


class _Stays(Exception):
    def __init__(self, why: str, by: object = "") -> None:
        self.why, self.by = why, str(by or "")


def offered(task_id: int, *, by: User) -> tuple[list[ReviewTask], int]:
    """The tasks that could be decided with this one, in the order of the queue and at most `MOST`; and how many more
    of the subject's cases wait in the queue. Leases nothing.

    Raises NotAllowed or ReviewTask.DoesNotExist.
    """
    task = ReviewTask.objects.select_related("case", "queue").get(pk=task_id)
    check_works_in(by, task.queue_id)
    waiting = _waiting_with(task)
    can_lease = ~IS_LEASED if task.queue.is_open else Q(pk__in=[])
    free = waiting.filter(Q(owner=None) | Q(owner=by), Q(leased_by=by) | can_lease)
    shown = free.filter(case__picture_fetch__state=PictureFetch.State.READY).exclude(skips__by=by)
    found = shown.select_related("case__picture_fetch__picture", "queue").order_by("rank_at", "pk")[:_LOOKED_AT]
    critical = _critical(found)
    decidable = [one for one in found if one.pk not in critical][:MOST]
    return decidable, waiting.count() - len(decidable)


def decide_these(decision_id: UUID, *, wanted: Sequence[Wanted], count: int, by: User) -> Taken:
    """Decide these as `decision_id` decided its own case: verdict, reason and note are that decision's. `count` is the
    number that the person typed and must equal the number of cases. Sent again, it is the same decisions.

    Raises NotAcceptable for more than `MOST`, for a wrong number, or when the decision does not stand; NotAllowed; or
    Decision.DoesNotExist, also for another person's decision.
    """
    _check_counted(wanted, count)
    like = Decision.objects.select_related("task").get(pk=decision_id, by=by)
    check_works_in(by, like.task.queue_id)
    if like.undone_at:
        raise NotAcceptable(
            "/decisionId", gettext("This decision was undone, so no other case can be decided with it.")
        )
    taken, left = [], []
    for one in wanted:
        try:
            taken.append(_take(one, like=decision_id, by=by))
        except _Stays as stays:
            left.append(Left(one.task_id, stays.why, stays.by))
    return Taken(taken, left)


def undo_these(decision_ids: Iterable[UUID], *, by: User) -> list[int]:
    """Undo those of these decisions whose results are not released. The tasks wait in the queue again, since they were
    never on the stage. Returns the tasks; raises WindowClosed when there are none.
    """
    undone = [task for one in decision_ids if (task := _undo(one, by)) is not None]
    if not undone:
        raise WindowClosed
    return undone


def _waiting_with(task: ReviewTask) -> QuerySet[ReviewTask]:
    """The subject's other cases that wait in the task's queue."""
    token_id = task.case.token_id
    newest = Case.objects.filter(token_id=token_id).exclude(token_id="").order_by("-pk").values("pk")
    waiting = ReviewTask.objects.filter(queue=task.queue_id, state=ReviewTask.State.WAITING, closed_at=None)
    return waiting.filter(_of_subject(task), case__in=newest[:NEWEST_CASES]).exclude(pk=task.pk)


def _of_subject(task: ReviewTask) -> Q:
    app, token_id = subjects.key_of(task.case)
    theirs = Q(case__token_id=token_id) & ~Q(case__token_id="")
    return theirs & Q(case__app=app) if app else theirs


def _check_counted(wanted: Sequence[Wanted], count: int) -> None:
    if len(wanted) > MOST:
        raise NotAcceptable("/tasks", gettext("At most {n} other cases can be decided together.").format(n=MOST))
    if count != len(wanted) or len({one.task_id for one in wanted}) != len(wanted):
        refused = gettext("The number does not match the cases that were sent. Type the number that is shown.")
        raise NotAcceptable("/count", refused)


@transaction.atomic
def _take(one: Wanted, *, like: UUID, by: User) -> Decision:
    try:
        task, now = leases.locked(one.task_id)
    except ReviewTask.DoesNotExist:
        raise _Stays("not-theirs") from None
    decided = _standing(like)
    _check_theirs(task, decided.task)
    if Decision.objects.filter(pk=one.decision_id).exists():  # sent again; decide() sees whether it is the same
        lease_key = leases.LeaseKey(task.pk, one.decision_id)
    else:
        _check_free(task, by=by, now=now)
        _check_shown(task, one)
        lease_key = _lease_key(task, by)
    judgement = Judgement(
        decided.verdict, reason=decided.reason, note=decided.note, machine_revision=one.machine_revision
    )
    try:
        return decisions.decide(
            decision_id=one.decision_id, lease_key=lease_key, judgement=judgement, by=by, along_with=decided.pk
        )
    except NotAcceptable:
        raise _Stays("refused") from None


def _standing(decision_id: UUID) -> Decision:
    """The decision that the others follow, locked: its own undo waits for this transaction."""
    decision = Decision.objects.select_for_update(no_key=True, of=["self"]).select_related("task__case")
    found = decision.filter(pk=decision_id, undone_at=None).first()
    if found is None:
        raise _Stays("refused")
    return found


def _check_theirs(task: ReviewTask, like: ReviewTask) -> None:
    same = ReviewTask.objects.filter(_of_subject(like), pk=task.pk, queue=like.queue_id).exclude(pk=like.pk)
    if not same.exists():
        raise _Stays("not-theirs")


def _check_free(task: ReviewTask, *, by: User, now: datetime) -> None:
    try:
        leases.check_open(task)
    except (AlreadyDecided, LeaseLost) as over:
        raise _Stays("decided", getattr(over, "by", "")) from None
    if task.state != ReviewTask.State.WAITING:
        raise _Stays("set-aside", task.owner)
    if task.owner_id not in (None, by.pk):
        raise _Stays("owned", task.owner)
    if task.is_leased(at=now) and task.leased_by_id != by.pk:
        raise _Stays("leased", task.leased_by)
    if task.skips.filter(by=by).exists():
        raise _Stays("skipped")


def _check_shown(task: ReviewTask, one: Wanted) -> None:
    """What the person confirmed is what was shown: this picture, under this machine result."""
    if task.machine_revision != one.machine_revision:
        raise _Stays("changed")
    if task.case.picture_fetch.state != PictureFetch.State.READY:
        raise _Stays("unseen")
    if task.pk in _critical([task]):
        raise _Stays("critical")


def _lease_key(task: ReviewTask, by: User) -> leases.LeaseKey:
    """The person's own lease if they have one, else a new one, taken under the lock."""
    if task.leased_by_id == by.pk and task.lease_token:
        return leases.LeaseKey(task.pk, task.lease_token)
    if not task.queue.is_open:
        raise _Stays("paused")
    return leases.take(task, by=by)


def _critical(tasks: Iterable[ReviewTask]) -> set[int]:
    """Those with a critical label, or with one on a task that would be decided with them."""
    leaders = {task.pk for task in tasks}
    together = ReviewTask.objects.filter(Q(pk__in=leaders) | Q(grouped_with__in=leaders, closed_at=None))
    cases = {(task.case_id, task.machine_revision): task for task in together}
    results = MachineResult.objects.filter(case__in={case for case, _ in cases})
    rated = [(cases.get((one.case_id, one.revision)), one) for one in results]
    return {task.grouped_with_id or task.pk for task, one in rated if task and labels.critical_label([one])}


def _undo(decision_id: UUID, by: User) -> int | None:
    """None when it is too late for this one. One already undone counts as undone, even if the task is leased again."""
    try:
        with transaction.atomic():
            decision = Decision.objects.get(pk=decision_id, by=by)
            leases.locked(decision.task_id)
            if Decision.objects.filter(pk=decision_id, undone_at=None).exists():
                task = decisions.undo(decision_id, by=by)
                leases.release([leases.LeaseKey(task.pk, task.lease_token)] if task.lease_token else [], by=by)
    except (WindowClosed, Decision.DoesNotExist):
        return None
    return decision.task_id
