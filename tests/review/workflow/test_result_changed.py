"""A verdict goes out with the machine result that its person was shown, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client

from moderation.models import FinalResult
from review.models import Decision, Lease, ReviewTask
from review.refusals import LeaseLost, ResultChanged
from review.workflow import decisions, defer, grid, leases
from review.workflow import same_subject as taking
from review.workflow.same_subject import Left, Wanted
from tests.factories import grids
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.stage import call, lease, signed_in, verdict
from tests.world import World

REJECT = replace(PASS, verdict="REJECT")  # as the machine suggests


@pytest.fixture
def leased(world: World) -> ReviewTask:
    """Alice has it as pornography; meanwhile the machine sees a minor."""
    task = grids.entered(world.web, "porn")
    taken = take_lease(world.default, by=world.alice)
    grids.revised(task, "minor")
    return taken


def test_a_verdict_about_an_older_result_is_refused_and_the_newer_is_shown(world: World, leased: ReviewTask) -> None:
    with pytest.raises(ResultChanged) as told:
        decide(leased, by=world.alice, judgement=REJECT)
    task = told.value.task
    assert (task.pk, task.machine_revision, task.lease_token) == (leased.pk, 2, leased.lease_token)
    assert not FinalResult.objects.exists()
    assert not Decision.objects.exists()
    assert Lease.objects.get().outcome == ""


def test_who_has_seen_the_newer_result_decides_under_the_same_lease(world: World, leased: ReviewTask) -> None:
    with pytest.raises(ResultChanged):
        decide(leased, by=world.alice, judgement=REJECT)
    assert decide(leased, by=world.alice, judgement=REJECT).seen["machineRevision"] == 2
    assert json.loads(FinalResult.objects.get().body)["riskLabel1"] == "minor"


def test_a_verdict_that_names_its_result_is_refused_though_the_lease_was_shown_more(
    world: World, leased: ReviewTask
) -> None:
    """As a decision that waits in the browser while its lease is renewed, and one that is sent again."""
    leases.renew([lease_key_of(leased)], by=world.alice)
    for _ in range(2):
        with pytest.raises(ResultChanged):
            decide(leased, by=world.alice, judgement=replace(REJECT, machine_revision=1))
    assert decide(leased, by=world.alice, judgement=replace(REJECT, machine_revision=2)).verdict == "REJECT"


def test_a_decision_sent_again_is_the_same_whatever_came_since(world: World) -> None:
    task = grids.entered(world.web, "porn")
    taken = take_lease(world.default, by=world.alice)
    first = decide(taken, by=world.alice, judgement=replace(REJECT, machine_revision=1))
    grids.revised(task, "minor")
    again = decide(taken, by=world.alice, judgement=replace(REJECT, machine_revision=1), decision_id=first.pk)
    assert again.pk == first.pk


def test_an_expired_lease_that_somebody_else_has_taken_is_lost(world: World, leased: ReviewTask) -> None:
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    take_lease(world.default, by=world.bob)
    with pytest.raises(LeaseLost):
        decide(leased, by=world.alice, judgement=REJECT)


def test_what_is_put_aside_needs_no_second_look(world: World, leased: ReviewTask) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice)
    assert ReviewTask.objects.get().state == "escalated"


def test_a_tile_judged_by_an_older_result_is_left_though_its_label_is_the_same(world: World) -> None:
    task = grids.entered(world.web)
    taken = take_lease(world.default, by=world.alice)
    grids.revised(task, grids.LABEL, grids.label("qr"))
    leases.renew([lease_key_of(taken)], by=world.alice)
    tile = grids.tile(taken, replace(PASS, machine_revision=1))
    (end,) = grid.decide(page_id=uuid4(), queue=world.default.slug, label=grids.LABEL, judged=[tile], by=world.alice)
    assert getattr(end, "why", end) == "changed"


def test_another_case_that_the_person_has_leased_is_decided_along_by_what_its_thumbnail_showed(world: World) -> None:
    first, other = (grids.entered(world.web, request={"tokenId": "u_1"}) for _ in range(2))
    decided, also = leases.lease(queues=["default"], count=2, by=world.alice)
    grids.revised(also, grids.LABEL, grids.label("qr"))
    decision = decide(decided, by=world.alice, judgement=PASS)
    del first, other
    wanted = [Wanted(also.pk, uuid4(), 1)]
    assert taking.decide_these(decision.pk, wanted=wanted, count=1, by=world.alice).left == [Left(also.pk, "changed")]


def test_the_call_answers_409_with_the_task_to_look_at(world: World) -> None:
    task = grids.entered(world.web, "porn")
    alice = signed_in(world.alice)
    shown = lease(alice)["tasks"][0]
    grids.revised(task, "minor")
    answer = call(alice, "decide", verdict(shown, reason=None))
    assert (answer.status_code, answer.json()["outcome"]) == (409, "result-changed")
    now = answer.json()["task"]
    assert (now["taskId"], now["leaseToken"]) == (shown["taskId"], shown["leaseToken"])
    assert (now["machineRevision"], now["result"]["riskLabel1"]) == (2, "minor")
    assert _decided(alice, shown, machineRevision=1) == 409
    assert _decided(alice, shown, machineRevision=2) == 200


def _decided(client: Client, task: dict[str, object], **more: object) -> int:
    status: int = call(client, "decide", verdict(task, reason=None, **more)).status_code
    return status


def test_an_undone_case_is_judged_by_what_came_back(world: World) -> None:
    task = grids.entered(world.web, "porn")
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=REJECT)
    back = decisions.undo(decision.pk, by=world.alice)
    grids.revised(task, "minor")
    with pytest.raises(ResultChanged):
        decide(back, by=world.alice, judgement=REJECT)
