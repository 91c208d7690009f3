"""One decision for several cases: frames of one stream, and copies of one picture, are grouped with a shown task.

Grouping a task locks the leader's row, so a decision knows exactly which tasks it decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.database.cursors import prepared_cursor
from accounts.database.statements import Statement
from moderation.contract.values import StreamInfo
from moderation.models import Case, PictureFetch
from moderation.results import Judged
from review.models import Lease, ReviewTask
from review.models.review_task import IS_LEASED
from review.workflow import leases, machine_results
from review.workflow.transitions import after

StreamKey = tuple[int, int, str, str]
"""Queue, app, stream, category: frames that share all four can be grouped."""


def category_of(task: ReviewTask) -> str:
    """The level-1 risk category, which is what a stream's `riskNum` counts."""
    return task.top_label.partition("/")[0]


def belongs(task: ReviewTask, leader: ReviewTask) -> bool:
    """Whether one decision may still answer both: same queue, same risk category."""
    return (task.queue_id, category_of(task)) == (leader.queue_id, category_of(leader))


def group_frames(sent: Sequence[tuple[ReviewTask, StreamInfo]]) -> None:
    """Group new frames, in the order sent, where their window already shows `riskNum` tasks of their category.

    Sets `state` and `grouped_with` on tasks that are still to be saved. A frame whose window's tasks are all decided
    is shown, because it was not there when the others were judged.
    """
    if not sent:
        return
    lines = sorted({_line(task) for task, _ in sent})
    wait_for_others(lines)
    shown = _Shown.of(lines, sent)
    for task, stream in sent:
        leaders = shown.near(task, stream.time_window_seconds * 1000)
        if len(leaders) < stream.risk_num:
            shown.add(task)
        else:
            group(task, leaders[-1])


def group_late_frames(sent: Sequence[tuple[ReviewTask, StreamInfo]]) -> None:
    """As `group_frames`, for tasks that are queued already. One that is leased, assigned or not waiting stays shown."""
    if not sent:
        return
    lines = sorted({_line(task) for task, _ in sent})
    wait_for_others(lines)
    shown = _Shown.of(lines, sent, without=[task.pk for task, _ in sent])
    for task, stream in sent:
        leaders = shown.near(task, stream.time_window_seconds * 1000)
        is_free = task.state == ReviewTask.State.WAITING and task.owner_id is None
        if len(leaders) < stream.risk_num or not is_free or not _join(task, leaders[-1]):
            shown.add(task)


def group(task: ReviewTask, leader: ReviewTask) -> None:
    task.state, task.grouped_with = after("group", task.state), leader


def ungroup(task: ReviewTask) -> None:
    task.state, task.grouped_with = after("ungroup", task.state), None


_GROUPED_CASES = Statement(
    "SELECT case_id FROM review_reviewtask WHERE grouped_with_id = %(leader)s AND state = 'grouped'"
)


def grouped_with(leader: ReviewTask) -> list[ReviewTask]:
    """The open tasks that a decision on this one answers too; the rows of their cases are locked.

    Call it with the leader's row locked. A task that joined later and whose case another transaction has locked is
    ungrouped, to be decided by itself.
    """
    cases = [case for (case,) in _GROUPED_CASES.rows(leader=leader.pk)]
    if not cases:
        return []
    grouped = leader.grouped.filter(state=ReviewTask.State.GROUPED)
    free = Case.objects.filter(pk__in=cases).order_by("pk").select_for_update(no_key=True, skip_locked=True)
    mine = list(free.values_list("pk", flat=True))
    if len(mine) < len(cases):
        grouped.exclude(case__in=mine).update(state=after("ungroup", "grouped"), grouped_with=None)
    return list(grouped.filter(case__in=mine).select_related("case__app").order_by("case"))


def judged(tasks: Iterable[ReviewTask]) -> list[Judged]:
    """Each case with the machine result its task stands for."""
    wanted = {(task.case_id, task.machine_revision): task.case for task in tasks}
    found = machine_results.of_cases([case for case, _ in wanted])
    return [Judged(case, found[key]) for key, case in wanted.items()]


