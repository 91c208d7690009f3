"""A decision, and everything that is written with it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, Delivery, FinalResult
from moderation.policy_versions import store
from review.models import Decision, Lease, ReviewTask
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import decisions, leases
from review.workflow.verdicts import Judgement
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import PASS, REJECT, decide, lease_key_of, take_lease
from tests.world import World


@pytest.fixture
def leased(world: World) -> ReviewTask:
    tasks.waiting(world.nudity, app=world.web)
    return take_lease(world.nudity, by=world.alice)


def test_a_decision_closes_the_task_and_ends_its_claim(world: World, leased: ReviewTask) -> None:
    decision = decide(leased, by=world.alice)
    leased.refresh_from_db()
    assert (leased.state, leased.closed_at, leased.leased_by, leased.lease_token) == (
        "decided",
        decision.decided_at,
        None,
        None,
    )
    assert Lease.objects.get().outcome == "decided"
    assert Case.objects.get().state == "final"


def test_the_final_result_its_delivery_and_the_audit_are_written_with_it(world: World, leased: ReviewTask) -> None:
    endpoints.subscribed()
    decision = decide(leased, by=world.alice)
    result, delivery = FinalResult.objects.get(), Delivery.objects.get()
    assert (result.decision_id, result.revision, result.result_type) == (decision.pk, 1, 1)
    assert delivery.due_at == result.release_at == decision.undo_until
    assert {"case.decided", "result.finalised"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_what_is_written_with_a_decision_is_one_statement(world: World, leased: ReviewTask) -> None:
    """But for the final result, whose key the deliveries need."""
    endpoints.subscribed()
    with CaptureQueriesContext(connection) as sent:
        decide(leased, by=world.alice)
    (statement,) = [one["sql"] for one in sent if "INSERT INTO review_decision" in one["sql"]]
    for part in ("INSERT INTO moderation_delivery", "INSERT INTO accounts_auditevent", "UPDATE review_reviewtask"):
        assert [part in one["sql"] for one in sent].count(True) == 1
        assert part in statement
    assert "UPDATE moderation_case" in statement


def test_what_the_person_said_and_saw_is_kept(world: World, leased: ReviewTask) -> None:
    store.put_in_force({}, by="tests")
    labels = [{"riskLabel1": "porn", "riskLabel2": "", "riskLabel3": "", "verdict": "wrong"}]
    said = Judgement(verdict="REJECT", reason="contact", labels=labels, note="see bio", elapsed_ms=812)
    decide(leased, by=world.alice, judgement=said)
    kept = Decision.objects.get()
    assert (kept.reason, kept.note, kept.elapsed_ms, kept.labels) == ("contact", "see bio", 812, labels)
    assert kept.seen == {"machineRevision": 1, "pictureSha256": None}
    assert kept.policy_version == 0  # the one that routed it, not the one in force now


def test_the_undo_window_is_as_long_as_the_setting(world: World, leased: ReviewTask, settings: Any) -> None:
    settings.UNDO_SECONDS = 30
    decision = decide(leased, by=world.alice)
    assert decision.undo_until - decision.decided_at == timedelta(seconds=30)


def test_a_reason_gives_the_label_and_a_plain_rejection_the_machines(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    for judgement in (Judgement(verdict="REJECT", reason="contact"), Judgement(verdict="REJECT")):
        decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=judgement)
    paths = list(FinalResult.objects.order_by("pk").values_list("risk_label1", "risk_label2", "risk_label3"))
    assert paths == [("ad", "", ""), ("porn", "nudity", "swimwear")]


def test_a_pass_is_normal_and_keeps_the_machines_evidence(world: World, leased: ReviewTask) -> None:
    decide(leased, by=world.alice, judgement=PASS)
    body = json.loads(FinalResult.objects.get().body)
    assert (body["riskLevel"], body["riskLabel1"], body["resultType"], body["finalResult"]) == ("PASS", "normal", 1, 1)
    assert body["riskDetail"]["faces"][0]["id"] == "f1"


def test_the_same_decision_again_is_the_same_decision_even_when_it_says_otherwise(
    world: World, leased: ReviewTask
) -> None:
    first = decide(leased, by=world.alice)
    again = decide(leased, by=world.alice, judgement=PASS, decision_id=first.pk)
    assert (again.pk, again.verdict) == (first.pk, "REJECT")
    assert Decision.objects.count() == 1


def test_another_decision_on_a_decided_task_is_told_whose_verdict_stands(world: World, leased: ReviewTask) -> None:
    decide(leased, by=world.alice)
    with pytest.raises(AlreadyDecided) as told:
        decide(leased, by=world.bob)
    assert told.value == AlreadyDecided("Alice", "REJECT")


def test_a_verdict_that_was_undone_is_not_the_one_that_stands(world: World, leased: ReviewTask) -> None:
    again = decisions.undo(decide(leased, by=world.alice, decision_id=UUID(int=1)).pk, by=world.alice)
    leases.release([lease_key_of(again)], by=world.alice)
    decide(take_lease(world.nudity, by=world.bob), by=world.bob, judgement=PASS, decision_id=UUID(int=2))
    with pytest.raises(AlreadyDecided) as told:
        decide(again, by=world.alice)
    assert told.value == AlreadyDecided("Bob", "PASS")


def test_a_late_failure_of_the_machine_is_not_what_is_answered_with(world: World) -> None:
    sent = bodies.result()
    accept(parse_submission(sent), app=world.web, by=world.key)
    accept(parse_submission({**sent, "code": 1911}), app=world.web, by=world.key)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    answered = json.loads(FinalResult.objects.get().body)
    assert (answered["code"], len(answered["allLabels"])) == (1100, 1)


def test_an_id_of_another_decision_is_refused(world: World, leased: ReviewTask) -> None:
    first = decide(leased, by=world.alice)
    tasks.waiting(world.nudity, app=world.web)
    with pytest.raises(NotAcceptable, match="/decisionId"):
        decide(take_lease(world.nudity, by=world.bob), by=world.bob, decision_id=first.pk)


def test_a_hold_that_ran_out_decides_while_nobody_else_has_taken_the_task(world: World, leased: ReviewTask) -> None:
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    assert decide(leased, by=world.alice).verdict == "REJECT"


def test_without_the_token_nothing_is_decided(world: World, leased: ReviewTask) -> None:
    for lease_key, by in [(leases.LeaseKey(leased.pk, uuid4()), world.alice), (lease_key_of(leased), world.bob)]:
        with pytest.raises(LeaseLost):
            decisions.decide(decision_id=uuid4(), lease_key=lease_key, judgement=REJECT, by=by)
    assert not Decision.objects.exists()


def test_a_released_hold_is_lost_and_held_by_nobody(world: World, leased: ReviewTask) -> None:
    leases.release([lease_key_of(leased)], by=world.alice)
    with pytest.raises(LeaseLost) as lost:
        decide(leased, by=world.alice)
    assert lost.value == LeaseLost("")


def test_who_does_not_work_in_the_queue_may_not_decide(world: World, leased: ReviewTask) -> None:
    for person in (world.mallory, world.dave, world.erin):
        with pytest.raises(NotAllowed):
            decide(leased, by=person)


def test_an_unknown_task_does_not_exist(world: World) -> None:
    with pytest.raises(ReviewTask.DoesNotExist):
        decisions.decide(decision_id=uuid4(), lease_key=leases.LeaseKey(1, uuid4()), judgement=REJECT, by=world.alice)


def test_when_the_audit_cannot_be_written_nothing_is(world: World, leased: ReviewTask) -> None:
    world.alice.email = "a" * 400  # longer than the audit takes
    with pytest.raises(DataError):
        decide(leased, by=world.alice)
    leased.refresh_from_db()
    assert leased.state == "waiting"
    assert not Decision.objects.exists()
    assert not FinalResult.objects.exists()
