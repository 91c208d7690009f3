"""The answers of each call of the stage for OpenAPI: shape, example, and the problems it can return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema

from moderation.api import examples
from moderation.api.openapi import describe
from review.api import schemas as shapes
from review.api.schemas import (
    COUNT,
    FLAG,
    ID,
    NULLABLE_TEXT,
    NULLABLE_WHEN,
    OBJECT,
    TEXT,
    UUID,
    VERDICT,
    WHEN,
    or_null,
    record,
)
from review.api.schemas import every as list_of

CALLS = "/review/api/"
Described = TypeVar("Described", bound=Callable[..., Any])
_TASK = {"$ref": "#/components/schemas/Task"}
_TASKS = list_of(_TASK)
_OUTCOMES = ("lease-lost", "already-decided", "window-closed", "wrong-state", "result-changed")
OUTCOME: dict[str, Any] = {
    **examples.PROBLEM,
    "required": [*examples.PROBLEM["required"], "outcome"],
    "properties": {
        **examples.PROBLEM["properties"],
        **{"outcome": {"enum": list(_OUTCOMES)}, "leasedBy": TEXT, "by": TEXT, "verdict": VERDICT, "task": _TASK},
    },
}
_READING = {
    401: "Nobody is signed in, or the X-Person header names somebody else.",
    403: "You may not do this, or work in no queue that has this task.",
    422: "Fields are missing or wrong, or the queue's rules forbid it; `errors` points at each.",
    503: "The database does not answer; nothing was written. Send the call again.",
}
_CHANGING = _READING | {
    400: "The body is not JSON.",
    403: "The CSRF header is missing or stale, or you may not do this, or work in no queue that has this task.",
    404: "There is no such task, decision or queue of yours.",
    415: "Send application/json.",
}
_CONFLICT = "Somebody else, or a newer result, came first; `outcome` says which."


@dataclass(frozen=True, slots=True)
class Answer:
    """The shape of a successful answer, None where it has no body, and an example."""

    shape: dict[str, Any] | None = None
    example: Any = None
    has_etag: bool = False

    def described(self, **more: Any) -> Callable[[Described], Described]:
        """Decorate a view with it."""
        if self.shape is None:
            told = {204: OpenApiResponse(None, "Done; the answer has no body.")}
        else:
            shown = OpenApiExample("An answer", self.example, response_only=True)
            told = {200: OpenApiResponse(self.shape, "Done.", examples=[shown])}
        if self.has_etag:
            told[304] = OpenApiResponse(None, "Nothing has changed since the answer with the ETag that was sent.")
        described: Callable[[Described], Described] = extend_schema(responses=told, **more)
        return described


def with_answers(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of the OpenAPI document: adds the task's schema, and the problems of the stage's calls."""
    schemas = result["components"].setdefault("schemas", {})
    schemas |= {"Task": shapes.TASK, "Outcome": OUTCOME}
    for path, operations in result["paths"].items():
        if path.startswith(CALLS):
            for method, operation in operations.items():
                describe(operation, _READING if method == "get" else _CHANGING)
                if method == "post":
                    _describe_conflict(operation)
    return result


def _describe_conflict(operation: dict[str, Any]) -> None:
    describe(operation, {409: _CONFLICT})
    (told,) = operation["responses"]["409"]["content"].values()
    told["schema"] = {"$ref": "#/components/schemas/Outcome"}
    told["example"] = told["example"] | {"outcome": "lease-lost", "leasedBy": "Mira Moderator"}


_UUID = "0f2b1a70-5a53-4a0c-9a63-2f4f4a1a9f10"
_UNDO_UNTIL = "2026-11-21T14:05:08Z"
_DECIDED = {"decisionId": _UUID, "undoUntil": _UNDO_UNTIL}
_ENDS = ("decided", "lease-lost", "already-decided", "not-for-grid", "refused")
_BLUR_SETTING = record(blur={"type": "integer", "minimum": 0, "maximum": 3}, grayscale=FLAG)
_FILTER = record(**_BLUR_SETTING["properties"], categories={"type": "object", "additionalProperties": _BLUR_SETTING})
_THUMB = record(
    {"queueBlur": COUNT},
    **{"taskId": ID, "requestId": TEXT, "machineRevision": ID, "decides": ID},
    **{"image": shapes.IMAGE, "labels": list_of(shapes.LABEL), "result": OBJECT},
)
_EXAMPLE = shapes.EXAMPLE_TASK
_EXAMPLE_THUMB = {name: _EXAMPLE[name] for name in _THUMB["required"]}

