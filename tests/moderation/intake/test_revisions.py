"""A new body for a known case: kept always, re-routed only while no person has decided."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent
from moderation.contract import parse_submission
from moderation.intake import cases
from moderation.intake.accept import Accepted, accept
from moderation.models import Case, Event, FinalResult, MachineResult
from moderation.policy_versions import store
from review.models import ReviewTask
from review.workflow import decisions
from tests.factories import bodies
from tests.factories.verdicts import decide, take_lease
from tests.world import World

QUEUED = {"riskLevel": "REVIEW", "finalResult": 0}
RECORDED = {"riskLevel": "PASS", "finalResult": 1}


def send(world: World, **changes: Any) -> Accepted:
    submission = parse_submission(bodies.envelope(requestId="r1", **changes))
    return accept(submission, app=world.web, by=world.key)


def state() -> str:
    return Case.objects.get().state


def test_a_revision_is_kept_and_moves_the_task_in_place(world: World) -> None:
    store.put_in_force({"rules": [{"riskLabel1": ["porn"], "queue": "nudity"}]}, by=world.dave)
    first = send(world, riskLabel1="ad", allLabels=[])
    second = send(world, riskLabel1="porn", allLabels=[])
    assert first.taken_in
    assert second.taken_in
    assert (first.taken_in.queue, second.taken_in.queue) == ("default", "nudity")
    task = ReviewTask.objects.get()
    assert (task.machine_revision, task.queue, [term["minutes"] for term in task.priority]) == (2, world.nudity, [30])
    assert (second.revision, second.repeat, second.is_new) == (2, False, False)


def test_what_was_recorded_is_queued_when_the_machine_changes_its_mind(world: World) -> None:
    assert send(world, **RECORDED).case.state == "recorded"
    assert send(world, **QUEUED).case.state == state() == "queued"
    assert ReviewTask.objects.get().state == "waiting"


def test_what_was_queued_and_needs_nobody_any_more_closes_its_task(world: World) -> None:
    send(world, **QUEUED)
    send(world, **RECORDED)
    assert (state(), ReviewTask.objects.get().state) == ("recorded", "closed")


@pytest.mark.parametrize("before", [QUEUED, RECORDED])
def test_a_late_failure_is_kept_and_changes_nothing(world: World, before: dict[str, Any]) -> None:
    judged = send(world, **before).case.state
    assert send(world, code=1903, message="service error").case.state == state() == judged
    assert MachineResult.objects.count() == 2
    assert [task.machine_revision for task in ReviewTask.objects.filter(closed_at=None)] == (
        [1] if before is QUEUED else []
    )


def test_a_case_can_come_and_go_as_often_as_the_machine_likes(world: World) -> None:
    for n in range(3):
        send(world, **QUEUED, riskDescription=f"q{n}")
        send(world, **RECORDED, riskDescription=f"r{n}")
    send(world, **QUEUED)
    assert list(ReviewTask.objects.order_by("round").values_list("round", "state")) == [
        (1, "closed"),
        (2, "closed"),
        (3, "closed"),
        (4, "waiting"),
    ]


@pytest.mark.parametrize("late", [QUEUED, RECORDED, {"code": 1903}], ids=["asks again", "passes", "failed"])
def test_a_persons_verdict_stands_against_any_late_result(world: World, late: dict[str, Any]) -> None:
    send(world)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    accepted = send(world, **late, message="late")
    assert (accepted.revision, accepted.taken_in, state()) == (2, None, "final")
    assert FinalResult.objects.get().decision_id == decision.pk
    assert ReviewTask.objects.get().state == "decided"
    assert MachineResult.objects.count() == 2


@pytest.mark.parametrize(("late", "expected"), [(QUEUED, ("queued", "waiting")), (RECORDED, ("recorded", "closed"))])
def test_a_verdict_taken_back_leaves_the_case_where_the_machine_has_it_now(
    world: World, late: dict[str, Any], expected: tuple[str, str]
) -> None:
    send(world)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, **late, message="late")
    decisions.undo(decision.pk, by=world.alice)
    assert (state(), ReviewTask.objects.get().state) == expected


def test_every_result_is_audited_with_what_policy_made_of_it(world: World) -> None:
    send(world)
    send(world, **RECORDED)
    events = AuditEvent.objects.filter(on_type="case").order_by("pk")
    assert [(event.action, event.details["outcome"]) for event in events] == [
        ("case.received", "queued"),
        ("case.revised", "recorded"),
    ]
    assert events[0].by_name.startswith("key tests")


def test_the_version_of_the_policy_that_routed_it_is_kept(world: World) -> None:
    version = store.put_in_force({}, by=world.dave)
    send(world)
    store.put_in_force({}, by=world.dave)
    send(world, **RECORDED)
    assert list(MachineResult.objects.order_by("pk").values_list("policy_version__number", flat=True)) == [1, 2]
    assert version.number == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_transaction_that_failed_is_registered_by_the_next(
    transactional_db: None, world: World, settings: Any
) -> None:
    settings.CASE_HANDOVER = "tests.moderation.intake.test_revisions.broken_handover"
    with pytest.raises(RuntimeError, match="the workbench is on fire"):
        send(world)
    assert not Case.objects.exists()
    settings.CASE_HANDOVER = "review.workflow.enqueue.take_in"
    send(world)
    assert Event.objects.get().event_id == "profile"
    assert len(cases._KNOWN_EVENTS) == 1


def broken_handover(*_: Any, **__: Any) -> None:
    raise RuntimeError("the workbench is on fire")
