"""What the stage shows of a task, as JSON of the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.urls import reverse
from django.utils.http import urlencode

from accounts.database.statements import Statement
from accounts.times import iso
from moderation import cache_versions, labels, subjects
from moderation.contract import result_body
from moderation.contract.parse import read_stored_request
from moderation.contract.values import Label, LabelPath, Result
from moderation.models import Case, MachineResult
from moderation.policy import Subject, Taxonomy
from review.models import Reason, ReviewTask
from review.presentation import evidence, own_labels
from review.presentation.highlights import pieces
from review.presentation.image_json import image_of, thumbnail_of
from review.presentation.label_names import last_level_name, level_names
from review.presentation.located import located_in
from review.presentation.messages import describe
from review.presentation.origins import as_json as origin_json
from review.presentation.route_json import route_json, rule_of
from review.presentation.short_result import shown_body
from review.presentation.strings import account_risks
from review.presentation.task_schema import (
    Came,
    EarlierDecision,
    GuidelineJson,
    NoteJson,
    QueueBlur,
    ReasonJson,
    RejectedFor,
    ReviewTaskJson,
    Said,
    StreamJson,
    SubjectRecord,
    WaitingJson,
)
from review.queues import guideline_markdown
from review.queues.guideline_markdown import Guideline
from review.workflow import machine_results, origins, related_cases
from review.workflow.origins import Origin
from review.workflow.related_cases import Earlier, Waiting


@dataclass(frozen=True, slots=True)
class _Around:
    """Data that several tasks share, read once for all of them."""

    machine: dict[tuple[int, int], MachineResult]
    reasons: dict[int, list[Reason]]
    subjects: dict[subjects.Key, Subject]
    taxonomy: Taxonomy
    grouped: dict[int, list[int | None]]
    waiting: dict[int, Waiting]
    seen_before: dict[int, list[Earlier]]
    origins: dict[int, Origin]


def tasks(found: Sequence[ReviewTask]) -> list[ReviewTaskJson]:
    """The `Task` objects of the API, in the order given. They are sent to their lease holder, so related cases are
    limited to those that person may see.
    """
    if not found:
        return []
    with cache_versions.read_together():
        around = _around(found)
        return [_task(task, around) for task in found]


def thumbs(found: Sequence[ReviewTask]) -> list[dict[str, Any]]:
    """Other cases of a subject, as thumbnails: enough to choose the blur, and to identify them."""
    machine, taxonomy = machine_results.of_cases([task.case_id for task in found]), labels.in_force()
    grouped = _grouped([task.pk for task in found])
    shown = []
    for task in found:
        result = machine[task.case_id, task.machine_revision].result
        shown.append(
            {
                "taskId": task.pk,
                "requestId": str(task.case),
                "machineRevision": task.machine_revision,
                "decides": 1 + len(grouped.get(task.pk, ())),
                "image": image_of(task.case.picture_fetch) | thumbnail_of(task.case_id),
                "labels": [evidence.label_of(label, taxonomy) for label in evidence.shown_labels(result)],
                "result": {"riskLabel1": result.path.risk_label1},
                **_queue_blur(task),
            }
        )
    return shown


def said_by_machine(case: Case, machine: MachineResult) -> dict[str, Any]:
    """One machine result as the case page shows it: labels rated and named, evidence, recognised text in pieces."""
    result = machine.result
    with cache_versions.read_together():
        taxonomy = labels.in_force()
        said = _said(case, machine, taxonomy)
    return {
        **said,
        "labels": sorted(said["labels"], key=lambda label: -(label["probability"] or 0)),
        "pieces": pieces(said["text"]["text"], evidence.spans_of(result.evidence, machine.listed)),
        "subject": _subject(case, subjects.record_of(subjects.key_of(case)), result, taxonomy),
        "description": result.risk_description,
        "notes": result.evidence.notes,
    }


def guideline(written: Guideline, result: Result, *, url: str) -> GuidelineJson | None:
    """The URL of a guideline, and its heading for this result's labels; None where no guideline is written."""
    if not written.version:
        return None
    surest = sorted(result.labels, key=_strongest_first)
    section = written.section_for([result.path, *(label.path for label in surest)])
    title, anchor = (section.title, section.anchor) if section else ("", "")
    return {"version": written.version, "url": url, "title": title, "anchor": anchor}


def _strongest_first(label: Label) -> float:
    return -(label.probability or 0)


_REASONS = Statement(
    "SELECT {reason} FROM review_reason reason WHERE reason.queue_id IN ({queues}) ORDER BY reason.key",
    reason=Reason,
)
_GROUPED = Statement(
    """
    SELECT grouped_with_id, frame_time_ms
      FROM review_reviewtask
     WHERE grouped_with_id IN ({leaders}) AND state = 'grouped'
     ORDER BY id
    """
)


def _around(found: Sequence[ReviewTask]) -> _Around:
    holder = found[0].leased_by
    reasons: dict[int, list[Reason]] = {}
    for (reason,) in _REASONS.rows(queues=[*{task.queue_id for task in found}]):
        reasons.setdefault(reason.queue_id, []).append(reason)
    return _Around(
        machine_results.of_cases([task.case_id for task in found]),
        reasons,
        subjects.records_of([subjects.key_of(task.case) for task in found]),
        labels.in_force(),
        _grouped([task.pk for task in found]),
        related_cases.waiting(found, user=holder) if holder else {},
        related_cases.seen_before(found, user=holder) if holder else {},
        origins.of(found),
    )


def _queue_blur(task: ReviewTask) -> QueueBlur:
    """Only where the queue says how its pictures are blurred for people without a filter of their own."""
    return {} if task.queue.blur is None else {"queueBlur": task.queue.blur}


