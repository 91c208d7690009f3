"""What is with whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.permissions import NotAllowed
from review.cases import my_work
from review.models import ReviewTask
from review.queues import configure
from review.workflow import decisions, defer, leases
from review.workflow.assign import assign
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import signed_in
from tests.world import World, queue


def test_what_one_holds_until_the_hold_runs_out(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    leased = take_lease(world.nudity, by=world.alice)
    assert my_work.leased_by(world.alice) == [leased]
    assert my_work.leased_by(world.bob) == []
    ReviewTask.objects.filter(pk=leased.pk).update(leased_until=timezone.now())
    assert my_work.leased_by(world.alice) == []


def test_what_one_put_on_hold_by_the_time_it_comes_back(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    later, sooner = leases.lease(queues=[], count=2, by=world.alice)
    defer.snooze(lease_key_of(later), by=world.alice, until=timezone.now() + timedelta(hours=2))
    defer.snooze(lease_key_of(sooner), by=world.alice, until=None)
    assert my_work.snoozed_by(world.alice) == [sooner, later]
    assert my_work.snoozed_by(world.bob) == []


def test_what_is_assigned_and_what_is_escalated_to_somebody(world: World) -> None:
    assigned, raised = tasks.waiting(world.nudity, app=world.web, count=2)
    assign(assigned.pk, to=world.bob, by=world.carol)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, to=world.carol)
    assert my_work.assigned_to(world.bob) == [assigned]
    assert my_work.escalated_to(world.carol) == [raised]
    assert my_work.assigned_to(world.carol) == my_work.escalated_to(world.bob) == []


def test_who_has_left_a_queue_is_shown_nothing_of_it(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assert len(my_work.skipped_by(world.alice)) == len(my_work.recent_decisions_of(world.alice)) == 1
    configure.set_members(world.nudity, [world.bob], by="tests")
    assert [my_work.skipped_by(world.alice), my_work.recent_decisions_of(world.alice)] == [[], []]


def test_what_is_escalated_to_any_lead(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, note="art?")
    for person in (world.carol, world.dave, world.erin):
        assert [task.note for task in my_work.escalated_to_others(person)] == ["art?"]
    for person in (world.alice, world.mallory):
        with pytest.raises(NotAllowed):
            my_work.escalated_to_others(person)


def test_a_lead_sees_what_is_escalated_in_their_own_queues(world: World) -> None:
    tasks.waiting(queue("secret", members=[world.mallory]), app=world.web, state="escalated")
    assert my_work.escalated_to_others(world.carol) == []
    assert len(my_work.escalated_to_others(world.dave)) == 1


def test_what_one_decided_and_whether_it_can_be_undone(world: World, settings: Any) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    undone = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    decisions.undo(undone.pk, by=world.alice)
    leaves = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    settings.UNDO_SECONDS = 0
    left = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    assert [one.pk for one in my_work.recent_decisions_of(world.alice)] == [left.pk, leaves.pk, undone.pk]
    assert my_work.recent_decisions_of(world.bob) == []
    html = signed_in(world.alice).get("/review/my-work/").content.decode()
    assert html.count("can be undone on the stage") == 2  # in the title, and in words for screen readers
    assert html.count("data-decision=") == 3
    assert "0 passed · 2 rejected · 1 undone" in html


def test_the_page_shows_each_list_with_note_owner_and_time(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    assign(task.pk, to=world.bob, by=world.carol, note="<i>yours</i>")
    html = signed_in(world.bob).get("/review/my-work/").content.decode()
    assert f'data-case="{task.case_id}"' in html
    assert "&lt;i&gt;yours&lt;/i&gt;" in html
    assert "Carol</bdi>" in html
    assert f'data-case="{task.case_id}"' not in signed_in(world.alice).get("/review/my-work/").content.decode()


def test_empty_lists_say_so(world: World) -> None:
    html = signed_in(world.alice).get("/review/my-work/").content.decode()
    assert "Nothing is assigned to you." in html
    assert "/review/escalated/" not in html
    assert "/review/escalated/" in signed_in(world.carol).get("/review/my-work/").content.decode()


@pytest.mark.parametrize(("name", "works"), [("alice", True), ("erin", False), ("mallory", False)])
def test_who_works_in_no_queue_is_offered_no_stage(world: World, name: str, works: bool) -> None:
    client = signed_in(getattr(world, name))
    assert ('href="/review/"' in client.get("/review/my-work/").content.decode()) is works
    stage = client.get("/review/")
    assert (stage.status_code, stage.get("Location")) == ((200, None) if works else (302, "/"))
