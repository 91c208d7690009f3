"""Opening a decided case again, and correcting what was answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.api.lookup import answer_about
from moderation.contract import json_text
from moderation.models import Case, Delivery, FinalResult
from review.models import Decision, ReviewTask
from review.queues import configure
from review.refusals import NotAcceptable, StillUndoable, WindowClosed
from review.workflow import decisions, leases
from review.workflow.reopen import reopen
from review.workflow.transitions import WrongState
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import PASS, decide, take_lease
from tests.moderation.api import calls
from tests.world import World


@pytest.fixture
def decided(world: World, settings: Any) -> Case:
    """A case that Alice rejected, whose answer has left."""
    endpoints.subscribed()
    settings.UNDO_SECONDS = 0
    tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    settings.UNDO_SECONDS = 8
    return Case.objects.get()


def test_it_is_the_next_round_in_the_same_queue_with_the_lead_who_opened_it(world: World, decided: Case) -> None:
    task = reopen(decided.pk, by=world.carol, note="wrong label")
    assert (task.round, task.queue, task.state, task.owner) == (2, world.nudity, "waiting", world.carol)
    assert (task.note, task.noted_by, task.noted_at) == ("wrong label", world.carol, task.entered_at)
    assert leases.lease(queues=[], count=5, by=world.bob) == []
    assert take_lease(world.nudity, by=world.carol).pk == task.pk
    event = AuditEvent.objects.get(action="case.reopened")
    assert (event.by, event.details) == (world.carol, {"round": 2, "note": "wrong label"})


def test_who_does_not_work_in_the_queue_puts_it_in_the_line(world: World, decided: Case) -> None:
    assert reopen(decided.pk, by=world.dave).owner is None
    assert take_lease(world.nudity, by=world.bob).round == 2


def test_it_is_as_urgent_as_it_was_counted_from_now(world: World, decided: Case) -> None:
    terms = [{"term": "severity", "minutes": 30, "why": "minors"}]
    ReviewTask.objects.update(priority=terms)
    task = reopen(decided.pk, by=world.carol)
    assert (task.due_at - task.entered_at).total_seconds() == world.nudity.sla_minutes * 60
    assert (task.due_at - task.rank_at).total_seconds() == 30 * 60
    assert task.priority == terms


def test_what_was_answered_stands_until_the_correction_leaves(world: World, decided: Case) -> None:
    def told() -> tuple[Any, ...]:
        answer = json_text.loads(json_text.dumps(answer_about(Case.objects.get())).encode())
        return answer["state"], answer["revision"], answer["finalResult"]["riskLevel"]

    reopen(decided.pk, by=world.carol)
    assert told() == ("final", 1, "REJECT")
    decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    assert told() == ("final", 1, "REJECT")
    FinalResult.objects.update(release_at="2020-01-01T00:00Z")
    assert told() == ("final", 2, "PASS")


def test_a_late_machine_result_does_not_take_an_opened_case_away(world: World, client: Client, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    body = bodies.envelope()
    calls.post(client, body, world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    reopen(Case.objects.get().pk, by=world.carol)
    body["result"] |= {"riskLevel": "PASS", "finalResult": 1}
    assert calls.post(client, body, world.bearer).json()["revision"] == 2
    assert (Case.objects.get().state, ReviewTask.objects.latest("round").state) == ("final", "waiting")


def test_the_new_verdict_goes_out_as_a_correction(world: World, decided: Case) -> None:
    reopen(decided.pk, by=world.carol)
    decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    sent = Delivery.objects.order_by("pk").values_list("type", "revision", "state")
    assert list(sent) == [("result.final", 1, "pending"), ("result.corrected", 2, "pending")]


def test_an_undone_correction_leaves_the_first_answer_and_the_round_open(world: World, decided: Case) -> None:
    reopen(decided.pk, by=world.carol)
    correction = decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    task = decisions.undo(correction.pk, by=world.carol)
    assert (task.round, task.state, task.leased_by) == (2, "waiting", world.carol)
    assert Case.objects.get().state == "final"
    assert FinalResult.objects.get(voided_at=None).risk_level == "REJECT"
    decide(task, by=world.carol, judgement=PASS)
    assert FinalResult.objects.filter(voided_at=None).latest("revision").revision == 2


def test_a_case_can_be_corrected_again_and_again(world: World, decided: Case, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    for revision in (2, 3):
        assert reopen(decided.pk, by=world.carol).round == revision
        decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    assert FinalResult.objects.latest("revision").revision == 3


def test_what_is_open_cannot_be_opened_again(world: World, decided: Case) -> None:
    reopen(decided.pk, by=world.carol)
    with pytest.raises(WrongState):
        reopen(decided.pk, by=world.carol)
    assert ReviewTask.objects.count() == 2


def test_nor_what_nobody_has_decided(world: World, decided: Case) -> None:
    (waits,) = tasks.waiting(world.nudity, app=world.web)
    with pytest.raises(WrongState):
        reopen(waits.case_id, by=world.carol)
    ReviewTask.objects.filter(pk=waits.pk).delete()
    with pytest.raises(NotAcceptable):
        reopen(waits.case_id, by=world.dave)


def test_while_the_verdict_can_be_undone_there_is_nothing_to_correct(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    with pytest.raises(StillUndoable):
        reopen(Case.objects.get().pk, by=world.carol)
    assert decisions.undo(decision.pk, by=world.alice).round == 1


def test_the_earlier_verdict_cannot_be_undone_beside_an_open_round(world: World, decided: Case) -> None:
    reopen(decided.pk, by=world.carol)
    with pytest.raises(WindowClosed):
        decisions.undo(Decision.objects.get().pk, by=world.alice)


@pytest.mark.parametrize("name", ["alice", "bob", "erin", "mallory"])
def test_only_leads_and_administrators_reopen(world: World, decided: Case, name: str) -> None:
    with pytest.raises(NotAllowed):
        reopen(decided.pk, by=getattr(world, name))
    assert ReviewTask.objects.count() == 1


def test_a_lead_reopens_only_in_their_own_queues(world: World, decided: Case) -> None:
    configure.set_members(world.nudity, [world.alice], by="tests")
    with pytest.raises(NotAllowed):
        reopen(decided.pk, by=world.carol)


def test_without_its_audit_event_nothing_is_reopened(world: World, decided: Case, monkeypatch: Any) -> None:
    monkeypatch.setattr("review.workflow.reopen.audit.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reopen(decided.pk, by=world.carol)
    assert ReviewTask.objects.count() == 1