def _grouped(leaders: Sequence[int]) -> dict[int, list[int | None]]:
    """The frame times of the tasks that are decided with each of these; None for one that is no frame."""
    grouped: dict[int, list[int | None]] = {}
    for leader, frame_time_ms in _GROUPED.rows(leaders=leaders):
        grouped.setdefault(leader, []).append(frame_time_ms)
    return grouped


def _task(task: ReviewTask, around: _Around) -> ReviewTaskJson:
    case, grouped = task.case, around.grouped.get(task.pk, [])
    machine = around.machine[case.pk, task.machine_revision]
    result = machine.result
    return {
        "taskId": task.pk,
        "leaseToken": str(task.lease_token),
        "leasedUntil": iso(task.leased_until) or "",
        "queue": task.queue.slug,
        "queueName": str(task.queue),
        "requestId": str(case),
        "caseId": str(case.pk),
        "appId": case.app.app_id,
        "eventId": case.event_id,
        "dataId": case.data_id,
        "enteredAt": iso(task.entered_at),
        "dueAt": iso(task.due_at),
        "rankAt": iso(task.rank_at),
        "priority": [term | {"why": describe(term["why"], around.taxonomy)} for term in task.priority],
        "why": describe(task.why, around.taxonomy),
        "decides": 1 + len(grouped),
        "stream": _stream(task, grouped),
        "note": _note(task),
        **_origin(task, around),
        **_queue_blur(task),
        "rule": rule_of(machine.route),
        "route": route_json(machine.route, around.taxonomy),
        "machineRevision": task.machine_revision,
        "image": image_of(case.picture_fetch),
        "result": result_body.machine_result(shown_body(machine)),
        **_said(case, machine, around.taxonomy),
        "subject": {
            **_subject(case, around.subjects.get(subjects.key_of(case), Subject()), result, around.taxonomy),
            **_waiting(around.waiting.get(task.pk, Waiting())),
        },
        "seenBefore": [_earlier(one) for one in around.seen_before.get(task.pk, ())],
        "reasons": [_reason(reason, around.taxonomy) for reason in around.reasons.get(task.queue_id, ())],
        "guideline": guideline(
            guideline_markdown.read(task.queue.guideline),
            result,
            url=reverse("review:guideline", args=[task.queue.slug]),
        ),
    }


def _said(case: Case, machine: MachineResult, taxonomy: Taxonomy) -> Said:
    result = machine.result
    located = located_in(result.evidence, machine.listed, machine.located)
    placed = evidence.placed_on(case.picture_fetch, result, case.app, machine.listed, located)
    said = evidence.in_words(result, placed, machine.listed, taxonomy, read_stored_request(case.request), located)
    said["facts"] += own_labels.answer_to(case, machine)
    return said


def _stream(task: ReviewTask, grouped: Sequence[int | None]) -> StreamJson | None:
    if not task.stream_id:
        return None
    times = sorted(time for time in (task.frame_time_ms, *grouped) if time is not None)
    return {"streamId": task.stream_id, "frameTimes": times}


def _note(task: ReviewTask) -> NoteJson | None:
    """The note that an earlier person left for the task's next reviewer."""
    return {"text": task.note, "by": str(task.noted_by or ""), "at": iso(task.noted_at)} if task.note else None


def _origin(task: ReviewTask, around: _Around) -> Came:
    origin = around.origins.get(task.pk)
    if origin is None:
        return {}
    return {"origin": origin_json(origin, around.reasons.get(task.queue_id, ()), around.taxonomy)}


def _subject(case: Case, record: Subject, result: Result, taxonomy: Taxonomy) -> SubjectRecord:
    """The user who posted the picture, with a link to the search for their cases."""
    app = {"appId": case.app.app_id} if case.is_token_separate else {}
    return {
        "tokenId": case.token_id,
        "url": f"{reverse('review:cases')}?{urlencode({'tokenId': case.token_id} | app)}" if case.token_id else None,
        "decided": record.decided,
        "rejected": record.rejected,
        "rejectedFor": [_category(label, n, taxonomy) for label, n in record.rejected_for],
        "lastRejectedAt": iso(record.last_rejected_at),
        "risks": [
            {
                "group": risk.group,
                "name": risk.name,
                "said": account_risks.said(risk.name),
                "lastSeenMs": risk.last_seen_ms,
            }
            for risk in result.subject_risks
        ],
    }


def _category(risk_label1: str, n: int, taxonomy: Taxonomy) -> RejectedFor:
    path = LabelPath(risk_label1)
    return {"riskLabel1": risk_label1, "name": last_level_name(path, taxonomy), "n": n}


def _waiting(other: Waiting) -> WaitingJson:
    return {"waiting": other.in_all, "waitingHere": other.here}


def _earlier(one: Earlier) -> EarlierDecision:
    url = reverse("review:case", args=[one.case_id])
    return {
        "caseId": str(one.case_id),
        "url": url,
        "verdict": cast(Literal["PASS", "REJECT"], one.verdict),
        "by": one.by,
        "at": iso(one.at),
    }


def _reason(reason: Reason, taxonomy: Taxonomy) -> ReasonJson:
    path = LabelPath(reason.risk_label1, reason.risk_label2, reason.risk_label3)
    return {
        "code": reason.code,
        "key": reason.key,
        "name": str(reason),
        "levels": level_names(path, taxonomy),
        "riskLabel1": reason.risk_label1,
        "riskLabel2": reason.risk_label2,
        "riskLabel3": reason.risk_label3,
    }
