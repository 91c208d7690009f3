"""Giving a task to a named colleague."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts import people
from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from review.models import Lease, ReviewTask, Skip
from review.presentation import task_json
from review.queues import configure
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import defer, leases
from review.workflow.assign import ask_second_opinion, assign
from review.workflow.transitions import WrongState
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World, person


@pytest.fixture
def waiting(world: World) -> ReviewTask:
    return tasks.waiting(world.nudity, app=world.web)[0]


@pytest.fixture
def leased(world: World, waiting: ReviewTask) -> ReviewTask:
    return take_lease(world.nudity, by=world.alice)


def taken_by(person: User) -> list[int]:
    return [task.pk for task in leases.lease(queues=[], count=5, by=person)]


def test_only_the_person_named_is_handed_it(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol, note="you know this place")
    assert taken_by(world.alice) == taken_by(world.carol) == []
    (task,) = leases.lease(queues=[], count=5, by=world.bob)
    assert (task.pk, task.owner, task.note) == (waiting.pk, world.bob, "you know this place")


def test_the_stage_is_told_the_note_and_who_wrote_it(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol, note="<b>look</b>")
    (shown,) = task_json.tasks([take_lease(world.nudity, by=world.bob)])
    note = shown["note"]
    assert note
    assert (note["text"], note["by"]) == ("<b>look</b>", "Carol")
    assert str(note["at"]).endswith("Z")
    (other,) = task_json.tasks(tasks.waiting(world.nudity, app=world.web))
    assert other["note"] is None


def test_it_is_audited_with_whom_it_is_for(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol, note="yours")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by) == ("case.assigned", world.carol)
    assert event.details == {"to": world.bob.email, "note": "yours"}


def test_given_back_it_is_anybodys(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol)
    assign(waiting.pk, to=None, by=world.carol)
    assert taken_by(world.alice) == [waiting.pk]


def test_who_leaves_the_queue_leaves_what_was_assigned_to_others(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol)
    configure.set_members(world.nudity, [world.alice, world.carol], by="tests")
    assert taken_by(world.alice) == [waiting.pk]


def test_who_may_not_decide_any_more_too(world: World, waiting: ReviewTask) -> None:
    assign(waiting.pk, to=world.bob, by=world.carol)
    people.change(world.bob, by="tests", name="Bob", role=Role.AUDITOR, is_active=True)
    assert taken_by(world.alice) == [waiting.pk]


@pytest.mark.parametrize("name", ["dave", "erin", "mallory"])
def test_nothing_is_assigned_to_somebody_who_could_not_take_it(world: World, waiting: ReviewTask, name: str) -> None:
    with pytest.raises(NotAcceptable, match="/to"):
        assign(waiting.pk, to=getattr(world, name), by=world.carol)


def test_what_is_escalated_is_assigned_to_leads_only(world: World, leased: ReviewTask) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice)
    with pytest.raises(NotAcceptable, match="/to"):
        assign(leased.pk, to=world.bob, by=world.carol)
    lena = person("lena", Role.LEAD)
    configure.set_members(world.nudity, [world.alice, world.bob, world.carol, lena], by="tests")
    assign(leased.pk, to=lena, by=world.carol)
    assert taken_by(world.carol) == []
    assert taken_by(lena) == [leased.pk]


def test_a_lead_takes_no_picture_from_under_somebodys_eyes(world: World, leased: ReviewTask) -> None:
    for to in (world.bob, None):
        with pytest.raises(LeaseLost):
            assign(leased.pk, to=to, by=world.carol)
    assign(leased.pk, to=world.alice, by=world.carol)
    assert leases.renew([lease_key_of(leased)], by=world.alice).renewed == [leased.pk]


def test_a_hold_that_ran_out_or_is_the_leads_own_is_no_hindrance(world: World, leased: ReviewTask) -> None:
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    assign(leased.pk, to=world.carol, by=world.carol)
    assign(take_lease(world.nudity, by=world.carol).pk, to=world.bob, by=world.carol)
    assert list(Lease.objects.order_by("pk").values_list("outcome", flat=True)) == ["expired", "assigned"]
    assert taken_by(world.bob) == [leased.pk]


def test_what_somebody_skipped_is_theirs_again_when_a_lead_says_so(world: World, leased: ReviewTask) -> None:
    defer.skip(lease_key_of(leased), by=world.alice)
    Skip.objects.create(task=leased, by=world.bob, at=leased.entered_at)
    assert taken_by(world.alice) == []
    assign(leased.pk, to=world.alice, by=world.carol)
    assert taken_by(world.alice) == [leased.pk]
    assert [skip.by for skip in leased.skips.all()] == [world.bob]


def test_what_is_over_or_on_hold_is_assigned_to_nobody(world: World, leased: ReviewTask) -> None:
    defer.snooze(lease_key_of(leased), by=world.alice, until=None)
    with pytest.raises(WrongState):
        assign(leased.pk, to=world.bob, by=world.carol)
    (other,) = tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    with pytest.raises(AlreadyDecided):
        assign(other.pk, to=world.bob, by=world.carol)


@pytest.mark.parametrize("name", ["alice", "bob", "erin", "mallory"])
def test_only_leads_and_administrators_assign(world: World, waiting: ReviewTask, name: str) -> None:
    with pytest.raises(NotAllowed):
        assign(waiting.pk, to=world.alice, by=getattr(world, name))


def test_a_lead_of_other_queues_does_not(world: World, waiting: ReviewTask) -> None:
    with pytest.raises(NotAllowed):
        assign(waiting.pk, to=world.alice, by=person("lena", Role.LEAD))
    assign(waiting.pk, to=world.alice, by=world.dave)


# --- a second opinion ---------------------------------------------------------------------------------------------


def test_a_second_opinion_is_the_colleagues_to_give(world: World, leased: ReviewTask) -> None:
    ask_second_opinion(lease_key_of(leased), to=world.bob, by=world.alice, note="art?", view="PASS")
    assert taken_by(world.alice) == taken_by(world.carol) == []
    (task,) = leases.lease(queues=[], count=1, by=world.bob)
    assert (task.note, task.noted_by, task.owner) == ("art?", world.alice, world.bob)
    assert list(Lease.objects.order_by("pk").values_list("outcome", flat=True)) == ["assigned", ""]


def test_what_the_asker_would_say_is_kept_and_not_shown_to_the_colleague(world: World, leased: ReviewTask) -> None:
    ask_second_opinion(lease_key_of(leased), to=world.bob, by=world.alice, note="art?", view="PASS")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.details["view"]) == ("case.second-opinion-asked", "PASS")
    (shown,) = task_json.tasks([take_lease(world.nudity, by=world.bob)])
    assert set(shown["note"] or ()) == {"text", "by", "at"}


def test_when_the_colleague_skips_it_is_anybodys_else_again(world: World, leased: ReviewTask) -> None:
    ask_second_opinion(lease_key_of(leased), to=world.bob, by=world.alice)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.bob)), by=world.bob)
    assert taken_by(world.bob) == []
    assert taken_by(world.alice) == [leased.pk]


@pytest.mark.parametrize("name", ["alice", "dave", "erin", "mallory"])
def test_it_is_asked_of_another_member_of_the_queue(world: World, leased: ReviewTask, name: str) -> None:
    with pytest.raises(NotAcceptable, match="/to"):
        ask_second_opinion(lease_key_of(leased), to=getattr(world, name), by=world.alice)


def test_nobody_is_asked_who_skipped_the_case(world: World, leased: ReviewTask) -> None:
    defer.skip(lease_key_of(leased), by=world.alice)
    with pytest.raises(NotAcceptable, match="/to"):
        ask_second_opinion(lease_key_of(take_lease(world.nudity, by=world.bob)), to=world.alice, by=world.bob)


def test_it_needs_the_hold(world: World, leased: ReviewTask) -> None:
    with pytest.raises(LeaseLost):
        ask_second_opinion(lease_key_of(leased), to=world.carol, by=world.bob)
    with pytest.raises(NotAllowed):
        ask_second_opinion(lease_key_of(leased), to=world.carol, by=world.mallory)


@pytest.mark.parametrize("verb", ["assign", "ask"])
def test_without_its_audit_event_nothing_is_handed_over(
    world: World, leased: ReviewTask, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    verbs: dict[str, Callable[[], ReviewTask]] = {
        "assign": lambda: assign(leased.pk, to=world.alice, by=world.carol),
        "ask": lambda: ask_second_opinion(lease_key_of(leased), to=world.bob, by=world.alice),
    }
    monkeypatch.setattr("review.workflow.assign.audit.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        verbs[verb]()
    assert ReviewTask.objects.get().owner is None
