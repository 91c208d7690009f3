"""With LOG_FORMAT=json and LOG_EACH every process names the case, and the web process the request, in its lines."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moderation.models import Delivery
from tests.customer import Customer
from tests.factories import bodies, pictures
from tests.flow.test_main_job import post, sign_in, subscribe
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World

DISPATCHER = [sys.executable, "manage.py", "deliver_due", "--loop"]
CALL = "call-of-the-customer-7"


@pytest.fixture
def telling(committed_world: World, tmp_path: Path) -> Iterator[RunningApp]:
    with run_app(tmp_path / "logs", LOG_FORMAT="json", LOG_EACH="true", UNDO_SECONDS="0") as app:
        app.start_worker()
        app.start("dispatcher", DISPATCHER)
        yield app


def lines(app: RunningApp, name: str, **about: Any) -> list[dict[str, Any]]:
    """Those of this process that say so."""
    written = [json.loads(line) for line in app.log(name).splitlines() if line.startswith("{")]
    return [line for line in written if about.items() <= line.items()]


def decide(app: RunningApp, world: World, **headers: str) -> httpx.Response:
    """Alice passes the case that waits."""
    with httpx.Client(base_url=app.url, trust_env=False, timeout=PATIENCE_SECONDS) as browser:
        sign_in(browser, world.alice.email)
        (task,) = browser.post("/review/api/lease", json={"queues": [], "count": 5}).json()["tasks"]
        decision = {"decisionId": str(uuid.uuid4()), "taskId": task["taskId"], "leaseToken": task["leaseToken"]}
        return browser.post("/review/api/decide", json={**decision, "verdict": "PASS"}, headers=headers)


def test_a_case_can_be_followed_through_the_processes(
    telling: RunningApp, committed_world: World, receiver: Customer
) -> None:
    subscribe(committed_world, receiver)
    body = bodies.envelope(img=receiver.serve("/a.jpg", pictures.still()))
    case = int(post(telling, committed_world, body)["caseId"])
    wait_for(lambda: lines(telling, "worker", caseId=case, message="The picture is ready"), what="the picture")

    answer = decide(telling, committed_world, **{"X-Request-Id": CALL})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (200, CALL)
    (decided,) = lines(telling, "web", httpRequest=CALL)
    assert decided["caseId"] == case
    assert decided["message"].startswith("POST /review/api/decide 200 in ")

    wait_for(lambda: Delivery.objects.filter(state="delivered").exists(), what="the webhook", tell=telling)
    about = {"caseId": case, "webhookId": Delivery.objects.get().webhook_id}
    wait_for(lambda: lines(telling, "dispatcher", **about) or lines(telling, "worker", **about), what="its line")
    taken_in = [line for line in lines(telling, "web", caseId=case) if "POST /api/v1/results 201" in line["message"]]
    assert len(taken_in) == 1
    assert len(taken_in[0]["httpRequest"]) == 32
    assert not lines(telling, "web", httpRequest="of another")


def test_an_id_that_could_forge_a_line_is_replaced(telling: RunningApp) -> None:
    for given in ("a b", "x" * 65, '"},{"'):
        answered = httpx.get(f"{telling.url}/accounts/login/", headers={"X-Request-Id": given}, trust_env=False)
        assert len(answered.headers["X-Request-Id"]) == 32
