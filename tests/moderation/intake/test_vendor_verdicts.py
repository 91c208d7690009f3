"""Verdicts of the detection service's own reviewers merge onto the case and close our task."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, Delivery, FinalResult
from review.models import ReviewTask
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, take_lease
from tests.world import World

ASKS = bodies.result(requestId="r1")
COMBINED = {
    "requestId": "r1",
    "code": 1100,
    "message": "success",
    "riskLevel": "REJECT",
    "riskLabel1": "ad",
    "riskLabel2": "contact",
    "riskLabel3": "",
    "riskDescription": "ad: contact",
    "finalResult": 1,
    "resultType": 1,
}
PLAIN = {
    "requestId": "r1",
    "serviceId": "POST_IMG",
    "result": {"operation": 2, "description": "no", "descriptions": ["no"], "tips": ""},
    "data": {"content": "", "tokenId": "u", "appId": "web"},
}
PASSED = {**PLAIN, "result": {"operation": 1}}
FAILED = {"requestId": "r1", "code": 1903, "message": "service error"}


def send(world: World, *sent: dict[str, Any]) -> None:
    for body in sent:
        accept(parse_submission(body), app=world.web, by=world.key)


def answer() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FinalResult.objects.get(voided_at=None).body)
    return told


@pytest.mark.parametrize(
    ("verdict", "level", "label"),
    [(COMBINED, "REJECT", "ad"), (PLAIN, "REJECT", "porn"), (PASSED, "PASS", "normal")],
    ids=["combined", "plain, with the machine's label", "plain, passed"],
)
def test_a_verdict_closes_the_task_and_is_sent_on_with_the_machines_evidence(
    world: World, verdict: dict[str, Any], level: str, label: str
) -> None:
    endpoints.subscribed()
    send(world, ASKS, verdict)
    assert (Case.objects.get().state, ReviewTask.objects.get().state) == ("final", "closed")
    told = answer()
    assert (told["riskLevel"], told["riskLabel1"], told["resultType"], told["finalResult"]) == (level, label, 1, 1)
    assert told["riskDetail"] == ASKS["riskDetail"], "no evidence is erased"
    payload = json.loads(Delivery.objects.get().payload)
    assert (payload["type"], payload["data"]["review"]["decisionId"]) == ("result.final", None)


@pytest.mark.parametrize("order", list(permutations([ASKS, COMBINED, FAILED])))
def test_whatever_comes_first_the_verdict_stands(world: World, order: tuple[dict[str, Any], ...]) -> None:
    send(world, *order)
    assert Case.objects.get().state == "final"
    assert answer()["riskLabel1"] == "ad"
    assert not ReviewTask.objects.filter(closed_at=None).exists()


def test_a_verdict_alone_is_recorded_and_a_late_request_for_review_does_not_queue_it(world: World) -> None:
    send(world, COMBINED)
    assert (Case.objects.get().state, FinalResult.objects.count()) == ("recorded", 0)
    send(world, ASKS)
    assert not ReviewTask.objects.exists()


def test_our_peoples_verdict_stands_against_theirs(world: World) -> None:
    send(world, ASKS)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, PASSED)
    assert FinalResult.objects.get().decision_id == decision.pk
    assert Case.objects.get().state == "final"


def test_who_holds_the_task_is_told_that_it_is_over(world: World) -> None:
    send(world, ASKS)
    take_lease(world.default, by=world.alice)
    send(world, COMBINED)
    assert ReviewTask.objects.get().leased_by is None


def test_a_machine_that_changes_its_mind_again_undoes_nothing(world: World) -> None:
    send(world, ASKS, COMBINED, {**ASKS, "riskLabel3": "later"})
    assert answer()["riskLabel1"] == "ad"
    assert not ReviewTask.objects.filter(closed_at=None).exists()
