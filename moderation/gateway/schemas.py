"""OpenAPI 3.1 schemas and examples of the gateway's calls. What is accepted is decided in `parameters`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from moderation.gateway.request_ids import HEADER, LONGEST

KEY: Any = [{"accessKey": []}, {}]
"""The key in the header, or in the body. drf-spectacular passes it on; its types know names only."""
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_LEVEL = {"enum": ["PASS", "REVIEW", "REJECT"]}
_REFUSAL_CODES = [1102, 1901, 1902, 1903, 1911, 9101]


def _of(required: list[str], properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, **more}


IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": LONGEST},
    OpenApiParameter.HEADER,
    description="The same body sent again with it is the same case, with the same requestId.",
)
_EXTRA = _of(
    [],
    {
        "isIgnoreTls": {"type": "boolean"},
        "isTokenSeparate": {"enum": [0, 1]},
        "room": {"type": "string", "maxLength": 64},
        "passThrough": {"type": "object", "description": "Echoed; up to 1024 characters as JSON."},
    },
)
_STREAM = _of(
    [],
    {
        "streamId": {"type": "string", "maxLength": 64},
        "similarDedup": {"type": "boolean"},
        "frameTime": {"type": "integer", "description": "13 digits: Unix time in milliseconds."},
        "riskNum": {"type": "integer", "minimum": 1, "maximum": 5},
        "timeWindow": {"type": "integer", "minimum": 1, "maximum": 86400, "description": "Seconds."},
    },
)
_ABOUT: dict[str, Any] = {
    "img": {"type": "string", "description": "A URL of up to 1024 characters, or base64 of up to 10 MB (30 MB)."},
    "backupUrl": {"type": "string", "maxLength": 1024},
    "tokenId": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "dataId": {"type": "string", "maxLength": 128},
    "lang": {"enum": ["en", "ar", "zh", "auto"]},
    "interval": {"type": "integer", "minimum": 1},
    "maxFrame": {"type": "integer", "minimum": 1, "maximum": 20},
    "level": {"type": "integer", "minimum": 0, "maximum": 4},
    "nickname": _TEXT,
    "deviceId": {"type": "string", "maxLength": 128},
    "gender": {"type": ["string", "integer"]},
    "ip": {"type": "string", "maxLength": 64},
    "imgCompareBase": _TEXT,
    "receiveTokenId": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "extra": _EXTRA,
    "streamInfo": _STREAM,
}
_CALL: dict[str, Any] = {
    "accessKey": {"type": "string", "description": "Or as a Bearer token in the Authorization header."},
    "appId": {"type": "string", "maxLength": 64},
    "eventId": {"type": "string", "maxLength": 64},
    "type": {"type": "string", "maxLength": 64},
    "businessType": {"type": "string", "maxLength": 128},
    "callback": {"type": "string", "maxLength": 1024, "description": "Makes the call asynchronous."},
}
IMAGE = _of(["eventId", "data"], {**_CALL, "data": _of(["img", "tokenId"], _ABOUT)})
_ITEM = _of(["img", "btId"], {**_ABOUT, "btId": {"type": "string", "minLength": 1, "maxLength": 128}})
IMAGES = _of(
    ["eventId", "data"],
    {
        **_CALL,
        "data": _of(["imgs"], {**_ABOUT, "imgs": {"type": "array", "minItems": 1, "maxItems": 12, "items": _ITEM}}),
    },
)
QUERY = _of(
    [],
    {
        "accessKey": _TEXT,
        "appId": _TEXT,
        "requestId": _TEXT,
        "requestIds": {"type": "array", "minItems": 1, "maxItems": 100, "items": _TEXT},
    },
)
_LABEL = _of(
    ["riskLabel1", "riskLabel2", "riskLabel3", "riskDescription"],
    {
        "riskLevel": _LEVEL,
        "riskLabel1": _TEXT,
        "riskLabel2": _TEXT,
        "riskLabel3": _TEXT,
        "riskDescription": _TEXT,
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "confidenceLevel": {"enum": [0, 1, 2]},
        "riskDetail": {"type": "object"},
    },
)
RESULT = _of(
    [
        *("requestId", "code", "message", "riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription"),
        *("resultType", "finalResult", "riskDetail", "auxInfo", "allLabels"),
    ],
    {
        "requestId": {"type": "string", "minLength": 1, "maxLength": 257},
        "btId": _TEXT,
        "dataId": _TEXT,
        "code": {"const": 1100},
        "message": _TEXT,
        "riskLevel": _LEVEL,
        "riskLabel1": _TEXT,
        "riskLabel2": _TEXT,
        "riskLabel3": _TEXT,
        "riskDescription": _TEXT,
        "resultType": {"enum": [0, 1]},
        "finalResult": {"enum": [0, 1]},
        "riskDetail": _of(["riskSource"], {"riskSource": {"type": "integer"}}),
        "auxInfo": _of(
            ["segments"],
            {
                "segments": _COUNT,
                "downloadTime": _COUNT,
                "totalProcessTime": _COUNT,
                "qrContent": _TEXT,
                "frameTime": _COUNT,
                "streamId": _TEXT,
                "passThrough": {"type": "object"},
                "notChecked": {"type": "array", "items": _TEXT, "description": "Types that no engine can check."},
                "suppressed": {"type": "array", "items": {"type": "object"}},
            },
        ),
        "allLabels": {"type": "array", "items": _LABEL},
    },
    title="Result",
)
REFUSAL = _of(
    ["requestId", "code", "message"],
    {"requestId": _TEXT, "btId": _TEXT, "code": {"enum": _REFUSAL_CODES}, "message": _TEXT},
    title="Refused, failed, or in work",
)
ACKNOWLEDGED = _of(
    ["requestId", "code", "message"],
    {"requestId": _TEXT, "code": {"const": 1100}, "message": _TEXT},
    additionalProperties=False,
    title="Acknowledged: the result goes to the callback",
)
_BATCH = _of(
    ["requestId", "code", "message", "imgs"],
    {
        "requestId": _TEXT,
        "code": {"const": 1100},
        "message": _TEXT,
        "auxInfo": {"type": "object"},
        "imgs": {"type": "array", "minItems": 1, "maxItems": 12, "items": {"oneOf": [RESULT, REFUSAL]}},
    },
    title="Results of a batch",
)
_CONTENTS = _of(
    ["requestId", "code", "message", "contents"],
    {
        "requestId": _TEXT,
        "code": {"const": 1100},
        "message": _TEXT,
        "contents": {
            "type": "array",
            "items": _of(
                ["requestId", "code", "Result"],
                {"requestId": _TEXT, "code": {"type": "integer"}, "message": _TEXT, "Result": {"type": "object"}},
            ),
        },
    },
    title="Several results",
)
IMAGE_ANSWER = {"oneOf": [RESULT, ACKNOWLEDGED, REFUSAL]}
IMAGES_ANSWER = {"oneOf": [_BATCH, ACKNOWLEDGED, REFUSAL]}
QUERY_ANSWER = {"oneOf": [RESULT, _BATCH, _CONTENTS, REFUSAL]}
_SCORE = {"type": "integer", "minimum": 0, "maximum": 1000}
CHECK = _of(
    [],
    {
        "image_url": {"type": "string", "maxLength": 1024},
        "image": {"type": "string", "description": "Base64 of up to 10 MB."},
        "labels": {"type": "array", "minItems": 1, "items": _TEXT, "description": '["all"], or labels by their path.'},
        "thresholds": {"type": "object", "additionalProperties": _SCORE},
        "app_id": _TEXT,
        "event_id": _TEXT,
        "token_id": _TEXT,
        "data_id": _TEXT,
    },
)
_CHECKED = _of(
    ["l1", "l1_name", "l2", "l2_name", "l3", "l3_name", "confidence"],
    {
        **{f"l{number}{name}": _TEXT for number in (1, 2, 3) for name in ("", "_name")},
        "confidence": {"type": ["integer", "null"], "minimum": 0, "maximum": 1000},
        "bbox": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "integer"}},
    },
)
CHECK_ANSWER = {
    "oneOf": [
        _of(
            ["decision", "labels", "processing_time_ms", "request_id", "code"],
            {
                "decision": {"enum": ["block", "review", "allow"]},
                "labels": {"type": "array", "items": _CHECKED},
                "processing_time_ms": _COUNT,
                "request_id": _TEXT,
                "code": {"const": 1100},
                "message": _TEXT,
                "not_checked": {"type": "array", "items": _TEXT},
            },
            title="Decision",
        ),
        _of(
            ["request_id", "code", "message"],
            {"request_id": _TEXT, "code": {"enum": _REFUSAL_CODES}, "message": _TEXT},
            title="Refused or failed",
        ),
    ]
}
_EXAMPLE_CALL = {
    "accessKey": "sl_…",
    "appId": "web",
    "eventId": "profile",
    "type": "POLITY_EROTIC_ADVERT",
    "data": {"img": "https://pictures.example/a.jpg", "tokenId": "u_83f2", "lang": "en", "dataId": "post-17"},
}
_EXAMPLE_RESULT = {
    "requestId": "5f1d7c0be2a84c0f9a51c3b1d5e7a901",
    "code": 1100,
    "message": "success",
    "riskLevel": "REVIEW",
    "riskLabel1": "ad",
    "riskLabel2": "contact",
    "riskLabel3": "",
    "riskDescription": "ad: contact",
    "resultType": 0,
    "finalResult": 0,
    "riskDetail": {"riskSource": 1001},
    "auxInfo": {"segments": 1, "downloadTime": 41, "totalProcessTime": 388},
    "allLabels": [],
    "dataId": "post-17",
}
IMAGE_EXAMPLES = [
    OpenApiExample("One picture", _EXAMPLE_CALL, request_only=True),
    OpenApiExample("A person looks at it", _EXAMPLE_RESULT, response_only=True, status_codes=["200"]),
]
CHECK_EXAMPLES = [
    OpenApiExample(
        "All labels, two thresholds",
        {
            "image_url": "https://pictures.example/a.jpg",
            "labels": ["all"],
            "thresholds": {"porn": 500, "violence_terror": 600},
        },
        request_only=True,
    ),
]
