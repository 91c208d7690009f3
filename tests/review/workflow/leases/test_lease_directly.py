"""A lead takes an escalated case out of its turn, and anybody what is theirs by name; nobody picks from the line."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from review.models import ReviewTask
from review.queues import configure
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import defer, leases
from review.workflow.assign import assign
from review.workflow.lease_directly import can_lease, lease_one
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of
from tests.stage import signed_in
from tests.world import World, person


@pytest.fixture
def escalated(world: World) -> ReviewTask:
    """The last of three in line, escalated by Alice."""
    tasks.waiting(world.nudity, app=world.web, count=3)
    task = leases.lease(queues=["nudity"], count=3, by=world.alice)[-1]
    defer.escalate(lease_key_of(task), by=world.alice)
    return task


def test_what_is_taken_up_is_the_first_on_the_stage(world: World, escalated: ReviewTask) -> None:
    taken = lease_one(escalated.pk, by=world.carol)
    assert taken.leased_by == world.carol
    assert leases.lease(queues=[], count=1, by=world.carol) == [taken]
    assert AuditEvent.objects.filter(action="case.taken-up", by=world.carol).count() == 1
    assert decide(taken, by=world.carol)


def test_again_it_is_the_same_hold(world: World, escalated: ReviewTask) -> None:
    once = lease_one(escalated.pk, by=world.carol)
    assert lease_one(escalated.pk, by=world.carol).lease_token == once.lease_token


def test_it_is_not_offered_while_another_person_leases_it(world: World, escalated: ReviewTask) -> None:
    eve = person("eve", Role.LEAD)
    configure.set_members(world.nudity, [world.alice, world.carol, eve], by="tests")
    assert can_lease(ReviewTask.objects.get(pk=escalated.pk), by=eve)
    lease_one(escalated.pk, by=world.carol)
    assert not can_lease(ReviewTask.objects.get(pk=escalated.pk), by=eve)
    with pytest.raises(LeaseLost, match="Carol"):
        lease_one(escalated.pk, by=eve)


def test_what_is_assigned_is_its_owners_at_once(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    assign(task.pk, to=world.alice, by=world.carol)
    with pytest.raises(NotAcceptable, match="not assigned to you"):
        lease_one(tasks.waiting(world.nudity, app=world.web)[0].pk, by=world.alice)
    with pytest.raises(LeaseLost, match="Alice"):
        lease_one(task.pk, by=world.bob)
    assert lease_one(task.pk, by=world.alice).leased_by == world.alice


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_moderator_takes_up_nothing_that_is_the_leads(world: World, escalated: ReviewTask, name: str) -> None:
    with pytest.raises(NotAcceptable):
        lease_one(escalated.pk, by=getattr(world, name))


@pytest.mark.parametrize("name", ["mallory", "erin", "dave"])
def test_nor_does_who_works_elsewhere(world: World, escalated: ReviewTask, name: str) -> None:
    with pytest.raises(NotAllowed):
        lease_one(escalated.pk, by=getattr(world, name))


def test_nobody_takes_it_from_under_anothers_eyes(world: World, escalated: ReviewTask) -> None:
    ReviewTask.objects.filter(pk=escalated.pk).update(owner=None)
    other = User.objects.get(pk=world.bob.pk)
    User.objects.filter(pk=other.pk).update(role="lead")
    lease_one(escalated.pk, by=User.objects.get(pk=other.pk))
    with pytest.raises(LeaseLost, match="Bob"):
        lease_one(escalated.pk, by=world.carol)


def test_once_it_is_decided_that_stands(world: World, escalated: ReviewTask) -> None:
    decide(lease_one(escalated.pk, by=world.carol), by=world.carol)
    with pytest.raises(AlreadyDecided, match="Carol"):
        lease_one(escalated.pk, by=world.carol)


class TestTheCasePage:
    def test_offers_it_to_whom_it_is_open_and_leads_to_the_stage(self, world: World, escalated: ReviewTask) -> None:
        page = f"/review/cases/{escalated.case_id}/"
        assert "Judge it now" not in signed_in(world.alice).get(page).content.decode()
        client = signed_in(world.carol)
        assert "Judge it now" in client.get(page).content.decode()
        assert client.post(f"{page}lease").headers["Location"] == f"/review/queues/nudity/?tasks={escalated.pk}"
        assert ReviewTask.objects.get(pk=escalated.pk).leased_by == world.carol

    def test_says_why_not(self, world: World, escalated: ReviewTask) -> None:
        answer = signed_in(world.alice).post(f"/review/cases/{escalated.case_id}/lease", follow=True)
        assert "This case is not assigned to you." in answer.content.decode()

    def test_is_not_found_by_who_may_not_see_it(self, world: World, escalated: ReviewTask) -> None:
        assert signed_in(world.mallory).post(f"/review/cases/{escalated.case_id}/lease").status_code == 404


@pytest.mark.parametrize("name", ["mallory", "erin"])
def test_the_stage_of_who_works_in_no_queue_is_the_page_that_says_so(world: World, name: str) -> None:
    client = signed_in(getattr(world, name))
    assert client.get("/review/").headers["Location"] == "/"
    assert 'href="/review/"' not in client.get("/review/my-work/").content.decode()
    assert 'href="/review/"' in signed_in(world.alice).get("/review/my-work/").content.decode()
