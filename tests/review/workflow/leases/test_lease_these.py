"""Exactly these tasks, in this order: what a link or a button leads to is what the stage shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from review.models import ReviewTask, Skip
from review.refusals import NotAcceptable
from review.workflow import defer, leases
from review.workflow.assign import assign
from review.workflow.lease_directly import Unavailable, lease_one, lease_these, skipped_by
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import call, lease, signed_in
from tests.world import World


@pytest.fixture
def line(world: World) -> list[ReviewTask]:
    return tasks.waiting(world.nudity, app=world.web, count=4)


def skip(count: int, world: World) -> list[ReviewTask]:
    taken = leases.lease(queues=["nudity"], count=count, by=world.alice)
    for task in taken:
        defer.skip(lease_key_of(task), by=world.alice)
    return taken


class TestTheVerb:
    def test_leases_in_the_order_that_was_asked_for(self, world: World, line: list[ReviewTask]) -> None:
        first, second, third, _ = line
        take_lease(world.nudity, by=world.alice)
        leased, unavailable = lease_these([third.pk, first.pk, second.pk, third.pk], by=world.alice)
        assert ([task.pk for task in leased], unavailable) == ([third.pk, first.pk, second.pk], [])
        assert {task.leased_by for task in leased} == {world.alice}
        assert AuditEvent.objects.filter(action="case.taken-up").count() == 2

    def test_nobody_leases_more_in_all_than_by_turn(
        self, world: World, line: list[ReviewTask], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(leases, "MOST_LEASED", 3)
        first, second, third, fourth = (task.pk for task in line)
        lease_these([first, second], by=world.alice)
        with pytest.raises(NotAcceptable, match="At most 3 cases can be leased at once"):
            lease_these([third, fourth], by=world.alice)
        assert ReviewTask.objects.filter(leased_by=world.alice).count() == 2
        leased, unavailable = lease_these([first, second, third], by=world.alice)
        assert (len(leased), unavailable) == (3, [])
        answer = call(signed_in(world.alice), "lease", {"queues": [], "count": 1, "tasks": [fourth]})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/tasks")

    def test_tells_of_each_that_cannot_be_had(self, world: World, line: list[ReviewTask]) -> None:
        leased, decided, assigned, snoozed = line
        decide(leases.lease(queues=[], count=2, by=world.bob)[1], by=world.bob)
        assign(assigned.pk, to=world.bob, by=world.carol)
        defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)
        (gone,) = tasks.waiting(world.nudity, app=world.web, state="closed", closed_at=timezone.now())
        (theirs,) = tasks.waiting(world.nudity, app=world.web, state="escalated")
        named = [leased.pk, decided.pk, assigned.pk, snoozed.pk, gone.pk, theirs.pk, 2**62]
        assert lease_these(named, by=world.alice) == (
            [],
            [
                Unavailable(leased.pk, "leased", "Bob"),
                Unavailable(decided.pk, "decided", "Bob"),
                Unavailable(assigned.pk, "leased", "Bob"),
                Unavailable(snoozed.pk, "gone"),
                Unavailable(gone.pk, "gone"),
                Unavailable(theirs.pk, "not-member"),
                Unavailable(2**62, "gone"),
            ],
        )

    def test_leaves_other_queues_alone(self, world: World, line: list[ReviewTask]) -> None:
        told = [Unavailable(line[0].pk, "not-member")]
        assert lease_these([line[0].pk], by=world.mallory) == ([], told)
        assert lease_these([line[0].pk], by=world.dave) == ([], told)
        with pytest.raises(NotAllowed):
            lease_these([line[0].pk], by=world.erin)

    def test_extends_what_the_person_has_leased(self, world: World, line: list[ReviewTask]) -> None:
        task = take_lease(world.nudity, by=world.alice)
        ReviewTask.objects.filter(pk=task.pk).update(leased_until=timezone.now() + timedelta(seconds=5))
        ((again,), _) = lease_these([task.pk], by=world.alice)
        assert again.lease_token == task.lease_token
        assert again.leased_until is not None
        assert again.leased_until > timezone.now() + timedelta(seconds=60)

    def test_takes_back_a_skip(self, world: World, line: list[ReviewTask]) -> None:
        (task,) = skip(1, world)
        assert [one.pk for one in lease_these([task.pk], by=world.alice)[0]] == [task.pk]
        assert not Skip.objects.exists()


class TestSkipped:
    def test_are_those_that_could_be_leased_now_in_the_order_of_the_queue(
        self, world: World, line: list[ReviewTask]
    ) -> None:
        first, second, third, fourth = skip(4, world)
        take_lease(world.nudity, by=world.bob)  # the first
        ReviewTask.objects.filter(pk=second.pk).update(**tasks.ESCALATED)
        assert first.pk
        assert skipped_by(world.alice, [world.nudity.pk]) == {world.nudity.pk: [third.pk, fourth.pk]}
        assert skipped_by(world.alice, [world.default.pk]) == skipped_by(world.bob, [world.nudity.pk]) == {}

    def test_are_named_when_nothing_else_can_be_had(self, world: World, line: list[ReviewTask]) -> None:
        alice = signed_in(world.alice)
        skipped = [task.pk for task in skip(3, world)]
        assert "skipped" not in lease(alice)
        skipped += [task.pk for task in skip(1, world)]
        answer = lease(alice)
        assert (answer["tasks"], answer["skipped"]) == ([], skipped)
        again = call(alice, "lease", {"tasks": answer["skipped"][:2]}).json()
        assert [task["taskId"] for task in again["tasks"]] == skipped[:2]

    def test_are_a_link_on_the_board(self, world: World, line: list[ReviewTask]) -> None:
        skipped = [task.pk for task in skip(2, world)]
        html = signed_in(world.alice).get("/").content.decode()
        assert f'href="/review/queues/nudity/?tasks={skipped[0]}%2C{skipped[1]}">look at the 2 you skipped<' in html
        assert "you skipped" not in signed_in(world.bob).get("/").content.decode()


class TestTheCall:
    def test_answers_what_could_not_be_had(self, world: World, line: list[ReviewTask]) -> None:
        theirs = take_lease(world.nudity, by=world.bob)
        answer = call(signed_in(world.alice), "lease", {"tasks": [line[3].pk, theirs.pk]}).json()
        assert [task["taskId"] for task in answer["tasks"]] == [line[3].pk]
        assert answer["unavailable"] == [{"taskId": theirs.pk, "outcome": "leased", "by": "Bob"}]

    def test_takes_ten_at_most(self, world: World) -> None:
        answer = call(signed_in(world.alice), "lease", {"tasks": list(range(1, 12))})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/tasks")


class TestTheButton:
    def test_leads_to_the_stage_with_its_case(self, world: World, line: list[ReviewTask]) -> None:
        last = line[-1]
        leases.lease(queues=["nudity"], count=2, by=world.alice)
        assign(last.pk, to=world.alice, by=world.carol)
        alice = signed_in(world.alice)
        answer = alice.post(f"/review/cases/{last.case_id}/lease")
        assert answer["Location"] == f"/review/queues/nudity/?tasks={last.pk}"
        assert f'"tasks": [{last.pk}]' in alice.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize("sent", ["x", "1,'2", "²", "9" * 40, ",,", "-1"])
    def test_a_link_that_names_no_tasks_opens_the_stage(self, world: World, sent: str) -> None:
        answer = signed_in(world.alice).get("/review/", {"tasks": sent})
        assert answer.status_code == 200
        assert '"tasks": [' in answer.content.decode()

    def test_is_offered_for_what_one_has_leased_or_skipped(self, world: World, line: list[ReviewTask]) -> None:
        mine = take_lease(world.nudity, by=world.alice)
        assert lease_one(mine.pk, by=world.alice).lease_token == mine.lease_token
        defer.skip(lease_key_of(mine), by=world.alice)
        assert lease_one(mine.pk, by=world.alice).leased_by == world.alice
        assert not Skip.objects.exists()
