"""A stream with one banner, across real processes: a few tasks for the moderator, an answer for every frame."""

from __future__ import annotations

import json
import uuid

import httpx

from moderation.models import Delivery
from review.models import Decision, ReviewTask
from tests.customer import Customer
from tests.factories import bodies
from tests.flow.test_main_job import sign_in, subscribe
from tests.processes import RunningApp
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World

FRAMES, WINDOW_SECONDS = 500, 10
START_MS = 1_790_000_000_000


def test_five_hundred_frames_are_fifty_tasks_and_five_hundred_answers(
    running_app: RunningApp, committed_world: World, receiver: Customer
) -> None:
    """A frame a second, riskNum 1."""
    world = committed_world
    subscribe(world, receiver)
    info = {"streamId": "live-1", "similarDedup": True, "riskNum": 1, "timeWindow": WINDOW_SECONDS}
    frames = [
        bodies.envelope(data={"streamInfo": info | {"frameTime": START_MS + 1000 * second}}) for second in range(FRAMES)
    ]
    with httpx.Client(base_url=running_app.url, trust_env=False, timeout=PATIENCE_SECONDS) as backend:
        for first in range(0, FRAMES, 100):
            answer = backend.post("/api/v1/results", json=frames[first : first + 100], headers=world.bearer).json()
            assert answer["accepted"] == 100, answer
    assert decide_everything(running_app, world) == FRAMES // WINDOW_SECONDS

    running_app.start_worker()
    running_app.start_beat()
    delivered = Delivery.objects.filter(state="delivered")
    wait_for(lambda: delivered.count() == FRAMES, what="every answer", tell=running_app)
    told = [json.loads(webhook.body) for webhook in receiver.received]
    assert {event["type"] for event in told} == {"result.final"}
    assert {event["data"]["requestId"] for event in told} == {frame["result"]["requestId"] for frame in frames}
    assert (Decision.objects.count(), ReviewTask.objects.filter(state="decided").count()) == (50, FRAMES)


def decide_everything(app: RunningApp, world: World) -> int:
    """How many times somebody had to judge."""
    judged = 0
    with httpx.Client(base_url=app.url, trust_env=False, timeout=PATIENCE_SECONDS) as browser:
        sign_in(browser, world.alice.email)
        while tasks := browser.post("/review/api/lease", json={"queues": [], "count": 10}).json()["tasks"]:
            assert {task["decides"] for task in tasks} == {WINDOW_SECONDS}
            for task in tasks:
                lease_key = {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}
                decision = {"decisionId": str(uuid.uuid4()), **lease_key, "verdict": "REJECT", "reason": "contact"}
                assert browser.post("/review/api/decide", json=decision).status_code == 200
                judged += 1
    return judged
