"""GET /api/v1/results/{requestId}: all that a backend may know by now."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from moderation.models import FinalResult
from review.presentation import task_json
from review.workflow import decisions
from tests.factories import bodies, endpoints
from tests.factories.verdicts import PASS, decide, take_lease
from tests.moderation.api.calls import get, pointers, post
from tests.moderation.contract.bodies import decision_labels
from tests.moderation.intake.test_vendor_verdicts import COMBINED, PLAIN
from tests.world import World


def test_it_tells_everything_about_a_case(client: Client, world: World) -> None:
    body = bodies.envelope(requestId="r1")
    post(client, body, world.bearer)
    answer = get(client, "r1", world.bearer).json()
    case_id = answer.pop("caseId")
    assert case_id.isdigit()
    assert answer == {
        "requestId": "r1",
        "appId": "web",
        "dataId": "post-17",
        "tokenId": "u_83f2",
        "state": "queued",
        "queue": "default",
        "machineResult": body["result"],
        "finalResult": None,
        "revision": 0,
        "deliveries": [],
    }


@pytest.mark.parametrize(
    "value",
    ["0.10", "1E-7", "12345678901234567890", "0.1234567890123456789012345", "-0.0", '{"b": 1, "a": 2}', '"\\u4e2d"'],
)
def test_the_machines_numbers_and_keys_come_back_as_they_were_sent(client: Client, world: World, value: str) -> None:
    sent = json.dumps(bodies.envelope(requestId="r1", odd="HERE")).replace('"HERE"', value)
    post(client, sent, world.bearer)
    kept = value.replace('"\\u4e2d"', '"中"').replace(" ", "")
    assert f'"odd":{kept}' in get(client, "r1", world.bearer).content.decode()


def test_a_verdict_in_its_undo_window_is_not_heard_of(client: Client, world: World) -> None:
    endpoints.subscribed()
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    before = get(client, "r1", world.bearer).json()
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    assert get(client, "r1", world.bearer).json() == before
    decisions.undo(decision.pk, by=world.alice)
    assert get(client, "r1", world.bearer).json() == before


def test_after_the_window_the_verdict_and_its_deliveries_are_told(client: Client, world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    endpoints.subscribed()
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    answer = get(client, "r1", world.bearer).json()
    assert (answer["state"], answer["revision"], answer["finalResult"]["riskLevel"]) == ("final", 1, "PASS")
    assert answer["finalResult"]["auxInfo"]["passThrough"] == {"post": 17}
    (delivery,) = answer["deliveries"]
    assert (delivery["endpoint"], delivery["state"], delivery["attempts"]) == ("orders", "pending", 0)


def test_the_final_result_keeps_the_machines_digits(client: Client, world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    sent = json.dumps(bodies.envelope(requestId="r1", odd="HERE")).replace('"HERE"', "0.12345678901234567890123")
    post(client, sent, world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    assert '"odd":0.12345678901234567890123' in FinalResult.objects.get().body
    assert get(client, "r1", world.bearer).content.decode().count("0.12345678901234567890123") == 2


@pytest.mark.parametrize("request_id", ["unknown", "%00", "a%00b", "x" * 300, "_" * 200, "%F0%9F%92%A9"])
def test_what_is_not_known_is_a_404(client: Client, world: World, request_id: str) -> None:
    assert get(client, request_id, world.bearer).status_code == 404
    answer = get(client, "r1", world.bearer, query=f"?appId={request_id}")
    assert (answer.status_code, pointers(answer)) == (422, {"/appId"})


@pytest.mark.parametrize("shape", ["combined", "plain"])
def test_the_services_own_reviewers_hide_nothing_that_the_machine_said(
    client: Client, world: World, shape: str
) -> None:
    sent = bodies.envelope(requestId="r1")
    verdict = {"combined": COMBINED, "plain": PLAIN}[shape]
    for body in (sent, {"appId": "web", "result": verdict}):
        assert post(client, body, world.bearer).status_code in (200, 201)
    answer = get(client, "r1", world.bearer).json()
    assert (answer["state"], answer["finalResult"]["riskLevel"]) == ("final", "REJECT")
    assert (answer["machineResult"], answer["queue"]) == (sent["result"], "default")
    post(client, bodies.envelope(requestId="r1", riskLevel="PASS"), world.bearer)
    assert get(client, "r1", world.bearer).json()["machineResult"] == sent["result"], "the verdict stands on that one"


def test_a_verdict_that_came_before_the_machine_is_shown_until_it_comes(client: Client, world: World) -> None:
    post(client, COMBINED, world.bearer, query="?appId=web")
    assert get(client, "r1", world.bearer).json()["machineResult"] == COMBINED


def test_the_older_shape_is_told_in_v4_fields_with_its_digits(client: Client, world: World) -> None:
    sent = json.dumps(decision_labels(requestId="r1", decision="review")).replace("640", "640.10")
    assert post(client, sent, world.bearer, query="?appId=web").status_code == 201
    text = get(client, "r1", world.bearer).content.decode()
    assert '"confidence":640.10' in text
    told = json.loads(text)["machineResult"]
    assert (told["code"], told["riskLevel"], told["riskLabel1"]) == (1100, "REVIEW", "porn")
    assert [label["riskLabel1"] for label in told["allLabels"]] == ["violence", "porn"]
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    assert (task["result"]["riskLevel"], task["result"]["decision"]) == ("REVIEW", "review")
    assert float(task["result"]["allLabels"][0]["probability"]) == 0.6401


def test_the_reviewers_plain_body_is_told_in_v4_fields(client: Client, world: World) -> None:
    post(client, PLAIN, world.bearer)
    told = get(client, "r1", world.bearer).json()["machineResult"]
    assert (told["code"], told["riskLevel"], told["resultType"], told["finalResult"]) == (1100, "REJECT", 1, 1)


@pytest.mark.parametrize("late", [{"code": 1903, "message": "service error"}, {"code": "1911"}])
def test_a_late_failure_hides_neither_the_result_nor_the_queue(client: Client, world: World, late: Any) -> None:
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    before = get(client, "r1", world.bearer).json()
    assert post(client, {"appId": "web", "requestId": "r1", **late}, world.bearer).json()["revision"] == 2
    assert get(client, "r1", world.bearer).json() == before


def test_a_case_that_only_failed_tells_that(client: Client, world: World) -> None:
    post(client, {"appId": "web", "requestId": "r1", "code": 1903}, world.bearer)
    assert get(client, "r1", world.bearer).json()["machineResult"]["code"] == 1903
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    assert get(client, "r1", world.bearer).json()["machineResult"]["code"] == 1100


def test_a_result_that_came_after_the_verdict_is_not_what_it_stands_on(
    client: Client, world: World, settings: Any
) -> None:
    settings.UNDO_SECONDS = 0
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    post(client, bodies.envelope(requestId="r1", riskLabel1="minor"), world.bearer)
    assert get(client, "r1", world.bearer).json()["machineResult"]["riskLabel1"] == "porn"


def test_of_one_id_in_two_apps_the_query_chooses(client: Client, world: World) -> None:
    for app in ("web", "app"):
        post(client, bodies.envelope(app_id=app, requestId="r1"), world.bearer)
    for app in ("web", "app"):
        assert get(client, "r1", world.bearer, query=f"?appId={app}").json()["appId"] == app
