"""Bodies as the detection service sends them, valid unless a test changes them."""

from __future__ import annotations

import itertools
from typing import Any

_NUMBERS = itertools.count(1)


def request_id() -> str:
    return f"{next(_NUMBERS):032x}"


def result(**changes: Any) -> dict[str, Any]:
    """An image v4 result the machine was unsure about."""
    return {
        "requestId": request_id(),
        "code": 1100,
        "message": "success",
        "riskLevel": "REVIEW",
        "riskLabel1": "porn",
        "riskLabel2": "nudity",
        "riskLabel3": "swimwear",
        "riskDescription": "porn: nudity: swimwear",
        "resultType": 0,
        "finalResult": 0,
        "riskDetail": {
            "riskSource": 1002,
            "faces": [{"id": "f1", "name": "", "probability": 0.93, "location": [10, 20, 60, 80]}],
            "persons": [],
            "objects": [],
            "ocrText": {"text": "add me 12345"},
            "matchedLists": [{"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}]}],
            "riskSegments": [{"segment": "add me", "position": [0, 6]}],
        },
        "auxInfo": {"segments": 1, "passThrough": {"post": 17}},
        "allLabels": [
            {
                "riskLevel": "REVIEW",
                "riskLabel1": "porn",
                "riskLabel2": "nudity",
                "riskLabel3": "swimwear",
                "riskDescription": "porn: nudity: swimwear",
                "probability": 0.74,
                "riskDetail": {"riskSource": 1002, "faces": [{"id": "f1", "location": [10, 20, 60, 80]}]},
            }
        ],
    } | changes


def much(count: int) -> dict[str, Any]:
    """What a result says when the machine had this many boxes and labels to tell of."""
    objects = [
        {"id": f"o{n}", "name": f"thing {n}", "probability": 0.5, "location": [n, 2 * n, n + 40, 2 * n + 30]}
        for n in range(count)
    ]
    label = {"riskLevel": "REVIEW", "riskLabel1": "ad", "riskLabel3": "x" * 50, "probability": 0.5}
    labels = [label | {"riskLabel2": f"kind{n}"} for n in range(count)]
    return {"riskDetail": {"riskSource": 1002, "objects": objects}, "allLabels": labels}


def request(*, img: str = "", **data: Any) -> dict[str, Any]:
    """The image v4 request that led to it."""
    return {
        "eventId": "profile",
        "type": "POLITY_EROTIC_ADVERT",
        "data": {
            "img": img or "http://127.0.0.1:9/nothing.jpg",
            "tokenId": "u_83f2",
            "dataId": "post-17",
            "lang": "en",
            "extra": {"passThrough": {"post": 17}},
        }
        | data,
    }


def envelope(
    *, app_id: str = "web", img: str = "", data: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    return {"appId": app_id, "request": request(img=img, **(data or {})), "result": result(**changes)}
