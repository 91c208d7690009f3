"""A decision against its undo, and an undo against the sending."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction

from moderation.models import Case, Delivery, FinalResult
from moderation.webhooks.lease_due import LeasedDelivery, lease_due
from review.models import Decision, ReviewTask
from review.refusals import WindowClosed
from review.workflow import decisions
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind

ROUNDS = 16


def test_undos_at_once_are_one_undo_and_the_task_is_held_once(floor: Floor) -> None:
    decision = decided(floor)
    undone = at_once([partial(decisions.undo, decision.pk, by=decision.by)] * 20)
    assert of_kind(undone, Exception) == []
    assert {task.lease_token for task in of_kind(undone, ReviewTask)} == {ReviewTask.objects.get().lease_token}
    assert FinalResult.objects.filter(voided_at=None).count() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_decision_sent_again_beside_its_undos_ends_undone(floor: Floor) -> None:
    world = floor.world
    for _ in range(10):
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        decision = decide(task, by=world.alice, decision_id=uuid4())
        again = partial(decide, task, by=world.alice, decision_id=decision.pk)
        undo = partial(decisions.undo, decision.pk, by=world.alice)
        assert of_kind(at_once([again, undo, again, undo]), Exception) == []
        decision.refresh_from_db()
        assert decision.undone_at is not None
        assert Decision.objects.filter(task=task, undone_at=None).count() == 0
        assert Case.objects.get(pk=task.case_id).state == "queued"
        ReviewTask.objects.filter(pk=task.pk).delete()


def test_at_the_edge_of_the_window_a_result_is_undone_or_sent_but_never_both(floor: Floor, settings: Any) -> None:
    world = floor.world
    settings.UNDO_SECONDS = 0.25
    endpoints.subscribed()
    ends = {"undone": 0, "sent": 0}
    for n in range(ROUNDS):
        tasks.waiting(world.nudity, app=world.web)
        decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
        edge = decision.undo_until.timestamp()
        undo_near_it = partial(undo_at, edge - 0.08 + 0.1 * n / ROUNDS, decision)
        undone, deliveries = at_once([undo_near_it, partial(lease_until, edge + 0.05)])
        assert isinstance(undone, (ReviewTask, WindowClosed)), undone
        assert isinstance(undone, ReviewTask) != bool(deliveries), (undone, deliveries)
        ends["sent" if deliveries else "undone"] += 1
        state = Delivery.objects.get(final_result__decision_id=decision.pk).state
        assert state == ("pending" if deliveries else "cancelled")
        ReviewTask.objects.all().delete()
    assert min(ends.values()) > 0, f"only one side of the edge was met: {ends}"


def undo_at(moment: float, decision: Decision) -> ReviewTask:
    time.sleep(max(0, moment - time.time()))
    return decisions.undo(decision.pk, by=decision.by)


def lease_until(moment: float) -> list[LeasedDelivery]:
    """As a deliverer would, only more eagerly."""
    while time.time() < moment:
        if deliveries := lease_due(64, per_endpoint=16, busy=Counter()):
            return deliveries
    return lease_due(64, per_endpoint=16, busy=Counter())


def test_an_undo_that_began_in_time_but_met_a_claim_under_way_is_refused(floor: Floor, settings: Any) -> None:
    """It is held up between its look at the clock and its look at the deliveries; meanwhile the window ends."""
    settings.UNDO_SECONDS = 1
    decision = decided(floor)
    result = FinalResult.objects.select_for_update().filter(decision_id=decision.pk)
    with ThreadPoolExecutor(1) as deliverer:
        under_way: list[Future[list[LeasedDelivery]]] = []

        def lease_late() -> None:
            time.sleep(max(0, decision.undo_until.timestamp() - time.time()) + 0.05)
            under_way.append(deliverer.submit(lease_and_commit_late))
            claimed.wait(10)

        claimed.clear()
        (undone,) = held_up(
            partial(list, result), partial(decisions.undo, decision.pk, by=decision.by), meanwhile=lease_late
        )
        assert len(under_way[0].result()) == 1
    assert isinstance(undone, WindowClosed), undone
    assert Delivery.objects.get().state == "pending"


claimed = Event()


def lease_and_commit_late() -> list[LeasedDelivery]:
    """A deliverer whose commit comes only when the undo has reached the deliveries."""
    try:
        with transaction.atomic():
            deliveries = lease_due(64, per_endpoint=16, busy=Counter())
            claimed.set()
            time.sleep(0.3)
            return deliveries
    finally:
        connections.close_all()


def decided(floor: Floor) -> Decision:
    world = floor.world
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web)
    return decide(take_lease(world.nudity, by=world.alice), by=world.alice)


def test_what_was_tried_and_failed_between_the_two_looks_of_an_undo_is_not_undone(floor: Floor) -> None:
    decision = decided(floor)
    Delivery.objects.update(attempts_made=1)
    with pytest.raises(WindowClosed):
        decisions.undo(decision.pk, by=decision.by)
    assert Delivery.objects.get().state == "pending"
