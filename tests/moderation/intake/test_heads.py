"""Bodies without evidence: a reviewer's level and label never take the place of what the machine found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from moderation.models import Case, FinalResult, MachineResult
from moderation.policy_versions import store
from review.models import ReviewTask
from review.presentation import task_json
from review.workflow import reopen as reopening
from review.workflow.verdicts import Judgement
from tests.factories import bodies
from tests.factories.verdicts import PASS, REJECT, decide, take_lease
from tests.moderation.api.calls import get, post
from tests.moderation.intake.test_vendor_verdicts import COMBINED, send
from tests.world import World

MACHINE = bodies.result(requestId="r1")
DISPOSAL = {"riskLevel": "REJECT", "riskLabel1": "theirs"}
INTERMEDIATE = {**COMBINED, "finalResult": 0, "disposal": DISPOSAL}
REVIEW = {**COMBINED, "riskLevel": "REVIEW", "disposal": DISPOSAL}
NAMELESS = {**REVIEW, "riskLabel1": "", "riskLabel2": "", "riskDescription": ""}
OF_THE_MACHINE = {k: v for k, v in REVIEW.items() if k != "resultType"}
EMPTY = {**REVIEW, "allLabels": [], "riskDetail": {}, "auxInfo": {"segments": 1}}
HEADS = {
    "intermediate": INTERMEDIATE,
    "review": REVIEW,
    "without a label": NAMELESS,
    "of the machine": OF_THE_MACHINE,
    "with empty arrays": EMPTY,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_head_erases_nothing_from_the_stage_or_the_answer(world: World, head: dict[str, Any]) -> None:
    send(world, MACHINE, head)
    assert ReviewTask.objects.filter(closed_at=None).count() == 1
    task = take_lease(world.default, by=world.alice)
    (shown,) = task_json.tasks([task])
    assert (len(shown["labels"]), len(shown["evidence"]), shown["text"]["text"]) == (1, 1, "add me 12345")
    assert shown["result"]["disposal"] == DISPOSAL
    decide(task, by=world.alice, judgement=Judgement(verdict="REJECT"))
    told = json.loads(FinalResult.objects.get().body)
    assert (told["allLabels"], told["riskDetail"]) == (MACHINE["allLabels"], MACHINE["riskDetail"])
    assert told["disposal"] == DISPOSAL, "it says the verdict itself"


def test_a_head_keeps_its_case_in_its_queue(world: World) -> None:
    store.put_in_force({"rules": [{"riskLabel1": ["porn"], "queue": "nudity"}]}, by=world.dave)
    send(world, MACHINE, NAMELESS)
    assert ReviewTask.objects.get().queue == world.nudity


def test_a_disposal_that_contradicts_the_verdict_does_not_go_through(world: World) -> None:
    send(world, MACHINE, REVIEW)
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    assert "disposal" not in json.loads(FinalResult.objects.get().body)


@pytest.mark.parametrize("verdict_first", [False, True])
def test_a_reviewers_verdict_brings_its_disposal(world: World, verdict_first: bool) -> None:
    verdict = {**COMBINED, "disposal": DISPOSAL}
    send(world, *([verdict, MACHINE] if verdict_first else [MACHINE, verdict]))
    told = json.loads(FinalResult.objects.get().body)
    assert (told["disposal"], told["riskDetail"]) == (DISPOSAL, MACHINE["riskDetail"])


def test_a_reviewer_who_asks_for_a_review_gets_one_with_the_machines_evidence(world: World) -> None:
    send(world, {**MACHINE, "riskLevel": "PASS", "finalResult": 1})
    assert Case.objects.get().state == "recorded"
    send(world, REVIEW)
    assert Case.objects.get().state == "queued"
    (shown,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    assert len(shown["evidence"]) == 1


def test_a_head_that_came_first_gives_way_to_the_machine(world: World) -> None:
    send(world, REVIEW, MACHINE)
    assert (ReviewTask.objects.get().machine_revision, Case.objects.get().stands_on) == (2, 2)


def test_a_verdict_after_a_head_is_answered_with_the_machines_evidence(world: World) -> None:
    send(world, MACHINE, REVIEW, COMBINED)
    assert json.loads(FinalResult.objects.get().body)["riskDetail"] == MACHINE["riskDetail"]


def test_a_machine_that_passes_without_labels_is_believed(world: World) -> None:
    send(world, MACHINE, {"requestId": "r1", "code": 1100, "riskLevel": "PASS", "riskLabel1": "normal"})
    assert Case.objects.get().state == "recorded"


@pytest.mark.parametrize("late", [COMBINED, REVIEW], ids=["verdict", "head"])
def test_a_reopened_case_is_shown_with_its_evidence(world: World, settings: Any, late: dict[str, Any]) -> None:
    settings.UNDO_SECONDS = 0
    send(world, MACHINE)
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=REJECT)
    send(world, late)
    reopening.reopen(Case.objects.get().pk, by=world.carol)
    (shown,) = task_json.tasks([take_lease(world.default, by=world.carol)])
    assert len(shown["evidence"]) == 1
    assert Case.objects.get().stands_on == ReviewTask.objects.latest("pk").machine_revision


def test_backends_are_told_the_evidence_too(client: Client, world: World) -> None:
    for body in (MACHINE, REVIEW):
        post(client, body, world.bearer, query="?appId=web")
    told = get(client, "r1", world.bearer).json()["machineResult"]
    assert (told["riskDetail"], told["riskLabel1"], told["disposal"]) == (MACHINE["riskDetail"], "ad", DISPOSAL)
    assert MachineResult.objects.get(revision=2).raw == json.dumps(REVIEW, separators=(",", ":")), "kept as sent"


@pytest.mark.parametrize("column", ["raw", "merged", "code", "risk_level"])
def test_what_the_machine_said_never_changes(world: World, column: str) -> None:
    send(world, MACHINE)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE moderation_machineresult SET {column} = {column}")  # noqa: S608 - names of ours
