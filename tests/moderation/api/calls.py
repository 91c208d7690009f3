"""What a backend does: post a result, ask for one."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

RESULTS = "/api/v1/results"


def post(client: Client, body: Any, headers: dict[str, str], *, query: str = "", **extra: Any) -> Any:
    """`body` as JSON, or as it is when it is text or bytes already."""
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    kind = extra.pop("content_type", "application/json")
    return client.post(f"{RESULTS}{query}", sent, content_type=kind, headers=headers, **extra)


def get(client: Client, request_id: str, headers: dict[str, str], *, query: str = "") -> Any:
    return client.get(f"{RESULTS}/{request_id}{query}", headers=headers)


def pointers(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}
