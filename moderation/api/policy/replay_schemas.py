"""OpenAPI 3.1 schemas and examples of replays. The tests compare them with real responses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from moderation.api.policy.schemas import NOTHING, problem

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_NUMBER: Json = {"type": "number", "minimum": 0}
_MAYBE_TEXT: Json = {"type": ["string", "null"]}
_MAYBE_WHEN: Json = {"type": ["string", "null"], "format": "date-time"}
_OUTCOME: Json = {"enum": ["PASS", "REVIEW", "REJECT", "recorded", "failed"]}


def _all_of(**properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(item: Json) -> Json:
    return {"type": "array", "items": item}


def _move(**more: Json) -> Json:
    return _all_of(**{"from": _OUTCOME, "to": _OUTCOME}, **more)


_CASE = _move(
    appId=_TEXT,
    requestId=_TEXT,
    label=_TEXT,
    score={"type": ["integer", "null"], "minimum": 0, "maximum": 1000},
    verdict={"enum": ["PASS", "REJECT"]},
)
_LABEL = _all_of(
    label=_TEXT,
    sections=_list_of(_TEXT),
    before=_all_of(REVIEW=_COUNT, REJECT=_COUNT),
    after=_all_of(REVIEW=_COUNT, REJECT=_COUNT),
    to=_all_of(PASS=_COUNT, REVIEW=_COUNT, REJECT=_COUNT),
    contradicted=_COUNT,
    decided=_COUNT,
)
_STAFF = _all_of(
    secondsPerCase={"type": "object", "additionalProperties": _NUMBER}, minutesBefore=_NUMBER, minutesAfter=_NUMBER
)
_REPORT = _all_of(
    results=_COUNT,
    since=_MAYBE_WHEN,
    until=_MAYBE_WHEN,
    inForce=_COUNT,
    flows=_list_of(_move(count=_COUNT)),
    labels=_list_of(_LABEL),
    contradicted=_all_of(count=_COUNT, decided=_COUNT, cases=_list_of(_CASE)),
    load=_list_of(_all_of(queue=_TEXT, hours=_list_of(_all_of(before=_NUMBER, after=_NUMBER)))),
    staff=_STAFF,
    rules=_list_of(_all_of(rule=_COUNT, name=_TEXT, caught=_COUNT)),
)
_JOB = _all_of(
    url=_TEXT,
    state={"enum": ["running", "finished", "cancelled", "failed"]},
    percent={"type": "integer", "minimum": 0, "maximum": 100},
    last=_COUNT,
    inForce=_COUNT,
    createdAt={"type": "string", "format": "date-time"},
    endedAt=_MAYBE_WHEN,
    sha256=_MAYBE_TEXT,
    report={"anyOf": [_REPORT, {"type": "null"}]},
)

_RUNNING = {
    "url": "/api/v1/policy/replays/7",
    "state": "running",
    "percent": 0,
    "last": 1_000_000,
    "inForce": 12,
    "createdAt": "2026-11-29T14:05:00Z",
    "endedAt": None,
    "sha256": None,
    "report": None,
}
_FINISHED = _RUNNING | {
    "state": "finished",
    "percent": 100,
    "endedAt": "2026-11-29T14:05:08Z",
    "sha256": "9f31c0d1" * 8,
    "report": {
        "results": 2,
        "since": "2026-11-21T14:02:00+00:00",
        "until": "2026-11-28T14:05:00+00:00",
        "inForce": 12,
        "flows": [{"from": "REVIEW", "to": "PASS", "count": 1}, {"from": "PASS", "to": "PASS", "count": 1}],
        "labels": [
            {
                "label": "porn/female_nudity",
                "sections": ["web / live"],
                "before": {"REVIEW": 1, "REJECT": 0},
                "after": {"REVIEW": 0, "REJECT": 0},
                "to": {"PASS": 1, "REVIEW": 0, "REJECT": 0},
                "contradicted": 1,
                "decided": 1,
            }
        ],
        "contradicted": {
            "count": 1,
            "decided": 1,
            "cases": [
                {
                    "appId": "web",
                    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
                    "label": "porn/female_nudity",
                    "score": 463,
                    "from": "REVIEW",
                    "to": "PASS",
                    "verdict": "REJECT",
                }
            ],
        },
        "load": [{"queue": "nudity", "hours": [{"before": 0.14, "after": 0}, *[{"before": 0, "after": 0}] * 23]}],
        "staff": {"secondsPerCase": {"nudity": 8.0}, "minutesBefore": 0.0, "minutesAfter": 0.0},
        "rules": [],
    },
}


def _answer(name: str, value: Any, status: str) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=[status])


START: Json = {
    "request": {"application/json": {"type": "object", "properties": {"last": _COUNT | {"minimum": 1}}}},
    "responses": {202: _JOB, 409: problem(NOTHING)},
    "examples": [
        OpenApiExample("The last 100,000 cases", {"last": 100_000}, request_only=True),
        _answer("Under way", _RUNNING, "202"),
    ],
}
REPORT: Json = {
    "request": None,
    "responses": {200: _JOB},
    "examples": [_answer("Finished", _FINISHED, "200"), _answer("Under way", _RUNNING, "200")],
}
