"""Calls as a platform makes them, valid unless a test changes them."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from django.test import Client
from PIL import Image

IMAGE, IMAGES, QUERY, CHECK = "/image/v4", "/images/v4", "/v4/image/query", "/v1/image/check"


def picture(width: int = 64, height: int = 48, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **options)
    return file.getvalue()


def as_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def call(*, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A call of image v4; None leaves a field out."""
    about: dict[str, Any] = {"img": as_base64(picture()), "tokenId": "u_83f2", "lang": "en", "dataId": "post-17"} | (
        data or {}
    )
    body = {"appId": "web", "eventId": "profile", "type": "POLITY_EROTIC_IMGTEXTRISK", "data": about} | changes
    wanted: dict[str, Any] = without_nothing(body)
    return wanted


def without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nothing(one) for name, one in value.items() if one is not None}
    return value


def post(client: Client, url: str, body: Any, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The answer, which is HTTP 200 whatever it says."""
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    response = client.post(url, sent, content_type="application/json", headers=headers or {})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer
