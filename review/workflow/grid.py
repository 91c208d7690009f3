"""A page of a grid: lease it, decide it, undo it. Every tile has a lease and a decision of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import permissions
from accounts.database.statements import Statement, read_sql
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Permission
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import MachineResult
from moderation.policy.taxonomy import CRITICAL
from review.models import Decision, Queue, ReviewTask
from review.permissions import queues_of
from review.refusals import LeaseLost, Refused, WindowClosed
from review.workflow import decisions, grid_eligibility, grouping, leases, load_tasks
from review.workflow.grid_eligibility import MOST, GridPosition
from review.workflow.transitions import WrongState
from review.workflow.verdicts import Judgement

_FREE_TO_TAKE = leases.FREE_TO_TAKE.format(state=ReviewTask.State.WAITING)
_HEAD = Statement(read_sql(__file__, "grid_head", free_to_take=_FREE_TO_TAKE))
_PAGE = read_sql(__file__, "grid_page", free_to_take=_FREE_TO_TAKE)


@dataclass(frozen=True, slots=True)
class GridPage:
    """Leased tasks of one `label` (a `top_label`). Without tasks, `why` says why the head of the queue suits no grid:
    "critical" (`about` is the label that is), "no-label", "changed" (its label has changed), "not-offered",
    or "" when nothing waits.
    """

    label: str = ""
    tasks: list[ReviewTask] = field(default_factory=list)
    why: str = ""
    about: LabelPath | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """What a person said about one picture of a page."""

    decision_id: UUID
    lease_key: leases.LeaseKey
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`tasks` are leased again. `left` are not: their results are released, or a result that arrived since settled
    them.
    """

    tasks: list[ReviewTask]
    left: list[int]


def lease(*, queue: str, by: User, count: int = MOST, without: Collection[int] = ()) -> GridPage:
    """The next page of a queue: of the label that this person's own tiles have, else of that of the head of the queue.
    `without` are tasks that the person has already. Never waits for a lock.

    Raises NotAllowed, or Queue.DoesNotExist for one in which the person does not work.
    """
    found = _queue(queue, by)
    if not grid_eligibility.offers(found):
        return GridPage(why="not-offered")
    with transaction.atomic():
        own = _tiles(found).filter(leased_by=by).exclude(pk__in=without).order_by("rank_at", "pk").first()
        if not found.is_open and own is None:
            return GridPage(why="paused")
        if own is None or not grid_eligibility.is_suspicion(own.top_label):
            own, refused = _head(found, without, by)
            if own is None or refused:
                return refused or GridPage()
        return _page(found, own.top_label, without, min(count, MOST), by)


def decide(*, page_id: UUID, queue: str, label: str, judged: Sequence[Tile], by: User) -> list[Decision | Exception]:
    """For each tile, in their order: its Decision, or the exception that kept it from being decided (NotForGrid, any
    other Refused, WrongState, NotAllowed). The same page sent again has the same outcome.

    Raises NotAllowed, or Queue.DoesNotExist for one in which the person does not work.
    """
    slug = _queue(queue, by).slug
    return [_decide(one, GridPosition(page_id, slug, label, place), by) for place, one in enumerate(judged, start=1)]


def undo(page_id: UUID, *, by: User) -> TakenBack:
    """Undo those decisions of one's own page that can still be undone. Raises Decision.DoesNotExist for another's."""
    permissions.check(by, Permission.DECIDE)
    made = list(
        Decision.objects.filter(grid_page=page_id, by=by).order_by("seen__grid__tile").values_list("pk", "task")
    )
    if not made:
        raise Decision.DoesNotExist
    back, left = [], []
    for decision_id, task_id in made:
        try:
            task = decisions.undo(decision_id, by=by)
        except (WindowClosed, NotAllowed, WrongState):
            left.append(task_id)
        else:
            back.append(task) if task.leased_by_id == by.pk else left.append(task_id)
    return TakenBack(back, left)


def _queue(slug: str, by: User) -> Queue:
    permissions.check(by, Permission.DECIDE)
    return queues_of(by).get(slug=slug)


def _tiles(queue: Queue) -> QuerySet[ReviewTask]:
    return ReviewTask.objects.filter(queue=queue, state=ReviewTask.State.WAITING).exclude(severity=CRITICAL)


def _head(queue: Queue, without: Collection[int], by: User) -> tuple[ReviewTask | None, GridPage | None]:
    """The head of the queue, and why it cannot begin a page."""
    row = _HEAD.first(queue=queue.pk, without=list(without), **leases.parameters(by))
    if row is None:
        return None, None
    head = ReviewTask.objects.select_related("case").get(pk=row[0])
    if not grid_eligibility.is_suspicion(head.top_label):
        return head, GridPage(why="no-label")
    machines = _machines([head])[head.pk]
    critical = labels.critical_label(machines)
    if critical or head.severity == CRITICAL:
        return head, GridPage(why=CRITICAL, about=critical or machines[0].path)
    return head, None


def _page(queue: Queue, label: str, without: Collection[int], count: int, by: User) -> GridPage:
    kept = leases.keep(_tiles(queue).filter(top_label=label).exclude(pk__in=without), count, by=by)
    asked = {"queue": queue.pk, "label": label, "without": list(without), "count": count - len(kept)}
    taken = leases.take_found(_PAGE, asked, by=by) if queue.is_open and len(kept) < count else []
    leased = _let_go_of_others(load_tasks.still_leased([*kept, *taken], by=by), label, by)
    return GridPage(label, leased, why="" if leased else "changed")


def _let_go_of_others(leased: list[ReviewTask], label: str, by: User) -> list[ReviewTask]:
    """Labels may have been rated anew since these tasks were routed: what is critical now is released to the queue."""
    machines = _machines(leased)
    critical = {task.pk for task in leased if labels.critical_label(machines[task.pk])}
    others = critical | {task.pk for task in leased if grid_eligibility.label_of(machines[task.pk][0]) != label}
    leases.release(
        [leases.LeaseKey(one.pk, one.lease_token) for one in leased if one.pk in others and one.lease_token], by=by
    )
    ReviewTask.objects.filter(pk__in=critical).update(severity=CRITICAL)
    return [task for task in leased if task.pk not in others]


def _machines(leased: Sequence[ReviewTask]) -> dict[int, list[MachineResult]]:
    """By task: the machine results that a decision on it would be about, its own first."""
    grouped = ReviewTask.objects.filter(grouped_with__in=leased, state=ReviewTask.State.GROUPED).select_related("case")
    together = [*leased, *grouped.order_by("case")]
    by_task: dict[int, list[MachineResult]] = {}
    for task, judged in zip(together, grouping.judged(together), strict=True):
        by_task.setdefault(task.grouped_with_id or task.pk, []).append(judged.machine)
    return by_task


def _decide(tile: Tile, grid_position: GridPosition, by: User) -> Decision | Exception:
    try:
        return decisions.decide(
            decision_id=tile.decision_id,
            lease_key=tile.lease_key,
            judgement=tile.judgement,
            by=by,
            grid_position=grid_position,
        )
    except ReviewTask.DoesNotExist:
        return LeaseLost()
    except (Refused, WrongState, NotAllowed) as outcome:
        return outcome
