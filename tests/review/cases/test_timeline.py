"""The history of a case on one line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.messages import LedgerCode, Message
from moderation.models import Attempt, Case, Delivery
from moderation.policy_versions import store
from review.cases import case_record, timeline
from review.cases.timeline import Entry
from review.models import ReviewTask
from review.workflow import decisions, defer
from review.workflow.assign import ask_second_opinion, assign
from review.workflow.reopen import reopen
from review.workflow.verdicts import Judgement
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.moderation.api import calls
from tests.world import World


@pytest.fixture
def body(world: World, client: Client) -> dict[str, Any]:
    """What the backend sent of the one case, which waits in the default queue."""
    endpoints.subscribed()
    sent = bodies.envelope()
    assert calls.post(client, sent, world.bearer).status_code == 201
    return sent


def entries(user: User) -> list[Entry]:
    found = case_record.read(Case.objects.get().pk, user=user)
    assert found is not None
    return timeline.entries(found)


def kinds(user: User) -> list[str]:
    return [entry.kind for entry in entries(user)]


def the(kind: str, user: User) -> Entry:
    (entry,) = [entry for entry in entries(user) if entry.kind == kind]
    return entry


def test_it_begins_with_what_came_and_why_it_went_where(world: World, body: Any) -> None:
    received, routed = entries(world.alice)
    assert (received.kind, received.what) == (
        "received",
        "Received: review · Sexually Explicit Content › Nudity › Swimwear",
    )
    assert received.by.startswith("key tests")
    assert routed.what == "Routed to the queue “Default”"
    assert routed.by == "the built-in policy"
    assert "intermediate" in routed.why[0]
    assert any("+30 min" in why for why in routed.why)


def test_the_rule_of_a_route_is_told_once_and_in_words(world: World) -> None:
    store.put_in_force({"rules": [{"queue": "nudity", "name": "beaches"}]}, by=world.dave)
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    (told,) = [why for why in entries(world.alice)[1].why if "rule" in why]
    assert told.endswith("; rule 1 “beaches” of policy 1")


def test_a_whole_life_in_its_order(world: World, client: Client, body: Any, settings: Any) -> None:
    defer.skip(lease_key_of(take_lease(world.default, by=world.alice)), by=world.alice)
    ask_second_opinion(lease_key_of(take_lease(world.default, by=world.bob)), to=world.carol, by=world.bob, view="PASS")
    defer.snooze(lease_key_of(take_lease(world.default, by=world.carol)), by=world.carol, until=None, note="legal")
    ReviewTask.objects.update(wait_until=timezone.now())
    defer.return_from_snooze()
    assign(ReviewTask.objects.get().pk, to=world.bob, by=world.carol, note="yours")
    defer.escalate(lease_key_of(take_lease(world.default, by=world.bob)), by=world.bob, to=world.carol, note="art?")
    undone = decide(take_lease(world.default, by=world.carol), by=world.carol)
    decisions.undo(undone.pk, by=world.carol)
    settings.UNDO_SECONDS = 0
    decide(ReviewTask.objects.get(), by=world.carol)
    body["result"]["riskLevel"] = "REJECT"
    calls.post(client, body, world.bearer)
    reopen(Case.objects.get().pk, by=world.carol, note="wrong")
    told = kinds(world.alice)
    order = [kind for kind in told if kind not in ("leased", "result", "delivery")]
    assert order == [
        *("received", "routed", "skipped", "second-opinion", "snoozed", "assigned", "escalated", "decided"),
        *("undone", "decided", "revised", "routed", "reopened"),
    ]
    assert told.count("leased") == 6
    assert told.count("result") == 2
    assert [entry.at for entry in entries(world.alice)] == sorted(entry.at for entry in entries(world.alice))


def test_who_with_whom_and_what_they_wrote(world: World, body: Any) -> None:
    defer.escalate(lease_key_of(take_lease(world.default, by=world.alice)), by=world.alice, to=world.carol, note="art?")
    entry = the("escalated", world.alice)
    assert (entry.what, entry.by, entry.note) == ("Escalated to carol@example.test", "Alice", "art?")
    leased = the("leased", world.alice)
    assert leased.by == "Alice"
    assert leased.what.endswith("then escalated")


def test_what_the_asker_of_a_second_opinion_would_say_is_told_after_it(world: World, body: Any) -> None:
    leased = lease_key_of(take_lease(world.default, by=world.alice))
    ask_second_opinion(leased, to=world.bob, by=world.alice, note="art?", view="PASS")
    entry = the("second-opinion", world.alice)
    assert (entry.what, entry.why) == ("Asked bob@example.test for a second opinion", ())
    decide(take_lease(world.default, by=world.bob), by=world.bob)
    assert the("second-opinion", world.bob).why == ("would say PASS",)


def test_a_decision_tells_its_reason_its_note_and_each_label(world: World, body: Any) -> None:
    labels = [{"riskLabel1": "porn", "riskLabel2": "nudity", "riskLabel3": "", "verdict": "wrong"}]
    judgement = Judgement("REJECT", "nudity", labels=labels, note="see left", elapsed_ms=1234)
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=judgement)
    entry = the("decided", world.bob)
    assert (entry.what, entry.by, entry.note) == ("Decided: reject", "Alice", "see left")
    assert entry.why == ("reason: nudity", "Sexually Explicit Content › Nudity: wrong", "looked at for 1.2 s")


def test_each_attempt_to_deliver_and_how_it_ended(world: World, body: Any, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    delivery, now, why = Delivery.objects.get(), timezone.now(), Message(LedgerCode.DELIVERY_STATUS, status=500)
    for number, status in ((1, None), (2, 500)):
        at = now + timedelta(seconds=number)
        Attempt.objects.create(delivery=delivery, number=number, started_at=at, duration_ms=9, status=status, why=why)
    Delivery.objects.update(state="dead", ended_at=now + timedelta(seconds=9), why=why)
    attempts = [entry.what for entry in entries(world.alice) if entry.kind == "attempt"]
    assert attempts == ["Sent to orders, attempt 1: no answer", "Sent to orders, attempt 2: 500"]
    ended = the("delivery", world.alice)
    assert (ended.what, ended.why) == ("Delivery to orders: dead", ("the receiver answered 500",))


def test_what_else_was_recorded_of_the_case_is_told_by_its_name(world: World, body: Any) -> None:
    _recorded("case.erased", by=world.dave, note="asked by the subject", secret="x")
    entry = the("erased", world.alice)
    assert (entry.what, entry.by, entry.note, entry.why) == ("case.erased", "Dave", "asked by the subject", ())


def test_an_action_that_was_renamed_since_reads_alike(world: World, body: Any) -> None:
    _recorded("case.second-opinion", by=world.alice, to="bob@example.test", view="PASS")
    entry = the("second-opinion", world.alice)
    assert (entry.what, entry.by, entry.why) == ("Asked bob@example.test for a second opinion", "Alice", ())


def _recorded(action: str, *, by: User, **details: str) -> None:
    """A row of before, or of a later version."""
    case = Case.objects.get()
    AuditEvent.objects.create(
        action=action, by=by, by_name=by.email, on_type="case", on_id=str(case.pk), details=details
    )


def test_a_dossier_is_for_who_may_see_the_case(world: World, body: Any) -> None:
    assert case_record.read(Case.objects.get().pk, user=world.mallory) is None


def test_it_takes_as_many_queries_however_long_the_life(
    world: World, body: Any, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.UNDO_SECONDS = 0
    for name in ("orders 2", "orders 3"):
        endpoints.subscribed(name=name)
    case = Case.objects.get().pk
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    for _ in range(4):
        reopen(case, by=world.carol, note="again")
        decide(take_lease(world.default, by=world.carol), by=world.carol)
    with django_assert_num_queries(11):  # the queues of the person, the labels' names, and one for each of nine tables
        entries_of = case_record.read(case, user=world.alice)
        assert entries_of is not None
        assert len(timeline.entries(entries_of)) > 20


def test_what_policy_decided_alone_is_told_until_a_person_takes_it(world: World) -> None:
    section = {"name": "all", "thresholds": {"porn": {"reject": 700}}, "intermediate": "decide"}
    store.put_in_force({"sections": [section]}, by="tests")
    accept(parse_submission(bodies.envelope(requestId="r1")), app=world.web, by=world.key)
    routed = the("routed", world.dave)
    assert (routed.what, routed.by) == ("Decided by policy alone: reject", "policy version 1")
    assert routed.why == ("policy 1 decides REJECT: Swimwear scores 740 and is rejected from 700, section “all”",)
    reopen(Case.objects.get().pk, by=world.dave)
    accept(parse_submission(bodies.envelope(requestId="r1", riskDescription="anew")), app=world.web, by=world.key)
    assert entries(world.dave)[-1].what == "Recorded without routing: a person has already decided"
