"""The shapes of a task and of the stage's answers, as OpenAPI 3.1 shows them. Tests compare them with real answers."""

from __future__ import annotations

from typing import Any

from moderation.api.typed_schema import schema_of
from review.models import Verdict
from review.presentation.task_schema import ImageJson, LabelJson, Path, Task

TEXT: dict[str, Any] = {"type": "string"}
NULLABLE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
FLAG: dict[str, Any] = {"type": "boolean"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
NULLABLE_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
WHEN: dict[str, Any] = {"type": "string", "format": "date-time"}
NULLABLE_WHEN: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
ID: dict[str, Any] = {"type": "integer", "minimum": 1}
OBJECT: dict[str, Any] = {"type": "object"}
VERDICT: dict[str, Any] = {"enum": Verdict.values}


def every(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def record(optional: dict[str, Any] | None = None, /, **fields: dict[str, Any]) -> dict[str, Any]:
    """An object with all of these fields, and optional others."""
    return {"type": "object", "required": list(fields), "properties": fields | (optional or {})}


def or_null(shape: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [shape, {"type": "null"}]}


TASK = schema_of(Task)
IMAGE = schema_of(ImageJson)
LABEL = schema_of(LabelJson)
PATH = schema_of(Path)["properties"]

_EXAMPLE_PATH = {"riskLabel1": "ad", "riskLabel2": "contact", "riskLabel3": "contact_account"}
_EXAMPLE_LEVELS = {"levels": ["Spam & Advertising Violations", "Contact", "Contact account"]}
EXAMPLE_TASK: dict[str, Any] = {
    "taskId": 17,
    "leaseToken": "6f0e2c1a-8d0b-4a53-9d55-0c6f3c1a2b77",
    "leasedUntil": "2026-11-21T14:07:00Z",
    "queue": "ads",
    "queueName": "Ads and codes",
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "caseId": "17",
    "appId": "web",
    "eventId": "profile",
    "dataId": "post-17",
    "enteredAt": "2026-11-21T14:05:00Z",
    "dueAt": "2026-11-21T14:35:00Z",
    "rankAt": "2026-11-21T14:29:00Z",
    "priority": [{"term": "confidence", "minutes": 6.0, "why": "score 800"}],
    "why": "the machine's result is intermediate (finalResult 0)",
    "rule": None,
    "route": {
        "policy": 12,
        "section": "web / live",
        "chain": [
            {
                "label": "porn/female_nudity/nvxiongloudian",
                "score": 800,
                "riskLevel": "REVIEW",
                "threshold": {"label": "porn", "which": "review", "number": 480},
                "section": "web / live",
                "by": "threshold",
                "why": "Female Nipple Exposure scores 800 and is reviewed from 480, section “web / live”",
            }
        ],
    },
    "decides": 1,
    "stream": None,
    "note": None,
    "machineRevision": 1,
    "image": {
        "url": "/review/pictures/17/web",
        "previewUrl": "/review/pictures/17/preview",
        "blurredUrl": "/review/pictures/17/blurred",
        "thumbnailUrl": "/review/pictures/17/thumbnail",
        "width": 1600,
        "height": 1067,
        "frames": 1,
        "state": "ready",
    },
    "result": {
        **{"requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901", "code": 1100, "message": "success"},
        **{"riskLevel": "REVIEW", **_EXAMPLE_PATH, "resultType": 0, "finalResult": 0},
    },
    "resultLevels": _EXAMPLE_LEVELS["levels"],
    "labels": [
        {
            **_EXAMPLE_PATH,
            **{"name": "Contact account", "severity": "moderate"},
            **_EXAMPLE_LEVELS,
            **{"riskLevel": "REVIEW", "probability": 0.8, "evidence": ["q1"]},
        }
    ],
    "evidence": [
        {
            **{"id": "q1", "kind": "qr", "name": "code", "probability": 0.8},
            **{"location": [40.0, 60.0, 220.0, 240.0], "qrContent": "https://shop.example/a"},
        },
        {
            **{"id": "text-1", "kind": "text", "name": "wx123", "probability": None},
            **{"location": [300.0, 60.0, 380.0, 84.0]},
        },
    ],
    "text": {
        "text": "add me wx123",
        "spans": [{"start": 7, "end": 12, "kind": "list", "word": "wx123", "list": "contacts", "evidence": ["text-1"]}],
        "unresolved": [],
    },
    "facts": [{"name": "Nickname", "values": [{"text": "shop", "url": "/review/cases/?nickname=shop"}]}],
    "subject": {
        **{"tokenId": "u_83f2", "url": "/review/cases/?tokenId=u_83f2", "decided": 3, "rejected": 1},
        **{"rejectedFor": [{"riskLabel1": "ad", "name": "Spam & Advertising Violations", "n": 1}]},
        **{"lastRejectedAt": "2026-11-20T09:30:00Z", "risks": [], "waiting": 0, "waitingHere": 0},
    },
    "seenBefore": [],
    "reasons": [{"code": "contact-ad", "key": 1, "name": "Contact ad", **_EXAMPLE_PATH, **_EXAMPLE_LEVELS}],
    "guideline": None,
}
