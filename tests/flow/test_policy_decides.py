"""Policy rejects a result alone, and the customer hears; a lead reopens it, and the customer hears the correction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from moderation.disposal import changes as own_labels
from moderation.disposal.mapping import Own
from moderation.models import Endpoint
from moderation.policy_versions import store
from moderation.webhooks import endpoints
from tests.customer import Customer
from tests.factories import bodies
from tests.factories.policy_decisions import REJECTED, SECTION, TYPES
from tests.flow.test_main_job import post, sign_in
from tests.processes import RunningApp
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World


@pytest.fixture
def carol(running_app: RunningApp, committed_world: World) -> Iterator[httpx.Client]:
    """The browser of a lead."""
    with httpx.Client(base_url=running_app.url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
        yield sign_in(client, committed_world.carol.email)


def test_a_rejection_by_policy_is_told_reopened_and_corrected(
    running_app: RunningApp,
    committed_world: World,
    receiver: Customer,
    carol: httpx.Client,
) -> None:
    endpoint = Endpoint(name="customer", url=f"{receiver.url}/hook", types=TYPES)
    secret = endpoints.create(endpoint, apps=[], by=committed_world.dave)
    own_labels.add(committed_world.web, label="porn", own=Own("TNS-2"), by=committed_world.dave)
    store.put_in_force({"sections": [SECTION]}, by=committed_world.dave)
    running_app.start_worker()
    running_app.start_beat()
    posted = post(running_app, committed_world, bodies.envelope(requestId="r1", **REJECTED))
    assert posted["state"] == "final"
    recorded = heard(receiver, secret, 1, running_app)
    assert (recorded["type"], verdict(recorded)) == ("result.recorded", ("REJECT", 0, 1))
    assert disposal(recorded) == ("REJECT", "TNS-2")
    assert recorded["data"]["policy"]["chain"][0]["threshold"] == {"label": "porn", "which": "reject", "number": 850}
    reopen_and_pass(posted["caseId"], carol)
    corrected = heard(receiver, secret, 2, running_app)
    assert (corrected["type"], verdict(corrected)) == ("result.corrected", ("PASS", 1, 1))
    assert disposal(corrected) == ("PASS", "normal")
    assert (corrected["data"]["review"]["revision"], "policy" in corrected["data"]) == (2, False)
    events = httpx.get(f"{running_app.url}/api/v1/events", headers=committed_world.bearer, trust_env=False).json()
    assert [item["type"] for item in events["items"]] == ["result.recorded", "result.corrected"]


def heard(receiver: Customer, secret: str, count: int, app: RunningApp) -> Any:
    wait_for(lambda: len(receiver.received) >= count, what=f"webhook {count}", tell=app)
    got = receiver.received[count - 1]
    return Webhook(secret).verify(got.body, got.headers)


def verdict(event: Any) -> tuple[str, int, int]:
    data = event["data"]
    return data["riskLevel"], data["resultType"], data["finalResult"]


def disposal(event: Any) -> tuple[str, str]:
    return event["data"]["disposal"]["riskLevel"], event["data"]["disposal"]["riskLabel1"]


def reopen_and_pass(case: str, carol: httpx.Client) -> None:
    page = carol.get(f"/review/cases/{case}/")
    assert f'action="/review/cases/{case}/reopen"' in page.text, page.status_code
    assert carol.post(f"/review/cases/{case}/reopen", data={"note": "look again"}).status_code == 302
    (task,) = carol.post("/review/api/lease", json={"queues": [], "count": 1}).json()["tasks"]
    assert (task["origin"]["kind"], task["route"]["section"]) == ("reopened", "all")
    decision = {
        "decisionId": str(uuid.uuid4()),
        "taskId": task["taskId"],
        "leaseToken": task["leaseToken"],
        "verdict": "PASS",
    }
    answer = carol.post("/review/api/decide", json=decision)
    assert answer.status_code == 200, answer.text
