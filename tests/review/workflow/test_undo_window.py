"""What arrives in the undo window of a decision is applied when the decision is undone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.models import Case, Delivery, FinalResult
from moderation.models.webhooks.endpoint import EventType
from moderation.policy_versions import store
from review.models import Lease, ReviewTask
from review.queues import configure
from review.workflow import decisions, same_subject
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, take_lease
from tests.moderation.intake.test_vendor_verdicts import COMBINED, FAILED, send
from tests.stage import call, signed_in
from tests.world import World

ASKS = bodies.result(requestId="r1")
AGAIN = {**ASKS, "riskLabel1": "minor", "allLabels": []}
PASSED = {**ASKS, "riskLevel": "PASS", "finalResult": 1}


def undone(world: World, *late: dict[str, Any]) -> ReviewTask:
    """After a decision in whose window these arrived."""
    send(world, ASKS)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, *late)
    return decisions.undo(decision.pk, by=world.alice)


def test_a_new_revision_is_what_the_case_stands_on(world: World) -> None:
    task = undone(world, AGAIN)
    assert (task.machine_revision, task.top_label.partition("/")[0], task.leased_by) == (2, "minor", world.alice)
    assert Lease.objects.latest("pk").machine_revision == 2, "it is what is shown now"
    assert (Case.objects.get().state, Case.objects.get().stands_on) == ("queued", 2)
    decide(task, by=world.alice)
    assert json.loads(FinalResult.objects.get(voided_at=None).body)["allLabels"] == []


def test_a_reviewers_verdict_decides_the_case(world: World) -> None:
    endpoints.subscribed()
    task = undone(world, COMBINED)
    assert (task.state, task.leased_by, Case.objects.get().state) == ("closed", None, "final")
    standing = FinalResult.objects.get(voided_at=None)
    assert (standing.risk_label1, standing.decision_id, standing.revision) == ("ad", None, 1)
    assert json.loads(standing.body)["riskDetail"] == ASKS["riskDetail"]
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "pending"]


def test_a_pass_closes_the_task(world: World) -> None:
    endpoints.subscribed(types=[EventType.RECORDED])
    task = undone(world, PASSED)
    assert (task.state, Case.objects.get().state, Case.objects.get().stands_on) == ("closed", "recorded", 2)
    assert not FinalResult.objects.filter(voided_at=None).exists()
    assert json.loads(Delivery.objects.get(type="result.recorded").payload)["data"]["riskLevel"] == "PASS"


@pytest.mark.parametrize("late", [[FAILED], [AGAIN, FAILED], [FAILED, AGAIN]])
def test_a_failure_says_nothing(world: World, late: list[dict[str, Any]]) -> None:
    task = undone(world, *late)
    expected = 1 + (late.index(AGAIN) + 1 if AGAIN in late else 0)
    assert (task.state, task.machine_revision, task.leased_by) == ("waiting", expected, world.alice)


def test_a_revision_and_a_verdict_are_both_applied(world: World) -> None:
    undone(world, AGAIN, COMBINED)
    told = json.loads(FinalResult.objects.get(voided_at=None).body)
    assert (told["riskLabel1"], told["allLabels"], Case.objects.get().stands_on) == ("ad", [], 2)


def test_nothing_late_leaves_everything_as_it_was(world: World) -> None:
    store.put_in_force({"rules": [{"riskLabel1": ["porn"], "queue": "nudity"}]}, by=world.dave)
    send(world, ASKS)
    decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    store.put_in_force({"rules": []}, by=world.dave)
    assert decisions.undo(decision.pk, by=world.alice).queue == world.nudity


def test_a_task_that_moved_to_a_queue_of_others_is_not_leased(world: World) -> None:
    store.put_in_force({"rules": [{"riskLabel1": ["minor"], "queue": "nudity"}]}, by=world.dave)
    configure.set_members(world.nudity, [world.bob], by="tests")
    task = undone(world, AGAIN)
    assert (task.queue, task.state, task.leased_by) == (world.nudity, "waiting", None)


def test_of_a_group_each_case_is_told_its_own(world: World) -> None:
    info = {"streamId": "live", "similarDedup": True, "timeWindow": 10}
    frames = [
        bodies.envelope(requestId=f"r{n}", data={"streamInfo": info | {"frameTime": 1_790_000_000_000 + n}})
        for n in range(3)
    ]
    send(world, *frames)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, {**frames[1]["result"], "riskLevel": "PASS", "finalResult": 1}, {**COMBINED, "requestId": "r2"})
    task = decisions.undo(decision.pk, by=world.alice)
    assert (task.case.request_id, task.leased_by) == ("r0", world.alice)
    assert dict(Case.objects.values_list("request_id", "state")) == {"r0": "queued", "r1": "recorded", "r2": "final"}
    assert dict(ReviewTask.objects.values_list("case__request_id", "state")) == {
        "r0": "waiting",
        "r1": "closed",
        "r2": "closed",
    }


def test_the_stage_is_told_that_there_is_no_task_any_more(world: World) -> None:
    send(world, ASKS)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, COMBINED)
    for _ in range(2):
        answer = call(signed_in(world.alice), "undo", {"decisionId": str(decision.pk)})
        assert (answer.status_code, answer.json()) == (200, {"task": None})


def test_one_decided_along_is_taken_back_though_it_is_settled(world: World) -> None:
    send(world, ASKS)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, COMBINED)
    assert same_subject.undo_these([decision.pk], by=world.alice) == [decision.task_id]
