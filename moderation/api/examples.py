"""The shapes of the calls as OpenAPI 3.1 shows them, with examples. What is accepted is decided in contract."""

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
        "riskDetail": {"type": "object"},
        "allLabels": {"type": "array", "items": {"type": "object"}},
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
            "result": {
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
            },
        },
    ),
    OpenApiExample("A new case", response_only=True, status_codes=["201"], value=_ACCEPTED),
    OpenApiExample("The same body again", response_only=True, status_codes=["200"], value=_ACCEPTED | {"repeat": True}),
]
