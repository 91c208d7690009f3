"""OpenAPI 3.1 schemas and examples of the policy's calls. The tests compare them with real responses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from moderation.api import examples, parameters
from moderation.models import ReplayReport
from moderation.policy import BUILT_IN, write

Json = dict[str, Any]

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_OBJECT = {"type": "object"}
_NULLABLE_TEXT = {"type": ["string", "null"]}
_NULLABLE_WHEN = {"type": ["string", "null"], "format": "date-time"}
_ANY: Json = {}


def _all_of(properties: Json, **besides: Any) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties | besides}


def _list_of(item: Json) -> Json:
    return {"type": "array", "items": item}


POLICY = {
    "description": 'The body of a policy: {"rules", "sections", "boosts"}. Scores are whole numbers from 0 to 1000.',
    **_OBJECT,
}
CHANGE = _all_of(
    {
        "id": _TEXT,
        "direction": {"enum": ["stricter", "milder", "other"]},
        "kind": {"enum": ["threshold", "flag", "section", "rule", "boost"]},
        "what": {"enum": ["added", "removed", "changed", "moved", "renamed"]},
        "before": _ANY,
        "after": _ANY,
    },
    section=_TEXT,
    label=_TEXT,
    flag=_TEXT,
    boost=_TEXT,
    positionBefore={"type": ["integer", "null"]},
    position={"type": ["integer", "null"]},
)
_VERSION = _all_of({"number": _COUNT, "policy": POLICY})
_DRAFT = _all_of(
    {
        "base": _COUNT,
        "inForce": _COUNT,
        "version": _COUNT,
        "next": _COUNT,
        "policy": POLICY,
        "changes": _list_of(CHANGE),
        "flags": _list_of(_all_of({"pointer": _TEXT, "detail": _TEXT})),
        "savedAt": _NULLABLE_WHEN,
        "savedBy": _NULLABLE_TEXT,
        "shadowSince": _NULLABLE_WHEN,
    }
)
_OUTCOME = {"enum": ["PASS", "REVIEW", "REJECT", "recorded", "failed"]}
_BOTH = {"before": _OUTCOME, "after": _OUTCOME}
_DIFFERENCE = _all_of(
    {
        "appId": _TEXT,
        "requestId": _TEXT,
        **_BOTH,
        "queueBefore": _NULLABLE_TEXT,
        "queueAfter": _NULLABLE_TEXT,
        "label": _NULLABLE_TEXT,
        "score": {"type": ["integer", "null"], "minimum": 0, "maximum": 1000},
    }
)
_SHADOW = _all_of(
    {
        "since": _NULLABLE_WHEN,
        "results": _COUNT,
        "different": _COUNT,
        "counts": _list_of(_all_of({**_BOTH, "count": _COUNT})),
        "newest": _list_of(_DIFFERENCE),
    }
)

_REPLAY = _all_of(
    {
        "id": _TEXT,
        "url": {"type": "string", "format": "uri"},
        "state": {"enum": ReplayReport.State.values},
        "percent": {"type": "integer", "minimum": 0, "maximum": 100},
        "inForce": _COUNT,
        "last": _COUNT,
        "results": {"type": ["integer", "null"]},
        "why": _NULLABLE_TEXT,
        "sha256": _NULLABLE_TEXT,
        "report": {
            "type": ["object", "null"],
            "description": "Once it is finished: flows, labels, what people's decisions contradict, load and staff.",
        },
    }
)

_BODY_EXAMPLE = write(BUILT_IN) | {
    "sections": [
        {
            "name": "web / live",
            "scope": {"app": "web", "event": "live"},
            "thresholds": {"porn/female_nudity": {"review": 480, "reject": 820}},
            "otherwise": "machine",
            "afterReject": "final",
            "intermediate": "person",
        }
    ]
}
_CHANGE_EXAMPLE = {
    "id": "sections/web ~1 live/thresholds/porn~1female_nudity",
    "direction": "other",
    "kind": "threshold",
    "what": "changed",
    "section": "web / live",
    "label": "porn/female_nudity",
    "before": {"review": 400, "reject": 850},
    "after": {"review": 480, "reject": 820},
}
_DRAFT_EXAMPLE = {
    "base": 12,
    "inForce": 12,
    "version": 41,
    "next": 13,
    "policy": _BODY_EXAMPLE,
    "changes": [_CHANGE_EXAMPLE],
    "flags": [],
    "savedAt": "2026-11-29T14:05:00Z",
    "savedBy": "key policies (ab12…)",
    "shadowSince": None,
}
_SHADOW_EXAMPLE = {
    "since": "2026-11-29T14:05:00Z",
    "results": 1042,
    "different": 31,
    "counts": [
        {"before": "REVIEW", "after": "PASS", "count": 31},
        {"before": "REVIEW", "after": "REVIEW", "count": 1011},
    ],
    "newest": [
        {
            "appId": "web",
            "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
            "before": "REVIEW",
            "after": "PASS",
            "queueBefore": None,
            "queueAfter": None,
            "label": "porn/female_nudity",
            "score": 455,
        }
    ],
}


_REPLAY_EXAMPLE = {
    "id": "7",
    "url": "https://review.example.com/api/v1/policy/replays/7",
    "state": "running",
    "percent": 40,
    "inForce": 12,
    "last": 1_000_000,
    "results": 812_004,
    "why": None,
    "sha256": None,
    "report": None,
}


def _answer(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=["200"])


def _sent(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


def _problem(words: str) -> OpenApiResponse:
    return OpenApiResponse(examples.PROBLEM, words)


def _json(schema: Json) -> Json:
    return {"application/json": schema}


_NUMBER = {"type": "integer", "minimum": 0}
_DRAFTED = [_answer("A draft with one change", _DRAFT_EXAMPLE)]
_SEEN = [_answer("One label is reviewed less", _SHADOW_EXAMPLE)]
_NOW = [_answer("Policy 13", {"number": 13, "policy": _BODY_EXAMPLE})]
_NOTHING = "`nothing-drafted`: there is no draft."
_CONFLICT = (
    "`not-in-force`: the policy that the draft changes is not in force any more; `draft-changed`: somebody else has "
    "changed the same. `difference` has both changes, and what collides."
)

IN_FORCE: Json = {"responses": {200: _VERSION}, "examples": _NOW}
DRAFT: Json = {"request": None, "responses": {200: _DRAFT}, "examples": _DRAFTED}
PUT_DRAFT: Json = {
    "request": _json(
        {
            "type": "object",
            "required": ["base", "policy"],
            "properties": {"base": _NUMBER, "policy": POLICY, "version": _NUMBER},
        }
    ),
    "responses": {200: _DRAFT, 409: _problem(_CONFLICT)},
    "examples": [_sent("One section", {"base": 12, "policy": _BODY_EXAMPLE}), *_DRAFTED],
}
DELETE_DRAFT: Json = DRAFT | {
    "parameters": [parameters.DiscardCall],
    "responses": {
        200: _DRAFT,
        409: _problem("`draft-changed`: it is not the draft that you read; `difference` has it."),
    },
}
SHADOW: Json = {"request": None, "responses": {200: _SHADOW}, "examples": _SEEN}
START_SHADOW: Json = {"request": None, "responses": {200: _SHADOW, 409: _problem(_NOTHING)}, "examples": _SEEN}
REPLAY: Json = {
    "request": _json({"type": "object", "properties": {"last": _NUMBER}}),
    "responses": {202: _REPLAY, 409: _problem(_NOTHING)},
    "examples": [
        _sent("On the last 100,000", {"last": 100_000}),
        OpenApiExample("Under way", _REPLAY_EXAMPLE, response_only=True, status_codes=["202"]),
    ],
}
GET_REPLAY: Json = {"responses": {200: _REPLAY}, "examples": [_answer("Under way", _REPLAY_EXAMPLE)]}
PUBLISH: Json = {
    "request": _json({"type": "object", "properties": {"confirm": _NUMBER, "version": _NUMBER}}),
    "responses": {
        200: _VERSION,
        409: _problem(
            "`needs-confirmation`: send the number named `confirm`, for the `reasons` told. Else as for saving a "
            f"draft, or {_NOTHING}"
        ),
    },
    "examples": [_sent("With its number", {"confirm": 13}), *_NOW],
}
ROLL_BACK: Json = {
    "request": _json({"type": "object", "required": ["number"], "properties": {"number": _NUMBER}}),
    "responses": {200: _VERSION, 409: _problem("`refused`: a queue that it names is gone.")},
    "examples": [_sent("To policy 12", {"number": 12}), *_NOW],
}
