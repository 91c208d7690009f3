"""Queue the cases that `moderation` hands over; only this module and `reopen` create a ReviewTask."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from datetime import datetime
from typing import Any

from accounts.database import write_batch
from accounts.database.write_batch import WriteBatch
from moderation import cache_versions
from moderation.intake.handover import Handed, TakenIn
from moderation.messages import Message
from moderation.models import Case
from moderation.policy import Outcome
from review.models import Lease, Queue, ReviewTask
from review.workflow import grouping, leases, ranking, snoozed
from review.workflow.transitions import after

_KEEP_QUEUES = """
INSERT INTO review_decidedcase (case_id, queue_id)
SELECT sent.case_id, sent.queue_id FROM json_to_recordset(%s::json) AS sent (case_id bigint, queue_id bigint)
ON CONFLICT (case_id) DO UPDATE SET queue_id = excluded.queue_id
"""

DEFAULT = {"name": "Default", "is_default": True}


def take_in(handed: Sequence[Handed], *, at: datetime, batch: WriteBatch) -> list[TakenIn | None]:
    """Queue cases, or re-route the tasks they already wait as; a task that changes queues loses its lease.
    Runs in the transaction of the intake, with the rows of the cases locked.
    """
    known = [one for one in handed if not one.is_new]
    queues = {slug: queue_for(slug) for slug in {one.route.queue for one in handed if _waits(one)}}
    grouping.wait_for_others([key for one in known if (key := _stream_key(one, queues))])
    open_tasks = _open_tasks([one.case for one in known])
    tasks: dict[int, ReviewTask | None] = {}
    weighs = any(queue.boosts for queue in queues.values())
    with cache_versions.read_together() if weighs else nullcontext():
        for one in _grouped_first(handed, open_tasks):
            tasks[one.case.pk] = _routed(one, open_tasks.get(one.case.pk), queues, at=at)
    told = [(tasks[one.case.pk], one) for one in handed]
    _join_streams([(task, one) for task, one in told if task and task.pk and not task.stream_id])
    _create([(task, one) for task, one in told if task and not task.pk], batch=batch)
    _keep_queues([one for one in handed if one.route.outcome == Outcome.DECIDED], batch=batch)
    return [TakenIn(task.queue.slug, task.due_at) if task else None for task, _ in told]


def queue_for(slug: str) -> Queue:
    """The named queue, or the one that a closed one was closed into; the default one when there is none of that name,
    created if it is missing.
    """
    queues = _QUEUES.current()
    found = queues.get(slug)
    if found is not None and found.closed_into_id is not None:
        found = _successor(found, queues)
    return found or next((one for one in queues.values() if one.is_default), None) or _made_default()


def _successor(closed: Queue, queues: Mapping[str, Queue]) -> Queue | None:
    """The open queue that takes over from a closed one: it may have been closed into another itself."""
    by_id = {queue.pk: queue for queue in queues.values()}
    found: Queue | None = closed
    while found is not None and found.closed_into_id is not None:
        found = by_id.pop(found.closed_into_id, None)
    return found


def _build() -> dict[str, Queue]:
    return {queue.slug: queue for queue in Queue.objects.all()}


_QUEUES = cache_versions.CachedValue("queues", _build)
forget = _QUEUES.forget


def _keep_queues(decided: Sequence[Handed], *, batch: WriteBatch) -> None:
    """Keep where cases that policy decided alone would have waited, so that leads of that queue see them."""
    if not decided:
        return
    with cache_versions.read_together():
        queues = {slug: queue_for(slug).pk for slug in {one.would_wait_in for one in decided}}
    rows = [{"case_id": one.case.pk, "queue_id": queues[one.would_wait_in]} for one in decided]
    batch.execute(_KEEP_QUEUES, json.dumps(rows))


def _waits(handed: Handed) -> bool:
    return handed.route.outcome == Outcome.QUEUED


def _stream_key(handed: Handed, queues: Mapping[str, Queue]) -> grouping.StreamKey | None:
    stream = handed.request.stream if handed.request else None
    if stream is None or not stream.similar_dedup or not _waits(handed):
        return None
    category = handed.top_label.partition("/")[0]
    return queues[handed.route.queue].pk, handed.case.app_id, stream.stream_id, category


def _open_tasks(cases: Sequence[Case]) -> dict[int, ReviewTask]:
    if not cases:
        return {}
    tasks = ReviewTask.objects.filter(case__in=cases, closed_at=None).order_by("pk").select_related("grouped_with")
    return {task.case_id: task for task in tasks.select_for_update(no_key=True, of=["self"])}


def _grouped_first(handed: Sequence[Handed], open_tasks: Mapping[int, ReviewTask]) -> list[Handed]:
    """When a task leaves its group, the others are regrouped in the database; so they must have been saved before."""
    grouped = {pk for pk, task in open_tasks.items() if task.state == ReviewTask.State.GROUPED}
    return sorted(handed, key=lambda one: one.case.pk not in grouped)


def _routed(handed: Handed, task: ReviewTask | None, queues: Mapping[str, Queue], *, at: datetime) -> ReviewTask | None:
    if not _waits(handed):
        if task:
            _close(task, at=at, why=handed.route.why)
        return None
    if task is None:
        task = ReviewTask(case=handed.case, round=_next_round(handed), entered_at=at)
        _place(task, queues[handed.route.queue], handed)
    else:
        before = copy(task)
        _place(task, queues[handed.route.queue], handed)
        _move(task, before)
    return task


def _next_round(handed: Handed) -> int:
    return ReviewTask.objects.filter(case=handed.case).count() + 1 if not handed.is_new else 1


def _join_streams(routed: Sequence[tuple[ReviewTask, Handed]]) -> None:
    """The frames of which the stream was told after they were queued."""
    frames = [(task, one.request.stream) for task, one in routed if one.request and one.request.stream]
    late = [(task, stream) for task, stream in frames if stream.stream_id]
    for task, stream in late:
        task.stream_id, task.frame_time_ms = stream.stream_id, stream.frame_time_ms
        task.save(update_fields=["stream_id", "frame_time_ms"])
    grouping.group_late_frames([(task, stream) for task, stream in late if stream.similar_dedup])


def _create(entered: Sequence[tuple[ReviewTask, Handed]], *, batch: WriteBatch) -> None:
    """Group leaders are inserted first, because the others refer to their ids."""
    frames = [(task, one.request.stream) for task, one in entered if one.request and one.request.stream]
    for task, stream in frames:
        task.stream_id, task.frame_time_ms = stream.stream_id, stream.frame_time_ms
    grouping.group_frames([(task, stream) for task, stream in frames if stream.similar_dedup])
    tasks = [task for task, _ in entered]
    leaders = {task.grouped_with.case_id: task.grouped_with for task in tasks if task.grouped_with}
    unsaved = [_row(leader) for leader in leaders.values() if not leader.pk]
    for case_id, pk in write_batch.insert(ReviewTask, unsaved, returning="case_id, id"):
        leaders[case_id].pk = pk
    batch.insert(ReviewTask, [_row(task) for task in tasks if not task.pk])


def _row(task: ReviewTask) -> dict[str, Any]:
    names = ("case_id", "round", "queue_id", "entered_at", "due_at", "rank_at", "priority", "why", "machine_revision")
    grouped = {"grouped_with_id": task.grouped_with.pk if task.grouped_with else None, "state": str(task.state)}
    label = {"top_label": task.top_label, "severity": task.severity}
    stream = {"stream_id": task.stream_id, "frame_time_ms": task.frame_time_ms}
    return {name: getattr(task, name) for name in names} | grouped | label | stream | {"note": ""}


def _made_default() -> Queue:
    return Queue.objects.get_or_create(slug="default", defaults=DEFAULT)[0]


def _place(task: ReviewTask, queue: Queue, handed: Handed) -> None:
    route = handed.route
    task.queue = queue
    task.why = route.why
    task.machine_revision = handed.revision
    task.top_label, task.severity = handed.top_label, handed.severity
    ranking.place(task, ranking.terms_of(queue, route, handed.facts))


def _move(task: ReviewTask, before: ReviewTask) -> None:
    """Save a task that already existed. Its lease stays while the queue stays; tasks grouped with it, or it with
    another, are ungrouped when they do not belong together any more. A snooze ends: the machine has news.
    """
    if task.state == ReviewTask.State.SNOOZED:
        snoozed.put_back(task)
    task.state = after("reroute", task.state)
    if task.queue_id != before.queue_id:
        leases.end(task, outcome=Lease.Outcome.CLOSED)
    if not grouping.belongs(task, before):
        if task.state == ReviewTask.State.GROUPED:
            grouping.ungroup(task)
        grouping.pass_on(task)
    task.save()


def _close(task: ReviewTask, *, at: datetime, why: Message) -> None:
    leases.end(task, outcome=Lease.Outcome.CLOSED)
    grouping.pass_on(task)
    task.state = after("close", task.state)
    task.closed_at, task.why = at, why
    task.save()
