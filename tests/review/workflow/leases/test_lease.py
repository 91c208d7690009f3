"""Which tasks a person is handed, and in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from review.models import Lease, Queue, ReviewTask
from review.queues import configure
from review.workflow import defer, leases
from tests.factories import tasks
from tests.factories.verdicts import lease_key_of, take_lease
from tests.world import World, queue

EXPIRED = "2020-01-01T00:00Z"


def ids(given: list[ReviewTask]) -> list[int]:
    return [task.pk for task in given]


def lease(by: User, *, count: int = 10, queues: tuple[str, ...] = ()) -> list[int]:
    return ids(leases.lease(queues=queues, count=count, by=by))


def test_the_line_is_ordered_by_rank_then_by_id(world: World) -> None:
    first, second, third = tasks.waiting(world.nudity, app=world.web, count=3)
    ReviewTask.objects.filter(pk__in=[first.pk, third.pk]).update(rank_at=timezone.now())
    ReviewTask.objects.filter(pk=second.pk).update(rank_at=timezone.now() - timedelta(minutes=5))
    assert lease(world.alice) == [second.pk, first.pk, third.pk]


def test_several_queues_make_one_line(world: World) -> None:
    a, c = tasks.waiting(world.nudity, app=world.web, count=2)
    (b,) = tasks.waiting(world.default, app=world.web)
    for minutes, task in enumerate((a, b, c)):
        ReviewTask.objects.filter(pk=task.pk).update(rank_at=timezone.now() + timedelta(minutes=minutes))
    assert lease(world.alice, count=2) == [a.pk, b.pk]


def test_what_is_held_already_comes_first_and_with_the_same_token(world: World) -> None:
    leased = tasks.waiting(world.nudity, app=world.web, count=2)
    before = leases.lease(queues=[], count=2, by=world.alice)
    (urgent,) = tasks.waiting(world.nudity, app=world.web, rank_at="2020-01-01T00:00Z")
    after = leases.lease(queues=[], count=3, by=world.alice)
    assert set(ids(after)) == {urgent.pk, *ids(leased)}
    assert {task.lease_token for task in before} < {task.lease_token for task in after}
    assert lease(world.alice, count=2) == [urgent.pk, leased[0].pk]


def test_what_the_page_has_is_neither_told_again_nor_counted(world: World) -> None:
    a, b, c, d = ids(tasks.waiting(world.nudity, app=world.web, count=4))
    assert lease(world.alice, count=2) == [a, b]
    assert ids(leases.lease(queues=[], count=2, by=world.alice, without=[b])) == [a, c]
    assert lease(world.bob) == [d]


def test_nobody_holds_more_than_a_hundred(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=leases.MOST_LEASED + 30)
    mine: list[int] = []
    for _ in range(15):
        mine += ids(leases.lease(queues=[], count=10, by=world.alice, without=mine))
    assert len(mine) == len(set(mine)) == leases.MOST_LEASED


def test_held_tasks_take_the_places_of_a_full_batch(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=4)
    assert lease(world.alice, count=2) == lease(world.alice, count=2)
    assert ReviewTask.objects.exclude(leased_by=None).count() == 2


def test_a_task_held_by_somebody_else_is_not_handed_out(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    assert len(lease(world.alice)) == 1
    assert lease(world.bob) == []


def test_a_lease_that_ran_out_is_handed_to_the_next_with_a_new_token(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    before = take_lease(world.nudity, by=world.alice)
    ReviewTask.objects.update(leased_until=EXPIRED)
    after = take_lease(world.nudity, by=world.bob)
    assert before.lease_token != after.lease_token
    assert list(Lease.objects.order_by("pk").values_list("by", "outcome")) == [
        (world.alice.pk, "expired"),
        (world.bob.pk, ""),
    ]


@pytest.mark.parametrize(("of_the_queue", "expected"), [(None, 120), (7, 7)])
def test_a_lease_lasts_as_long_as_its_queue_says(
    world: World, settings: Any, of_the_queue: int | None, expected: int
) -> None:
    settings.LEASE_SECONDS = 120
    Queue.objects.filter(pk=world.nudity.pk).update(lease_seconds=of_the_queue)
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.alice)
    assert task.leased_until is not None
    assert abs((task.leased_until - timezone.now()).total_seconds() - expected) < 3


def test_only_the_queues_asked_for_are_leased_from(world: World) -> None:
    leased, _ = tasks.waiting(world.nudity, app=world.web, count=2)
    (wanted,) = tasks.waiting(world.default, app=world.web)
    assert lease(world.alice, queues=("nudity",), count=1) == [leased.pk]
    assert lease(world.alice, queues=("default",)) == [wanted.pk]


def test_queues_that_are_not_theirs_count_for_nothing(world: World) -> None:
    theirs = queue("theirs", members=[world.bob])
    tasks.waiting(theirs, app=world.web)
    assert lease(world.alice, queues=("theirs", "no-such-queue")) == []
    assert lease(world.mallory) == []


def test_an_auditor_cannot_lease(world: World) -> None:
    configure.set_members(world.nudity, [world.erin], by="tests")
    with pytest.raises(NotAllowed):
        lease(world.erin)


def test_what_one_person_skipped_is_handed_to_others_only(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assert lease(world.alice) == []
    assert len(lease(world.bob)) == 1


def test_what_is_escalated_is_handed_to_leads_in_the_order_of_the_line(world: World) -> None:
    up, waits = tasks.waiting(world.nudity, app=world.web, count=2)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assert lease(world.bob) == [waits.pk]
    leases.release([lease_key_of(ReviewTask.objects.get(pk=waits.pk))], by=world.bob)
    assert lease(world.carol) == [up.pk, waits.pk]


def test_what_is_escalated_to_one_lead_is_not_handed_to_another(world: World) -> None:
    other = queue("other", members=[world.alice, world.carol, world.dave])
    tasks.waiting(other, app=world.web)
    defer.escalate(lease_key_of(take_lease(other, by=world.alice)), by=world.alice, to=world.carol)
    assert lease(world.dave) == []
    assert len(lease(world.carol)) == 1


@pytest.mark.parametrize("change", [{"role": "moderator"}, {"is_active": False}, None])
def test_what_is_escalated_to_a_lead_who_is_gone_is_any_leads(world: World, change: dict[str, Any] | None) -> None:
    other = queue("other", members=[world.alice, world.carol, world.dave])
    tasks.waiting(other, app=world.web)
    defer.escalate(lease_key_of(take_lease(other, by=world.alice)), by=world.alice, to=world.carol)
    if change:
        User.objects.filter(pk=world.carol.pk).update(**change)
    else:
        configure.set_members(other, [world.alice, world.dave], by="tests")
    assert len(lease(world.dave)) == 1
