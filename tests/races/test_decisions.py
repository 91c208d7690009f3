"""Many decisions on one task, and on one hold."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from accounts.permissions import NotAllowed
from moderation.models import Delivery, FinalResult
from review.models import Decision, Lease, ReviewTask
from review.queues import configure
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow import leases as leases
from tests.factories import endpoints, tasks
from tests.factories.verdicts import PASS, REJECT, decide, lease_key_of, take_lease
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind
from tests.races.everything import counted

THREADS = 20


def test_one_decision_sent_two_hundred_times_is_one_decision(floor: Floor) -> None:
    world = floor.world
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.alice)
    send = partial(decide, task, by=world.alice, decision_id=uuid4())
    answers = [answer for _ in range(10) for answer in at_once([send] * THREADS)]
    assert of_kind(answers, Exception) == []
    assert len({(answer.pk, answer.undo_until) for answer in of_kind(answers, Decision)}) == 1
    assert (Decision.objects.count(), FinalResult.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_of_two_hundred_decisions_on_one_hold_one_stands_and_the_others_are_told(floor: Floor) -> None:
    world = floor.world
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.alice)
    sends = [partial(decide, task, by=world.alice, judgement=(PASS, REJECT)[n % 2]) for n in range(THREADS)]
    answers = [answer for _ in range(10) for answer in at_once(sends)]
    (standing,) = of_kind(answers, Decision)
    told = of_kind(answers, AlreadyDecided)
    assert len(told) == 199
    assert {(one.by, one.verdict) for one in told} == {("Alice", standing.verdict)}
    assert (Decision.objects.count(), FinalResult.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_a_decision_on_a_hold_that_somebody_else_has_taken_writes_nothing(floor: Floor) -> None:
    world = floor.world
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web)
    lost = take_lease(world.nudity, by=world.alice)
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    take_lease(world.nudity, by=world.bob)
    before = counted()
    answers = at_once([partial(decide, lost, by=world.alice)] * THREADS)
    assert answers == [LeaseLost("Bob")] * THREADS
    assert counted() == before


def test_a_decision_racing_the_next_lease_of_its_expired_hold_has_one_winner(floor: Floor) -> None:
    world = floor.world
    for _ in range(20):
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        ReviewTask.objects.filter(pk=task.pk).update(leased_until="2020-01-01T00:00Z")
        lease = partial(leases.lease, queues=[], count=1, by=world.bob)
        decision, handed = at_once([partial(decide, task, by=world.alice), lease])
        assert isinstance(decision, Decision) != (handed != []), (decision, handed)
        ReviewTask.objects.filter(pk=task.pk).delete()


def test_who_loses_the_membership_while_deciding_decides_before_it_or_is_refused(floor: Floor) -> None:
    world = floor.world
    for _ in range(20):
        configure.set_members(world.nudity, [world.alice, world.bob], by="tests")
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        remove = partial(configure.set_members, world.nudity, [world.bob], by="tests")
        decision, removed = at_once([partial(decide, task, by=world.alice), remove])
        assert removed is None
        assert isinstance(decision, (Decision, NotAllowed, LeaseLost)), decision
        task.refresh_from_db()
        assert (task.state, task.leased_by) == ("decided" if isinstance(decision, Decision) else "waiting", None)
        assert not Lease.objects.filter(task=task, ended_at=None).exists()
        ReviewTask.objects.filter(pk=task.pk).delete()


def test_two_stages_that_renew_the_same_holds_in_opposite_order_never_wait_in_a_circle(floor: Floor) -> None:
    world = floor.world
    tasks.waiting(world.nudity, app=world.web, count=9)
    leased = leases.lease(queues=[], count=9, by=world.alice)
    lease_keys = [lease_key_of(task) for task in leased]
    in_the_middle = ReviewTask.objects.select_for_update().filter(pk=leased[4].pk)
    orders = [partial(leases.renew, order, by=world.alice) for order in (lease_keys, lease_keys[::-1])]
    renewals = held_up(partial(list, in_the_middle), *orders)
    assert of_kind(renewals, Exception) == []
    assert [len(one.renewed) for one in renewals] == [9, 9]
