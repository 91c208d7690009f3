"""Closing a queue moves its cases, and loses no decision and no lease."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from moderation.models import Case, FinalResult
from review.models import Queue, QueueJob, ReviewTask
from review.permissions import can_see_case, cases_seen_by
from review.queues import close
from review.workflow import decisions, leases
from review.workflow.enqueue import queue_for
from review.workflow.reopen import reopen
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.review.pictures import with_pictures
from tests.world import World, person, queue


def closed(world: World) -> QueueJob:
    return close.close(world.nudity, into=world.default, by=world.dave)


def is_open(job: QueueJob) -> bool:
    return QueueJob.objects.filter(pk=job.pk, ended_at=None).exists()


def move_left() -> int:
    return close.move_left(for_seconds=10)


def test_what_waits_is_moved_with_what_is_decided_with_it(world: World) -> None:
    leader, grouped, escalated, snoozed = tasks.waiting(world.nudity, app=world.web, count=4)
    ReviewTask.objects.filter(pk=grouped.pk).update(state="grouped", grouped_with=leader)
    ReviewTask.objects.filter(pk=escalated.pk).update(**tasks.ESCALATED)
    until = timezone.now() + timedelta(hours=1)
    ReviewTask.objects.filter(pk=snoozed.pk).update(state="snoozed", owner=world.alice, wait_until=until)
    job = closed(world)
    assert job.total == 3
    assert move_left() == 3
    assert set(ReviewTask.objects.values_list("queue__slug", flat=True)) == {"default"}
    job.refresh_from_db()
    assert (job.done, job.ended_at is not None) == (3, True)
    assert move_left() == 0
    assert AuditEvent.objects.filter(action="case.moved", by=world.dave).count() == 4


def test_what_is_leased_is_moved_when_its_lease_has_ended(world: World) -> None:
    first, second = tasks.waiting(world.nudity, app=world.web, count=2)
    leased = take_lease(world.nudity, by=world.alice)
    job = closed(world)
    assert move_left() == 1
    assert ReviewTask.objects.get(pk=first.pk).leased_by == world.alice
    assert is_open(job)
    assert leases.lease(queues=["nudity"], count=5, by=world.bob) == []

    decision = decide(leased, by=world.alice)
    assert move_left() == 0
    assert not is_open(job)
    decisions.undo(decision.pk, by=world.alice)  # brings it back into the closed queue, leased
    assert move_left() == 0
    ReviewTask.objects.filter(pk=first.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert move_left() == 1
    assert ReviewTask.objects.get(pk=first.pk).queue == ReviewTask.objects.get(pk=second.pk).queue == world.default


def test_new_cases_go_to_the_queue_that_took_over(world: World) -> None:
    ads = queue("ads", members=[world.alice])
    close.close(ads, into=world.nudity, by=world.dave)
    closed(world)
    assert queue_for("ads") == queue_for("nudity") == world.default


def test_a_case_that_is_reopened_waits_in_the_queue_that_took_over(world: World) -> None:
    (one,) = tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    closed(world)
    FinalResult.objects.update(release_at=timezone.now() - timedelta(seconds=1))
    assert reopen(one.case_id, by=world.dave).queue == world.default


def test_whoever_leads_the_queue_that_took_over_sees_and_reopens_its_cases(client: Client, world: World) -> None:
    """And nobody else: the next round is in that queue."""
    (one,) = tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    FinalResult.objects.update(release_at=timezone.now() - timedelta(seconds=1))
    with_pictures(Case.objects.all())
    lea = person("lea", Role.LEAD)
    close.close(world.nudity, into=queue("middle", members=[]), by=world.dave)
    close.close(Queue.objects.get(slug="middle"), into=queue("last", members=[lea]), by=world.dave)
    assert can_see_case(lea, one.case_id)
    assert cases_seen_by(lea).count() == cases_seen_by(world.alice).count() == 1
    assert not can_see_case(world.mallory, one.case_id)
    for name, offered in {"carol@example.test": False, "lea@example.test": True}.items():
        client.force_login(User.objects.get(email=name))
        html = client.get(f"/review/cases/{one.case_id}/").content.decode()
        assert (f'action="/review/cases/{one.case_id}/reopen"' in html) is offered
    with pytest.raises(NotAllowed):
        reopen(one.case_id, by=world.carol)
    assert reopen(one.case_id, by=lea).queue.slug == "last"


@pytest.mark.parametrize("wrong", ["default", "itself", "closed", "twice"])
def test_what_cannot_be_closed(world: World, wrong: str) -> None:
    ads = queue("ads", members=[])
    if wrong == "closed":
        close.close(ads, into=world.default, by=world.dave)
    if wrong == "twice":
        closed(world)
    which = {"default": (world.default, world.nudity), "itself": (world.nudity, world.nudity)}
    one, into = which.get(wrong, (world.nudity, ads))
    with pytest.raises(ValueError, match=r"default queue|open queue|is closed"):
        close.close(one, into=into, by=world.dave)
    assert Queue.objects.filter(pk=world.default.pk, closed_at=None).exists()


def test_it_is_opened_again(client: Client, world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    closed(world)
    close.reopen(world.nudity, by=world.dave)
    assert queue_for("nudity") == world.nudity
    assert move_left() == 0
    assert len(leases.lease(queues=["nudity"], count=5, by=world.alice)) == 1


def test_only_administrators_close(world: World) -> None:
    for someone in (world.alice, world.carol, world.erin):
        with pytest.raises(NotAllowed):
            close.close(world.nudity, into=world.default, by=someone)
        with pytest.raises(NotAllowed):
            close.reopen(world.nudity, by=someone)
