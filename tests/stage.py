"""Post to the calls of the stage, as the browser does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.models import User
from tests.described import Described


def signed_in(person: User | None, **how: Any) -> Client:
    client = Described(**how)
    if person is not None:
        client.force_login(person)
    return client


def call(client: Client, verb: str, body: Any, **headers: str) -> Any:
    return client.post(f"/review/api/{verb}", body, content_type="application/json", headers=headers)


def lease(client: Client, *, count: int = 5, queues: list[str] | None = None) -> dict[str, Any]:
    answer = call(client, "lease", {"queues": queues or [], "count": count})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def lease_key_of(task: dict[str, Any]) -> dict[str, Any]:
    return {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}


def verdict(task: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"decisionId": str(uuid4()), **lease_key_of(task), "verdict": "REJECT", "reason": "nudity", **said}
