"""POST /api/v1/results with a single object."""

from __future__ import annotations

from django.test import Client

from moderation.models import Case
from review.models import ReviewTask
from tests.factories import bodies
from tests.world import World


def post(client: Client, world: World, body: object, **headers: str) -> object:
    return client.post("/api/v1/results", body, content_type="application/json", headers={**world.bearer, **headers})


def test_a_new_result_is_201_and_waits_in_the_default_queue(client: Client, world: World) -> None:
    body = bodies.envelope()
    answer = post(client, world, body)
    assert answer.status_code == 201, answer.content
    task = ReviewTask.objects.get()
    assert answer.json() == {
        "requestId": body["result"]["requestId"],
        "caseId": str(Case.objects.get().pk),
        "state": "queued",
        "queue": "default",
        "dueAt": task.due_at.isoformat().replace("+00:00", "Z"),
        "url": f"http://testserver/api/v1/results/{body['result']['requestId']}?appId=web",
    }
