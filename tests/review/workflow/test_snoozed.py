"""Nobody can park a case for ever: how long a snooze lasts, and what ends it early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import people
from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from review.maintenance import maintain
from review.models import ReviewTask
from review.queues import configure
from review.refusals import AlreadyDecided, NotAcceptable
from review.statistics import queue_depth
from review.workflow import defer, leases, snoozed
from review.workflow.transitions import WrongState
from tests.factories import grids, tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import call, signed_in
from tests.stage import lease as lease_call
from tests.world import World


@pytest.fixture
def parked(world: World) -> ReviewTask:
    """Alice has snoozed it for a day."""
    tasks.waiting(world.nudity, app=world.web)
    return snooze(take_lease(world.nudity, by=world.alice), by=world.alice)


def snooze(task: ReviewTask, *, by: User) -> ReviewTask:
    defer.snooze(lease_key_of(task), by=by, until=timezone.now() + timedelta(days=1))
    task.refresh_from_db()
    return task


def is_back(task: ReviewTask, state: str = "waiting") -> bool:
    task.refresh_from_db()
    return (task.state, task.owner, task.wait_until) == (state, None, None)


class TestHowLong:
    @pytest.mark.parametrize("until", [datetime(9999, 12, 31, tzinfo=UTC), timedelta(days=7, minutes=1)])
    def test_more_than_a_week_is_refused(self, world: World, until: datetime | timedelta) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        until = until if isinstance(until, datetime) else timezone.now() + until
        with pytest.raises(NotAcceptable, match="7 days at most") as told:
            defer.snooze(lease_key_of(task), by=world.alice, until=until)
        assert told.value.pointer == "/until"
        assert ReviewTask.objects.get().state == "waiting"

    def test_a_week_is_not(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        until = timezone.now() + timedelta(days=7) - timedelta(seconds=5)
        defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=until)
        assert ReviewTask.objects.get().state == "snoozed"

    def test_the_call_answers_422(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        alice = signed_in(world.alice)
        (task,) = lease_call(alice)["tasks"]
        body = {"taskId": task["taskId"], "leaseToken": task["leaseToken"], "until": "9999-12-31T00:00:00Z"}
        answer = call(alice, "snooze", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/until")


class TestBroughtBack:
    def test_by_a_lead_and_by_who_snoozed_it(self, world: World, parked: ReviewTask) -> None:
        assert snoozed.can_bring_back(parked, by=world.carol)
        snoozed.bring_back(parked.pk, by=world.carol)
        assert is_back(parked)
        snooze(take_lease(world.nudity, by=world.alice), by=world.alice)
        snoozed.bring_back(parked.pk, by=world.alice)
        assert is_back(parked)
        assert AuditEvent.objects.filter(action="case.brought-back", on_id=str(parked.case_id)).count() == 2

    def test_by_an_administrator_who_is_no_member(self, world: World, parked: ReviewTask) -> None:
        snoozed.bring_back(parked.pk, by=world.dave)
        assert is_back(parked)

    def test_by_nobody_else(self, world: World, parked: ReviewTask) -> None:
        for person in (world.bob, world.mallory, world.erin):
            assert not snoozed.can_bring_back(parked, by=person)
            with pytest.raises(NotAllowed):
                snoozed.bring_back(parked.pk, by=person)

    def test_not_what_is_not_snoozed(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        with pytest.raises(WrongState):
            snoozed.bring_back(task.pk, by=world.carol)
        decide(task, by=world.alice)
        with pytest.raises(AlreadyDecided):
            snoozed.bring_back(task.pk, by=world.carol)

    def test_an_escalated_one_to_the_leads(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
        task = snooze(take_lease(world.nudity, by=world.carol), by=world.carol)
        snoozed.bring_back(task.pk, by=world.dave)
        assert is_back(task, "escalated")

    def test_over_the_call(self, world: World, parked: ReviewTask) -> None:
        answer = call(signed_in(world.carol), "bring-back", {"taskId": parked.pk})
        assert (answer.status_code, answer.json()) == (200, {"taskId": parked.pk, "state": "waiting"})
        again = call(signed_in(world.carol), "bring-back", {"taskId": parked.pk})
        assert (again.status_code, again.json()["outcome"]) == (409, "wrong-state")
        assert call(signed_in(world.bob), "bring-back", {"taskId": parked.pk}).status_code == 403

    def test_with_the_button_of_its_page(self, world: World, parked: ReviewTask) -> None:
        page = f"/review/cases/{parked.case_id}/"
        act = f"/review/cases/{parked.case_id}/bring-back"
        assert act not in shown(signed_in(world.bob), page)
        lead = signed_in(world.carol)
        assert act in shown(lead, page)
        answer = lead.post(act, {"next": page})
        assert (answer.status_code, answer["Location"]) == (302, page)
        assert is_back(parked)
        assert act not in shown(lead, page)

    def test_in_ones_own_list(self, world: World, parked: ReviewTask) -> None:
        assert f"/review/cases/{parked.case_id}/bring-back" in shown(signed_in(world.alice), "/review/my-work/")

    def test_the_button_leads_to_no_other_site(self, world: World, parked: ReviewTask) -> None:
        act = f"/review/cases/{parked.case_id}/bring-back"
        answer = signed_in(world.carol).post(act, {"next": "//elsewhere.example/"})
        assert answer["Location"] == f"/review/cases/{parked.case_id}/"


def shown(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestWhatEndsIt:
    def test_a_new_machine_result(self, world: World) -> None:
        task = grids.entered(world.web, "porn")
        snooze(take_lease(world.default, by=world.alice), by=world.alice)
        grids.revised(task, "minor")
        assert is_back(task)

    def test_a_new_machine_result_of_an_escalated_one(self, world: World) -> None:
        task = grids.entered(world.web, "porn")
        defer.escalate(lease_key_of(take_lease(world.default, by=world.alice)), by=world.alice)
        snooze(take_lease(world.default, by=world.carol), by=world.carol)
        grids.revised(task, "minor")
        assert is_back(task, "escalated")

    def test_the_deactivation_of_who_snoozed_it(self, world: World, parked: ReviewTask) -> None:
        people.change(world.alice, by=world.dave, name="Alice", role=world.alice.role, is_active=False)
        assert is_back(parked)

    def test_another_role_of_who_snoozed_it(self, world: World, parked: ReviewTask) -> None:
        people.change(world.alice, by=world.dave, name="Alice", role=Role.AUDITOR, is_active=True)
        assert is_back(parked)

    def test_their_leaving_the_queue_and_not_another(self, world: World, parked: ReviewTask) -> None:
        configure.set_members(world.default, [world.bob], by="tests")
        assert not is_back(parked)
        configure.set_members(world.nudity, [world.bob], by="tests")
        assert is_back(parked)

    def test_a_new_name_does_not(self, world: World, parked: ReviewTask) -> None:
        people.change(world.alice, by=world.dave, name="Alicia", role=world.alice.role, is_active=True)
        assert not is_back(parked)


class TestLeases:
    def test_of_who_is_deactivated_are_released_at_once(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web, count=2)
        taken = take_lease(world.nudity, by=world.alice)
        people.change(world.alice, by=world.dave, name="Alice", role=world.alice.role, is_active=False)
        assert taken.pk in [task.pk for task in leases.lease(queues=[], count=2, by=world.bob)]

    def test_of_who_was_deactivated_in_the_database_are_released_by_maintenance(
        self, world: World, parked: ReviewTask
    ) -> None:
        (other,) = tasks.waiting(world.nudity, app=world.web)
        take_lease(world.nudity, by=world.alice)
        User.objects.filter(pk=world.alice.pk).update(is_active=False)
        maintain()
        other.refresh_from_db()
        assert (other.leased_by, is_back(parked)) == (None, True)

    def test_of_everybody_else_stay(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        taken = take_lease(world.nudity, by=world.bob)
        people.change(world.alice, by=world.dave, name="Alice", role=world.alice.role, is_active=False)
        maintain()
        taken.refresh_from_db()
        assert taken.leased_by == world.bob


def test_overdue_counts_what_is_snoozed_or_escalated_and_lists_it(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    snooze(take_lease(world.nudity, by=world.alice), by=world.alice)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    ReviewTask.objects.update(due_at="2020-01-01T00:00Z")
    (line,) = queue_depth.lines([world.nudity])
    assert (line.waiting, line.overdue, line.due_at) == (1, 3, datetime(2020, 1, 1, tzinfo=UTC))
    assert shown(signed_in(world.alice), "/review/cases/?state=overdue").count("data-case=") == 3