def pass_on(leader: ReviewTask) -> None:
    """The shown task no longer leads its group: the first of the others becomes the leader."""
    tasks = grouped_with(leader)
    if tasks:
        heir, others = tasks[0], tasks[1:]
        ungroup(heir)
        heir.save(update_fields=["state", "grouped_with"])
        ReviewTask.objects.filter(pk__in=[task.pk for task in others]).update(grouped_with=heir)


def gather(case_id: int) -> None:
    """The picture of a case is ready: group its task with another of the queue that shows the same picture under the
    same label. Runs in the transaction that makes it ready; a task that is locked by another transaction is left alone,
    and so is one assigned to a named person, who alone is to decide it.
    """
    picture = PictureFetch.objects.get(pk=case_id).picture_id
    if picture is None:  # another worker recorded first that it cannot be shown
        return
    _wait_for([f"picture {picture}"])
    waiting = ReviewTask.objects.filter(state="waiting", owner=None).order_by("rank_at", "pk")
    unlocked = waiting.select_for_update(no_key=True, skip_locked=True, of=["self"])
    task = unlocked.filter(case=case_id).first()
    if task is None:
        return
    same = unlocked.filter(case__picture_fetch__picture=picture, queue=task.queue_id, top_label=task.top_label)
    others = same.exclude(pk=task.pk)
    if leased := others.filter(IS_LEASED).first():
        _join(task, leased)
    elif other := others.first():
        first, second = sorted([task, other], key=lambda one: (one.rank_at, one.pk))
        if not _join(second, first):
            _join(first, second)


def _join(task: ReviewTask, leader: ReviewTask) -> bool:
    """False when the task is leased; it then stays with that person."""
    if ReviewTask.objects.filter(IS_LEASED, pk=task.pk).exists():
        return False
    leases.end(task, outcome=Lease.Outcome.EXPIRED)
    group(task, leader)
    task.save()
    ReviewTask.objects.filter(grouped_with=task, state="grouped").update(grouped_with=leader)
    return True


@dataclass(slots=True)
class _Shown:
    """The open tasks of each stream key that are shown to people."""

    lines: dict[StreamKey, list[ReviewTask]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lines: Sequence[StreamKey],
        sent: Sequence[tuple[ReviewTask, StreamInfo]],
        *,
        without: Collection[int] = (),
    ) -> _Shown:
        times = [task.frame_time_ms or 0 for task, _ in sent]
        widest = max(stream.time_window_seconds for _, stream in sent) * 1000
        near = Q(frame_time_ms__gt=min(times) - widest, frame_time_ms__lt=max(times) + widest)
        streams: QuerySet[ReviewTask] = ReviewTask.objects.filter(
            near, stream_id__in={line[2] for line in lines}, closed_at=None, grouped_with=None
        )
        shown = cls()
        for task in (
            streams.exclude(pk__in=without)
            .select_related("case")
            .select_for_update(no_key=True, of=["self"])
            .order_by("pk")
        ):
            shown.add(task)
        return shown

    def add(self, task: ReviewTask) -> None:
        self.lines.setdefault(_line(task), []).append(task)

    def near(self, task: ReviewTask, window_ms: int) -> list[ReviewTask]:
        time = task.frame_time_ms or 0
        return [one for one in self.lines.get(_line(task), ()) if abs((one.frame_time_ms or 0) - time) < window_ms]


def _line(task: ReviewTask) -> StreamKey:
    return task.queue_id, task.case.app_id, task.stream_id, category_of(task)


def wait_for_others(lines: Collection[StreamKey]) -> None:
    """Serialise transactions that group frames of these streams. One that locks tasks calls it before it does."""
    if lines:
        _wait_for([f"stream {line}" for line in sorted(set(lines))])


def _wait_for(names: Sequence[str]) -> None:
    """Serialise transactions that group under the same name, until they end."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [sorted(names)]
        )
