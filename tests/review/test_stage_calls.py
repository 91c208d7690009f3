"""The calls of the stage, as the browser makes them."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client

from moderation.models import Delivery, Endpoint, FinalResult
from moderation.webhooks import endpoints
from tests.factories import bodies
from tests.world import World


def call(client: Client, verb: str, body: dict[str, Any]) -> Any:
    return client.post(f"/review/api/{verb}", body, content_type="application/json")


def test_lease_decide_undo(client: Client, world: World) -> None:
    endpoint = Endpoint(name="e", url="https://127.0.0.1/hook", types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    answer = client.post("/api/v1/results", bodies.envelope(), content_type="application/json", headers=world.bearer)
    assert answer.status_code == 201, answer.content
    client.force_login(world.alice)
    leased = call(client, "lease", {"queues": [], "count": 5}).json()
    assert len(leased["tasks"]) == 1, leased
    import pprint

    pprint.pprint(leased)
    task = leased["tasks"][0]
    decision = str(uuid.uuid4())
    hold = {"taskId": task["taskId"], "holdToken": task["holdToken"]}
    decided = call(
        client,
        "decide",
        {"decisionId": decision, **hold, "verdict": "REJECT", "reason": "nudity", "lease": {"queues": [], "count": 5}},
    )
    assert decided.status_code == 200, decided.content
    print(decided.json())
    print(FinalResult.objects.get().body)
    print(Delivery.objects.get().payload)
    undone = call(client, "undo", {"decisionId": decision})
    assert undone.status_code == 200, undone.content
    got = client.get(f"/api/v1/results/{task['requestId']}", headers=world.bearer)
    pprint.pprint(got.json())
    assert client.get("/").status_code == 200
    assert client.get("/review/").status_code == 200
    assert client.get("/api/schema/").status_code == 200
    assert client.get("/review/api/counts").json() == 1
