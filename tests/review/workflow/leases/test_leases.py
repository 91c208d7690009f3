"""Keeping a hold, giving it back, losing it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from review.models import Lease, ReviewTask
from review.queues import configure
from review.workflow import leases
from review.workflow.leases import LeaseKey
from tests.factories import bodies, tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World


@pytest.fixture
def leased(world: World) -> ReviewTask:
    tasks.waiting(world.nudity, app=world.web)
    return take_lease(world.nudity, by=world.alice)


def test_renewing_lengthens_the_lease(world: World, leased: ReviewTask) -> None:
    ReviewTask.objects.update(leased_until=timezone.now())
    assert leases.renew([lease_key_of(leased)], by=world.alice) == leases.Renewal([leased.pk], [], [])
    assert ReviewTask.objects.get(leased_until__gt=timezone.now())


def test_a_lease_that_ran_out_can_be_renewed_while_nobody_has_taken_the_task(world: World, leased: ReviewTask) -> None:
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    assert leases.renew([lease_key_of(leased)], by=world.alice).renewed == [leased.pk]


def test_a_wrong_token_another_person_and_an_unknown_task_are_lost(world: World, leased: ReviewTask) -> None:
    wrong = [LeaseKey(leased.pk, uuid4()), LeaseKey(10**9, uuid4())]
    assert leases.renew(wrong, by=world.alice) == leases.Renewal([], [leased.pk, 10**9], [])
    assert leases.renew([lease_key_of(leased)], by=world.bob).lost == [leased.pk]


def test_renewing_nothing_is_fine(world: World) -> None:
    assert leases.renew([], by=world.alice) == leases.Renewal([], [], [])


def test_a_released_task_is_free_at_once_and_its_claim_says_so(world: World, leased: ReviewTask) -> None:
    leases.release([lease_key_of(leased)], by=world.alice)
    assert Lease.objects.get().outcome == "released"
    assert take_lease(world.nudity, by=world.bob).pk == leased.pk


def test_releasing_what_is_not_held_changes_nothing(world: World, leased: ReviewTask) -> None:
    leases.release([LeaseKey(leased.pk, uuid4())], by=world.alice)
    leases.release([lease_key_of(leased)], by=world.bob)
    assert ReviewTask.objects.get().lease_token == leased.lease_token
    assert Lease.objects.get().ended_at is None


def test_who_is_removed_from_a_queue_loses_what_they_hold_in_it(world: World, leased: ReviewTask) -> None:
    configure.set_members(world.nudity, [world.bob], by="tests")
    assert leases.renew([lease_key_of(leased)], by=world.alice).lost == [leased.pk]
    assert Lease.objects.get().outcome == "released"


def test_but_not_what_they_hold_in_another(world: World, leased: ReviewTask) -> None:
    tasks.waiting(world.default, app=world.web)
    kept = take_lease(world.default, by=world.alice)
    configure.set_members(world.nudity, [world.bob], by="tests")
    assert leases.renew([lease_key_of(kept)], by=world.alice).renewed == [kept.pk]


def test_a_new_member_takes_nothing_from_those_who_stay(world: World, leased: ReviewTask) -> None:
    configure.set_members(world.nudity, [world.alice, world.mallory], by="tests")
    assert leases.renew([lease_key_of(leased)], by=world.alice).renewed == [leased.pk]


def test_who_renews_is_told_once_that_the_machine_said_more(world: World) -> None:
    body = bodies.result()
    accept(parse_submission(body), app=world.web, by=world.key)
    leased = take_lease(world.default, by=world.alice)
    assert leases.renew([lease_key_of(leased)], by=world.alice).changed == []
    accept(parse_submission({**body, "riskLabel3": "later"}), app=world.web, by=world.key)
    (changed,) = leases.renew([lease_key_of(leased)], by=world.alice).changed
    assert (changed.pk, changed.machine_revision, changed.lease_token) == (leased.pk, 2, leased.lease_token)
    assert leases.renew([lease_key_of(leased)], by=world.alice).changed == []


def test_what_somebody_before_was_shown_is_no_news(world: World) -> None:
    body = bodies.result()
    accept(parse_submission(body), app=world.web, by=world.key)
    leases.release([lease_key_of(take_lease(world.default, by=world.bob))], by=world.bob)
    accept(parse_submission({**body, "riskLabel3": "later"}), app=world.web, by=world.key)
    assert leases.renew([lease_key_of(take_lease(world.default, by=world.alice))], by=world.alice).changed == []


def test_a_decision_carries_what_the_person_was_shown(world: World) -> None:
    body = bodies.result()
    accept(parse_submission(body), app=world.web, by=world.key)
    leased = take_lease(world.default, by=world.alice)
    accept(parse_submission({**body, "riskLabel3": "later"}), app=world.web, by=world.key)
    leases.renew([lease_key_of(leased)], by=world.alice)
    assert decide(leased, by=world.alice).seen["machineRevision"] == 2


def test_a_stage_that_leases_again_has_been_shown_the_newest(world: World) -> None:
    body = bodies.result()
    accept(parse_submission(body), app=world.web, by=world.key)
    take_lease(world.default, by=world.alice)
    accept(parse_submission({**body, "riskLabel3": "later"}), app=world.web, by=world.key)
    assert decide(take_lease(world.default, by=world.alice), by=world.alice).seen["machineRevision"] == 2
