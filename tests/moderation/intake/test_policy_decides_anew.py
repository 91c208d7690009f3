"""What policy decided alone is evaluated anew when the machine says something else, until a person takes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from moderation.contract import parse_submission
from moderation.intake.accept import accept, accept_all
from moderation.models import Case, Delivery, FinalResult, MachineResult
from moderation.policy_versions import store
from review.cases import accounting
from review.models import ReviewTask
from review.workflow import decisions
from review.workflow.reopen import reopen
from tests.factories import bodies, endpoints
from tests.factories.policy_decisions import (
    PASSED,
    REJECTED,
    REVIEWED,
    SECTION,
    TYPES,
    results,
    scored,
    send,
    state,
    told,
)
from tests.factories.verdicts import PASS, REJECT, decide, take_lease
from tests.moderation.api.calls import get
from tests.world import World

KNOWN: dict[str, Any] = {**SECTION, "name": "known", "scope": {"event": "profile"}}


@pytest.fixture(autouse=True)
def policy(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by=world.dave)


# --- the machine says something else ----------------------------------------------------------------------------


def test_another_verdict_of_policy_goes_out_as_a_correction(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, REJECTED)
    assert send(world, PASSED).case.state == state() == "final"
    assert results() == [(1, 0, "REJECT"), (2, 0, "PASS")]
    assert told() == [("result.recorded", 1), ("result.corrected", 2)]
    corrected = json.loads(Delivery.objects.latest("pk").payload)["data"]
    assert (corrected["policy"]["version"], corrected["resultType"]) == (1, 0)
    assert Case.objects.get().stands_on == 2


def test_another_label_is_another_verdict_and_another_score_is_none(world: World) -> None:
    send(world, REJECTED)
    send(world, scored(0.95))
    assert results() == [(1, 0, "REJECT")]
    send(world, scored(0.95, allLabels=[{"riskLabel1": "porn", "riskLabel2": "acts", "probability": 0.97}]))
    assert results() == [(1, 0, "REJECT"), (2, 0, "REJECT")]


def test_one_that_turns_to_review_is_queued_and_a_person_corrects_it(
    world: World, client: Client, settings: Any
) -> None:
    endpoints.subscribed(types=TYPES)
    settings.UNDO_SECONDS = 0
    send(world, REJECTED)
    assert send(world, REVIEWED).taken_in
    found = get(client, "r1", world.bearer).json()
    assert (found["state"], found["revision"], found["finalResult"]["riskLevel"]) == ("queued", 1, "REJECT")
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    assert results() == [(1, 0, "REJECT"), (2, 1, "PASS")]
    assert told() == [("result.recorded", 1), ("result.corrected", 2)]
    send(world, scored(0.99))
    assert (state(), len(results())) == ("final", 2)
    assert accounting.account().unaccounted == 0


def test_undone_that_persons_verdict_leaves_the_case_waiting(world: World) -> None:
    send(world, REJECTED)
    send(world, REVIEWED)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    send(world, scored(0.2))  # while it can still be undone
    decisions.undo(decision.pk, by=world.alice)
    assert (state(), ReviewTask.objects.get().state) == ("final", "closed")
    standing = FinalResult.objects.filter(voided_at=None).order_by("revision")
    assert list(standing.values_list("revision", "result_type", "risk_level")) == [(1, 0, "REJECT"), (2, 0, "PASS")]
    assert accounting.account().unaccounted == 0


def test_or_in_the_queue_when_nothing_else_came(world: World) -> None:
    send(world, REJECTED)
    send(world, REVIEWED)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    decisions.undo(decision.pk, by=world.alice)
    assert (state(), ReviewTask.objects.get().state) == ("queued", "waiting")


@pytest.mark.parametrize(("again", "count"), [(scored(0.95), 1), (PASSED, 2)])
def test_one_that_turned_to_review_and_back_is_told_when_it_differs(
    world: World, again: dict[str, Any], count: int
) -> None:
    for body in (REJECTED, REVIEWED, again):
        send(world, body)
    assert (state(), ReviewTask.objects.get().state, len(results())) == ("final", "closed", count)


def test_what_waited_is_decided_by_a_clearer_result(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, REVIEWED)
    assert send(world, PASSED).taken_in is None
    assert (state(), ReviewTask.objects.get().state, results()) == ("final", "closed", [(1, 0, "PASS")])
    assert told() == [("result.recorded", 1)]


def test_a_late_failure_changes_nothing(world: World) -> None:
    send(world, REJECTED)
    send(world, {"code": 1903})
    assert (state(), Case.objects.get().stands_on, len(results())) == ("final", 1, 1)


def test_under_a_policy_without_sections_the_answer_stands(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, REJECTED)
    store.put_in_force({}, by=world.dave)
    send(world, {"riskLevel": "PASS", "finalResult": 1})
    assert (state(), results(), told()) == ("final", [(1, 0, "REJECT")], [("result.recorded", 1)])
    send(world, REVIEWED)
    assert (state(), ReviewTask.objects.get().state) == ("queued", "waiting")
    send(world, {"riskLevel": "PASS", "finalResult": 1, "riskDescription": "again"})
    assert (state(), ReviewTask.objects.get().state) == ("final", "closed")
    assert accounting.account().unaccounted == 0


def test_several_results_of_one_case_in_a_batch_are_its_revisions(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    batch = [bodies.envelope(requestId="r1", **body) for body in (REJECTED, REVIEWED, PASSED)]
    accept_all([(parse_submission(one), world.web) for one in batch], by=world.key)
    assert (state(), results()) == ("final", [(1, 0, "REJECT"), (2, 0, "PASS")])
    assert told() == [("result.recorded", 1), ("result.corrected", 2)]


def test_the_request_that_comes_later_can_decide(world: World) -> None:
    store.put_in_force({"sections": [KNOWN]}, by=world.dave)
    result = bodies.result(requestId="r1", **REJECTED)
    assert accept(parse_submission(result), app=world.web, by=world.key).case.state == "queued"
    whole = {"request": bodies.request(), "result": result}
    again = accept(parse_submission(whole), app=world.web, by=world.key)
    assert (again.repeat, state(), ReviewTask.objects.get().state) == (True, "final", "closed")
    assert results() == [(1, 0, "REJECT")]
    assert MachineResult.objects.get().route["section"] == "known"


# --- people -----------------------------------------------------------------------------------------------------


def test_a_reviewer_of_the_detection_service_corrects_it(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, REJECTED)
    send(world, {"riskLevel": "PASS", "resultType": 1, "finalResult": 1})
    assert (state(), results()) == ("final", [(1, 0, "REJECT"), (2, 1, "PASS")])
    assert told() == [("result.recorded", 1), ("result.corrected", 2)]
    send(world, scored(0.99))
    assert len(results()) == 2


def test_a_lead_reopens_it_and_corrects_it(world: World, settings: Any) -> None:
    endpoints.subscribed(types=TYPES)
    settings.UNDO_SECONDS = 0
    rules = [
        {"when": {"app": ["web"]}, "record": True},
        {"when": {"label": ["porn"]}, "queue": "nudity", "boost": 7},
    ]
    store.put_in_force({"rules": rules, "sections": [SECTION]}, by=world.dave)
    send(world, REJECTED)
    task = reopen(Case.objects.get().pk, by=world.carol, note="look again")
    assert (task.round, task.queue, task.owner, task.machine_revision) == (1, world.nudity, world.carol, 1)
    assert (task.top_label, task.severity, task.priority[0]["minutes"]) == ("porn/nudity", "critical", 7)
    assert (task.due_at - task.entered_at).total_seconds() == world.nudity.sla_minutes * 60
    decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    assert (state(), results()) == ("final", [(1, 0, "REJECT"), (2, 1, "PASS")])
    assert told() == [("result.recorded", 1), ("result.corrected", 2)]
    assert accounting.account().unaccounted == 0


def test_once_reopened_the_machine_decides_it_no_more(world: World) -> None:
    send(world, REJECTED)
    reopen(Case.objects.get().pk, by=world.dave)
    send(world, PASSED)
    assert (state(), ReviewTask.objects.get().state, results()) == ("final", "waiting", [(1, 0, "REJECT")])
    assert "riskLevel" not in MachineResult.objects.latest("revision").route
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=REJECT)
    decisions.undo(decision.pk, by=world.alice)
    assert (state(), ReviewTask.objects.get().state) == ("final", "waiting")
    send(world, scored(0.2))
    assert (ReviewTask.objects.get().state, FinalResult.objects.filter(voided_at=None).count()) == ("waiting", 1)


def test_one_whose_task_was_closed_is_reopened_as_the_next_round(world: World) -> None:
    send(world, REVIEWED)
    send(world, PASSED)
    assert reopen(Case.objects.get().pk, by=world.dave).round == 2
