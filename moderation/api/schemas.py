"""OpenAPI 3.1 schemas and examples of the list responses. The tests compare them with real responses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from moderation.api import examples, parameters
from moderation.erasure.kinds import Kind
from moderation.models import Case, Delivery
from moderation.models.webhooks.endpoint import EventType

_TEXT = {"type": "string"}
_WHEN = {"type": "string", "format": "date-time"}
_NULLABLE_WHEN = {"type": ["string", "null"], "format": "date-time"}
_NULLABLE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}


def _all_of(properties: dict[str, Any], **besides: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties | besides}


def _page(item: dict[str, Any], following: dict[str, Any]) -> dict[str, Any]:
    return _all_of({"next": following, "items": {"type": "array", "maxItems": parameters.MOST, "items": item}})


_POLICY = {
    "description": "Where policy decided alone: its version, and what each label counted as, the deciding one first.",
    **_all_of({"version": _COUNT, "chain": {"type": "array", "items": {"type": "object"}}}),
}
_OF_A_CASE = {
    "id": _TEXT,
    "webhookId": _TEXT,
    "endpoint": _TEXT,
    "type": {"enum": EventType.values},
    "revision": _COUNT,
    "state": {"enum": Delivery.State.values},
    "attempts": _COUNT,
    "why": _TEXT,
}
RESULT = _all_of(
    {
        "requestId": _TEXT,
        "appId": _TEXT,
        "caseId": _TEXT,
        "dataId": _TEXT,
        "tokenId": _TEXT,
        "state": {"enum": Case.State.values},
        "queue": _NULLABLE_TEXT,
        "machineResult": {
            "type": ["object", "null"],
            "description": "The machine's result that the case stands on: the one to be judged, or that was. A failure "
            "that came later, or a reviewer's verdict, is not told. The older shapes have image v4 fields as well.",
        },
        "finalResult": {"oneOf": [examples.V4, {"type": "null"}]},
        "revision": _COUNT,
        "deliveries": {"type": "array", "items": _all_of(_OF_A_CASE)},
    },
    erased={
        "type": "array",
        "items": {"enum": [kind.value for kind in Kind]},
        "description": "Where something was erased: what. Results then have no texts and no evidence.",
    },
)
RESULTS = _page(RESULT, _NULLABLE_TEXT)
EVENTS = _page(
    _all_of(
        {
            "cursor": _TEXT,
            "type": {"enum": [EventType.FINAL, EventType.CORRECTED, EventType.RECORDED]},
            "appId": _TEXT,
            "requestId": _TEXT,
            "caseId": _TEXT,
            "dataId": _TEXT,
            "tokenId": _TEXT,
            "revision": _COUNT,
            "decisionId": {"type": ["string", "null"], "format": "uuid"},
            "decidedAt": _WHEN,
            "releasedAt": _WHEN,
            "finalResult": examples.V4,
        },
        policy=_POLICY,
    ),
    _TEXT,
)
DELIVERY = _all_of(
    _OF_A_CASE
    | {
        "endpointId": _TEXT,
        "appId": _NULLABLE_TEXT,
        "requestId": _NULLABLE_TEXT,
        "createdAt": _WHEN,
        "dueAt": _NULLABLE_WHEN,
        "endedAt": _NULLABLE_WHEN,
    }
)
DELIVERIES = _page(DELIVERY, _NULLABLE_TEXT)
OUTDATED_CURSOR = OpenApiResponse(
    examples.PROBLEM, "The cursor is from before the database was restored; `oldest` is the one to go on with."
)
NOT_REDELIVERABLE = OpenApiResponse(
    examples.PROBLEM, "It was cancelled, its endpoint is deleted, or a correction has followed to the same endpoint."
)

_FINAL_EXAMPLE = examples.RESULT | {"riskLevel": "REJECT", "resultType": 1, "finalResult": 1}
_LINE_EXAMPLE = {
    "id": "41",
    "webhookId": "msg_0bN3cQ1xk7tq2m5vYp8sRw",
    "endpoint": "orders",
    "type": "result.final",
    "revision": 1,
    "state": "dead",
    "attempts": 10,
    "why": "answered 500",
}
_DELIVERY_EXAMPLE = _LINE_EXAMPLE | {
    "endpointId": "1",
    "appId": "web",
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "createdAt": "2026-11-21T14:05:00Z",
    "dueAt": None,
    "endedAt": "2026-11-24T18:40:00Z",
}
_CASE_EXAMPLE = {
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "appId": "web",
    "caseId": "17",
    "dataId": "post-17",
    "tokenId": "u_83f2",
    "state": "final",
    "queue": "default",
    "machineResult": examples.RESULT,
    "finalResult": _FINAL_EXAMPLE,
    "revision": 1,
    "deliveries": [_LINE_EXAMPLE],
}
_EVENT_EXAMPLE = {
    "cursor": "WyJldmVudHMiLDQwMzY2LDE4XQ",
    "type": "result.final",
    "appId": "web",
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "caseId": "17",
    "dataId": "post-17",
    "tokenId": "u_83f2",
    "revision": 1,
    "decisionId": "0f2b1a70-5a53-4a0c-9a63-2f4f4a1a9f10",
    "decidedAt": "2026-11-21T14:05:00Z",
    "releasedAt": "2026-11-21T14:05:08Z",
    "finalResult": _FINAL_EXAMPLE,
}


def _answer(name: str, value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(name, value, response_only=True, status_codes=["200"])]


GET_RESULT = _answer("A case with its final result", _CASE_EXAMPLE)
LIST_RESULTS = _answer("The last page", {"next": None, "items": [_CASE_EXAMPLE]})
LIST_EVENTS = _answer("One new result", {"next": "WyJldmVudHMiLDQwMzY2LDE4XQ", "items": [_EVENT_EXAMPLE]})
LIST_DELIVERIES = _answer("The last page", {"next": None, "items": [_DELIVERY_EXAMPLE]})
REDELIVER = _answer("On its way again", _DELIVERY_EXAMPLE | {"state": "pending", "endedAt": None})
