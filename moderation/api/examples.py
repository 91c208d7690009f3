"""OpenAPI 3.1 schemas and examples of the request bodies. What is accepted is decided in moderation.contract."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_TEXT = {"type": "string"}
_WHEN = {"type": ["string", "null"], "format": "date-time"}
V4: dict[str, Any] = {
    "type": "object",
    "description": "An image v4 result; unknown fields are kept.",
    "required": ["requestId", "code"],
    "properties": {
        "requestId": {"type": "string", "minLength": 1, "maxLength": 128},
        "code": {"type": "integer"},
        "message": _TEXT,
        "riskLevel": {"enum": ["PASS", "REVIEW", "REJECT"]},
        "riskLabel1": _TEXT,
        "riskLabel2": _TEXT,
        "riskLabel3": _TEXT,
        "riskDescription": _TEXT,
        "resultType": {"enum": [0, 1]},
        "finalResult": {"enum": [0, 1]},
        "riskDetail": {
            "type": "object",
            "description": "Where text lies may be said by `ocrText.lines[]` {text, start, location, probability} and "
            "by a `location` on a segment or word: four numbers, or the eight of a turned quadrilateral.",
        },
        "allLabels": {"type": "array", "items": {"type": "object"}},
        "disposal": {
            "description": "The verdict in the customer's own labels: {riskLevel, riskLabel1, riskLabel2, riskLabel3, "
            "riskDescription}. Of a final result it is the app's own mapping, where it has one."
        },
        "auxInfo": {"type": "object"},
    },
}
SUBMISSION: dict[str, Any] = {
    "oneOf": [
        {
            "type": "object",
            "title": "Envelope",
            "required": ["result"],
            "properties": {
                "appId": {"type": "string", "maxLength": 64},
                "request": {"type": "object", "description": "The image v4 request, without accessKey."},
                "result": V4,
            },
        },
        V4 | {"title": "Bare result"},
    ]
}
ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["requestId", "caseId", "state", "queue", "dueAt", "url"],
    "properties": {
        "requestId": _TEXT,
        "caseId": _TEXT,
        "state": {"enum": ["queued", "final", "recorded", "failed"]},
        "queue": {"type": ["string", "null"]},
        "dueAt": _WHEN,
        "url": {"type": "string", "format": "uri"},
        "repeat": {"type": "boolean"},
        "revision": {"type": "integer", "minimum": 2},
    },
}
_COUNT = {"type": "integer", "minimum": 0, "maximum": 1000}
BATCH: dict[str, Any] = {"type": "array", "title": "Batch", "maxItems": 1000, "items": SUBMISSION}
BATCH_ANSWER: dict[str, Any] = {
    "type": "object",
    "title": "Outcomes of a batch",
    "required": ["accepted", "repeated", "revised", "rejected", "items"],
    "properties": {
        **dict.fromkeys(("accepted", "repeated", "revised", "rejected"), _COUNT),
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["index", "status"],
                "properties": {
                    "index": _COUNT,
                    "status": {"enum": ["accepted", "repeated", "revised", "rejected"]},
                    "requestId": _TEXT,
                    "caseId": _TEXT,
                    "state": {"enum": ["queued", "final", "recorded", "failed"]},
                    "queue": {"type": ["string", "null"]},
                    "revision": {"type": "integer", "minimum": 2},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}
SENT: dict[str, Any] = {"oneOf": [*SUBMISSION["oneOf"], BATCH]}
ANSWERED: dict[str, Any] = {"oneOf": [ACCEPTED, BATCH_ANSWER]}
CALLBACK: dict[str, Any] = {
    "type": "object",
    "description": "An image v4 result, a batch (`imgs`), a query answer (`contents`), the old envelope (`checksum`, "
    "`result`) or a human-review body. A body that cannot be read is kept and answered with code 1902.",
}
CALLED_BACK: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message", "requestId"],
    "properties": {
        "code": {"enum": [1100, 1902]},
        "message": _TEXT,
        "requestId": {"type": "string", "description": "Empty when the body names none."},
    },
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"pointer": _TEXT, "detail": _TEXT}},
        },
    },
}
_ACCEPTED = {
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "caseId": "17",
    "state": "queued",
    "queue": "default",
    "dueAt": "2026-11-21T14:35:00Z",
    "url": "https://review.example/api/v1/results/5f1d7c0be2a84c0f9a51c3b1d5e7a901?appId=web",
}
RESULT: dict[str, Any] = {
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "code": 1100,
    "message": "success",
    "riskLevel": "REVIEW",
    "riskLabel1": "ad",
    "riskLabel2": "contact",
    "riskLabel3": "contact_account",
    "riskDescription": "Ads: contact: contact account",
    "resultType": 0,
    "finalResult": 0,
    "riskDetail": {"riskSource": 1002},
    "auxInfo": {"segments": 1},
    "allLabels": [],
}
POST_RESULT = [
    OpenApiExample(
        "An intermediate result with its request",
        request_only=True,
        value={
            "appId": "web",
            "request": {
                "eventId": "profile",
                "type": "POLITY_EROTIC_ADVERT",
                "data": {
                    "img": "https://pictures.example/a.jpg",
                    "tokenId": "u_83f2",
                    "lang": "en",
                    "dataId": "post-17",
                },
            },
            "result": RESULT,
        },
    ),
    OpenApiExample("A new case", response_only=True, status_codes=["201"], value=_ACCEPTED),
    OpenApiExample("A batch of two", request_only=True, value=[RESULT, {"appId": "shop", "result": RESULT}]),
    OpenApiExample(
        "One of two kept",
        response_only=True,
        status_codes=["200"],
        value={
            "accepted": 1,
            "repeated": 0,
            "revised": 0,
            "rejected": 1,
            "items": [
                {
                    "index": 0,
                    "status": "accepted",
                    "requestId": RESULT["requestId"],
                    "caseId": "17",
                    "state": "queued",
                    "queue": "default",
                },
                {
                    "index": 1,
                    "status": "rejected",
                    "errors": [
                        {
                            "pointer": "/appId",
                            "detail": 'The app "shop" is not registered. An administrator can add it.',
                        }
                    ],
                },
            ],
        },
    ),
    OpenApiExample("The same body again", response_only=True, status_codes=["200"], value=_ACCEPTED | {"repeat": True}),
]
CALL_BACK = [
    OpenApiExample("A result", RESULT, request_only=True),
    OpenApiExample(
        "Stored",
        {"code": 1100, "message": "success", "requestId": RESULT["requestId"]},
        response_only=True,
        status_codes=["200"],
    ),
    OpenApiExample(
        "Kept in quarantine",
        {
            "code": 1902,
            "message": "kept for an administrator, do not send it again: /riskLevel: Send one of PASS, REVIEW, REJECT.",
            "requestId": RESULT["requestId"],
        },
        response_only=True,
        status_codes=["200"],
    ),
]
