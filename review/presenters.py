"""What the stage shows of a task, as the interface promises it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import App
from moderation import labels, subjects
from moderation.contract import json_text
from moderation.contract.parse import read_result, root
from moderation.contract.placement import Placed, place
from moderation.contract.values import Box, Label, RecognisedText, Result
from moderation.models import MachineResult, PictureFetch
from moderation.policy import Subject, Taxonomy
from review.models import Reason, ReviewTask


@dataclass(frozen=True, slots=True)
class _Around:
    """What several tasks share, read once for all of them."""

    machine: dict[tuple[int, int], MachineResult]
    reasons: dict[int, list[Reason]]
    subjects: dict[subjects.Key, Subject]
    taxonomy: Taxonomy


def tasks(found: Sequence[ReviewTask]) -> list[dict[str, Any]]:
    """The `Task` objects of the interface, in the order given."""
    if not found:
        return []
    around = _around(found)
    return [_task(task, around) for task in found]


def _around(found: Sequence[ReviewTask]) -> _Around:
    machine = MachineResult.objects.filter(case__in={task.case_id for task in found})
    reasons: dict[int, list[Reason]] = {}
    for reason in Reason.objects.filter(queue__in={task.queue_id for task in found}):
        reasons.setdefault(reason.queue_id, []).append(reason)
    return _Around(
        {(result.case_id, result.revision): result for result in machine},
        reasons,
        subjects.records_of([subjects.key_of(task.case) for task in found]),
        labels.in_force(),
    )


def _task(task: ReviewTask, around: _Around) -> dict[str, Any]:
    case = task.case
    machine = around.machine[case.pk, task.machine_revision]
    raw = json_text.loads(machine.raw.encode())
    result = read_result(root(raw))  # what was accepted once is shown, whatever a newer contract thinks of it
    return {
        "taskId": task.pk,
        "holdToken": str(task.hold_token),
        "heldUntil": _iso(task.held_until),
        "queue": task.queue.slug,
        "requestId": case.request_id,
        "caseId": str(case.pk),
        "appId": case.app.app_id,
        "eventId": case.event_id,
        "dataId": case.data_id,
        "enteredAt": _iso(task.entered_at),
        "dueAt": _iso(task.due_at),
        "rankAt": _iso(task.rank_at),
        "priority": task.priority,
        "why": task.why,
        "image": _image(case.picture_fetch),
        "result": raw,
        "labels": [_label(label, around.taxonomy) for label in result.labels],
        "evidence": [_box(placed) for placed in _placed(result, case.picture_fetch, case.app)],
        "text": _text(result.evidence.text, machine.listed),
        "subject": _subject(case.token_id, around.subjects.get(subjects.key_of(case), Subject()), result),
        "reasons": [_reason(reason) for reason in around.reasons.get(task.queue_id, ())],
        "guideline": task.queue.guideline,
    }


def _image(fetch: PictureFetch) -> dict[str, Any]:
    picture = fetch.picture
    if picture is None:
        facts: dict[str, Any] = {"url": None, "previewUrl": None, "width": None, "height": None, "frames": None}
        return facts | {"state": fetch.state} | ({"why": fetch.why} if fetch.why else {})
    return {
        "url": reverse("review:picture", args=[fetch.pk, "web"]),
        "previewUrl": reverse("review:picture", args=[fetch.pk, "preview"]),
        "width": picture.width,
        "height": picture.height,
        "frames": picture.frames,
        "state": fetch.state,
    }


def _placed(result: Result, fetch: PictureFetch, app: App) -> Sequence[Placed]:
    picture, boxes = fetch.picture, result.evidence.boxes
    if picture is None:
        return [Placed(box, box.location, clamped=False) for box in boxes]
    turned: Literal["upright", "stored"] = "stored" if app.locations_count_in == App.Turned.STORED else "upright"
    width, height = picture.width, picture.height
    return place(boxes, width=width, height=height, orientation=picture.orientation, declared=turned)


def _box(placed: Placed) -> dict[str, Any]:
    box: Box = placed.box
    facts: dict[str, Any] = {
        "id": box.id,
        "kind": box.kind,
        "name": box.name,
        "probability": box.probability,
        "location": list(placed.location) if placed.location else None,
    }
    clamped = {"clamped": True} if placed.clamped else {}
    return facts | clamped | ({"qrContent": box.qr_content} if box.qr_content else {})


def _label(label: Label, taxonomy: Taxonomy) -> dict[str, Any]:
    path = label.path
    return {
        "riskLabel1": path.risk_label1,
        "riskLabel2": path.risk_label2,
        "riskLabel3": path.risk_label3,
        "name": taxonomy.name(path, language=get_language() or "en"),
        "riskLevel": label.risk_level,
        "probability": label.probability,
        "evidence": list(label.evidence),
    }


def _text(text: RecognisedText, listed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`listed` are the words of our own lists; they stand among the machine's, in order."""
    spans = [
        {"start": span.start, "end": span.end, "kind": span.kind, "word": span.word, **_list(span.list_name)}
        for span in text.spans
    ]
    ours = [{**found, "kind": "list"} for found in listed]
    spans += [span for at, span in enumerate(ours) if span not in spans and span not in ours[:at]]
    return {
        "text": text.text,
        "spans": sorted(spans, key=lambda span: (span["start"], span["end"])),
        "unresolved": [{"kind": word.kind, "word": word.word, **_list(word.list_name)} for word in text.unresolved],
    }


def _list(name: str) -> dict[str, str]:
    return {"list": name} if name else {}


def _subject(token_id: str, record: Subject, result: Result) -> dict[str, Any]:
    return {
        "tokenId": token_id,
        "decided": record.decided,
        "rejected": record.rejected,
        "lastRejectedAt": _iso(record.last_rejected_at),
        "risks": [
            {"group": risk.group, "name": risk.name, "lastSeenMs": risk.last_seen_ms} for risk in result.subject_risks
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "key": reason.key,
        "name": reason.name,
        "riskLabel1": reason.risk_label1,
        "riskLabel2": reason.risk_label2,
        "riskLabel3": reason.risk_label3,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