NOTHING = Answer()
TASK = Answer(record(task=_TASK), {"task": _EXAMPLE})
UNDONE = Answer(record(task=or_null(_TASK)), {"task": _EXAMPLE})
PICTURE_AGAIN = Answer(record(started=FLAG), {"started": True})
REFILL = Answer(record(tasks=_TASKS), {"tasks": [_EXAMPLE]})
_UNAVAILABLE = record({"by": TEXT}, taskId=ID, outcome={"enum": ["leased", "decided", "not-member", "paused", "gone"]})
_PAUSED = record(queue=TEXT, name=TEXT, why=TEXT)
LEASED = Answer(
    record(
        {"unavailable": list_of(_UNAVAILABLE), "skipped": list_of(ID), "paused": list_of(_PAUSED)},
        **{"tasks": _TASKS, "waiting": COUNT, "leasedByOthers": COUNT},
    ),
    {"tasks": [_EXAMPLE], "waiting": 12, "leasedByOthers": 3},
)
RENEWED = Answer(
    record({"changed": _TASKS}, renewed=list_of(ID), lost=list_of(ID)), {"renewed": [17, 18], "lost": [19]}
)
DECIDED = Answer(record(decisionId=UUID, undoUntil=WHEN, tasks=_TASKS), _DECIDED | {"tasks": [_EXAMPLE]})
COUNTS = Answer(
    record(
        queues=list_of(record(slug=TEXT, waiting=COUNT, leased=COUNT, overdue=COUNT, oldestAt=NULLABLE_WHEN)),
        reviewing={"type": "object", "additionalProperties": COUNT},
    ),
    {
        "queues": [{"slug": "ads", "waiting": 12, "leased": 3, "overdue": 0, "oldestAt": "2026-11-21T14:01:00Z"}],
        "reviewing": {"": 2, "ads": 2},
    },
    has_etag=True,
)
SAME_SUBJECT = Answer(record(tasks=list_of(_THUMB), left=COUNT), {"tasks": [_EXAMPLE_THUMB], "left": 0})
DECIDED_THESE = Answer(
    record(
        taken=list_of(record(taskId=ID, decisionId=UUID, undoUntil=WHEN)),
        left=list_of(record({"by": TEXT}, taskId=ID, why=TEXT)),
        tasks=_TASKS,
    ),
    {"taken": [_DECIDED | {"taskId": 18}], "left": [{"taskId": 19, "why": "leased", "by": "Mira"}], "tasks": []},
)
UNDONE_THESE = Answer(record(undone=list_of(ID)), {"undone": [18, 20]})
ASSIGNED = Answer(
    record(taskId=ID, state=TEXT, owner=NULLABLE_TEXT),
    {"taskId": 17, "state": "waiting", "owner": "mira@review.example"},
)
BROUGHT_BACK = Answer(record(taskId=ID, state=TEXT), {"taskId": 17, "state": "waiting"})
COLLEAGUES = Answer(
    record(colleagues=list_of(record(email=TEXT, name=TEXT, hasSkipped=FLAG))),
    {"colleagues": [{"email": "mira@review.example", "name": "Mira Moderator", "hasSkipped": False}]},
)
PREFERENCES = Answer(
    record(filter=or_null(_FILTER), default=_FILTER, keys=OBJECT, letters=FLAG),
    {
        "filter": {"blur": 2, "grayscale": False, "categories": {"porn": {"blur": 3, "grayscale": True}}},
        "default": {"blur": 1, "grayscale": False, "categories": {}},
        "keys": {"pass": ["p"]},
        "letters": True,
    },
)
REST = Answer(record(rest=TEXT), {"rest": ""})
LABELS = Answer(
    record(labels=list_of(record(path=TEXT, name=TEXT, nameZh=TEXT, severity=NULLABLE_TEXT, **shapes.PATH))),
    {
        "labels": [
            {"path": "ad/contact", "name": "Contact", "nameZh": "", "severity": "moderate"}
            | {"riskLabel1": "ad", "riskLabel2": "contact", "riskLabel3": ""}
        ]
    },
)
GRID_LEASED = Answer(
    record(
        {"why": TEXT, "about": or_null(record(name=TEXT, severity=NULLABLE_TEXT))},
        **{"label": TEXT, "tasks": _TASKS, "waiting": COUNT, "leasedByOthers": COUNT},
    ),
    {"label": "ad/contact/contact_account", "tasks": [_EXAMPLE], "waiting": 12, "leasedByOthers": 0},
)
_END = record(
    {
        "decisionId": UUID,
        "undoUntil": WHEN,
        "leasedBy": TEXT,
        "by": TEXT,
        "verdict": VERDICT,
        "why": TEXT,
        "detail": TEXT,
    },
    **{"taskId": ID, "outcome": {"enum": list(_ENDS)}},
)
GRID_DECIDED = Answer(
    record(pageId=UUID, tiles=list_of(_END)),
    {"pageId": _UUID, "tiles": [_DECIDED | {"taskId": 17, "outcome": "decided"}]},
)
GRID_UNDONE = Answer(
    record(pageId=UUID, tasks=_TASKS, left=list_of(ID)), {"pageId": _UUID, "tasks": [_EXAMPLE], "left": []}
)
