"""The practice pictures as sent to the stage: the same `Task` as a case's, with the lesson it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from accounts.times import iso
from moderation import labels
from moderation.contract.values import LabelPath
from review.models import PracticeSession
from review.practice import strings
from review.practice.lessons import FIRST_TASK, REASONS, Drawn, Lesson, drawn
from review.presentation import evidence, task_json
from review.presentation.label_names import level_names
from review.queues.guideline_markdown import Guideline

LEASED = timedelta(hours=12)  # no other person waits for it
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("caseId", "appId", "eventId", "dataId", "queue", "queueName", "why"), ""),
    **dict.fromkeys(("dueAt", "rankAt", "stream", "note", "rule")),
    "route": {"policy": 0, "chain": []},
    "priority": [],
    "decides": 1,
    "machineRevision": 1,
    "subject": {
        **{"tokenId": "", "url": None, "decided": 0, "rejected": 0, "rejectedFor": []},
        **{"lastRejectedAt": None, "risks": [], "waiting": 0, "waitingHere": 0},
    },
    "seenBefore": [],
}


def tasks(lessons: Sequence[Lesson], *, session: PracticeSession) -> list[dict[str, Any]]:
    guideline, reasons = strings.guideline(), _reasons()
    return [_task(lesson, session, guideline, reasons) for lesson in lessons]


def picture(lesson: str, rendition: str) -> str:
    """The address of a drawing; `rendition` is web, preview or blurred."""
    return static(f"img/practice/{lesson}.{rendition}.jpg")


def _task(
    lesson: Lesson, session: PracticeSession, guideline: Guideline, reasons: list[dict[str, Any]]
) -> dict[str, Any]:
    found = drawn()[lesson.name]
    return _NOTHING | {
        "taskId": lesson.task_id,
        "leaseToken": str(session.lease_token),
        "leasedUntil": iso(timezone.now() + LEASED),
        "requestId": f"practice-{lesson.task_id - FIRST_TASK}",
        "enteredAt": iso(session.begun_at),
        "image": _image(lesson.name, found),
        "result": found.raw,
        **evidence.in_words(found.result, found.placed, (), labels.in_force()),
        "reasons": reasons,
        "guideline": task_json.guideline(guideline, found.result, url=reverse("review:practice_guideline")),
        "lesson": {
            "right": [str(answer) for answer in lesson.right],
            "answer": strings.right_answer(lesson.right[0]),
            "why": strings.why(lesson.name),
        },
    }


def _image(lesson: str, found: Drawn) -> dict[str, Any]:
    urls = {"url": "web", "previewUrl": "preview", "blurredUrl": "blurred"}
    addresses = {name: picture(lesson, rendition) for name, rendition in urls.items()}
    return addresses | {"width": found.width, "height": found.height, "frames": 1, "state": "ready"}


def _reasons() -> list[dict[str, Any]]:
    names, taxonomy = strings.reasons(), labels.in_force()
    return [
        {
            **{"code": code, "key": key, "name": names[code], "levels": level_names(LabelPath(one, two), taxonomy)},
            **{"riskLabel1": one, "riskLabel2": two, "riskLabel3": ""},
        }
        for key, (code, (one, two)) in enumerate(REASONS, start=1)
    ]
