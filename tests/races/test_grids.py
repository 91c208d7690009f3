"""Several people in one queue's grid, and a grid beside a stage: no picture is with two of them."""

from __future__ import annotations

import time
from functools import partial
from uuid import uuid4

from django.db import connection, transaction

from accounts.models import User
from moderation.models import FinalResult
from review.models import Decision, Lease, ReviewTask
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow import grid, leases
from tests.factories import grids
from tests.factories.verdicts import PASS, decide, lease_key_of
from tests.races.conftest import Floor
from tests.races.crowd import at_once, of_kind
from tests.waiting import PATIENCE_SECONDS

TASKS = 400


def test_pages_leased_at_once_share_no_tile_and_leave_none_out(floor: Floor) -> None:
    grids.waiting(floor.world.nudity, app=floor.world.web, count=16 * 24)
    pages = at_once([partial(grid.lease, queue="nudity", by=person) for person in floor.moderators])
    assert of_kind(pages, Exception) == []
    given = [task for page in of_kind(pages, grid.GridPage) for task in page.tasks]
    assert len(given) == len({task.pk for task in given}) == 16 * 24
    on_rows = set(ReviewTask.objects.exclude(leased_by=None).values_list("pk", "leased_by", "lease_token"))
    assert on_rows == set(Lease.objects.filter(ended_at=None).values_list("task", "by", "lease_token"))


def test_pages_beside_stages_decide_every_picture_once(floor: Floor) -> None:
    grids.waiting(floor.world.nudity, app=floor.world.web, count=TASKS)
    works = [partial(pages_to_the_end, one) for one in floor.moderators[:4]]
    works += [partial(singles_to_the_end, one) for one in floor.moderators[4:8]]
    assert of_kind(at_once(works), Exception) == []
    assert Decision.objects.count() == FinalResult.objects.count() == TASKS
    assert Lease.objects.filter(outcome="decided").count() == TASKS
    assert Decision.objects.filter(grid_page=None).exists()
    assert Decision.objects.exclude(grid_page=None).exists()


def pages_to_the_end(by: User) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while ReviewTask.objects.filter(closed_at=None).exists() and time.monotonic() < until:
        page = grid.lease(queue="nudity", by=by)
        judged = [grids.tile(task) for task in page.tasks]
        ends = grid.decide(page_id=uuid4(), queue="nudity", label=page.label, judged=judged, by=by)
        assert {type(end) for end in ends} <= {Decision}


def singles_to_the_end(by: User) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while ReviewTask.objects.filter(closed_at=None).exists() and time.monotonic() < until:
        for task in leases.lease(queues=["nudity"], count=5, by=by):
            decide(task, by=by, judgement=PASS)


def test_a_page_and_a_stage_that_decide_the_same_holds_at_once_decide_each_once(floor: Floor) -> None:
    """One person with the same tasks in two tabs."""
    world = floor.world
    grids.waiting(world.nudity, app=world.web, count=12)
    page = grid.lease(queue="nudity", by=world.alice, count=12)
    judged = [grids.tile(task) for task in page.tasks]
    whole = partial(grid.decide, page_id=uuid4(), queue="nudity", label=page.label, judged=judged, by=world.alice)
    ends, *singles = at_once([whole, *(partial(decide, task, by=world.alice) for task in reversed(page.tasks))])
    assert len(of_kind(ends, Decision)) + len(of_kind(singles, Decision)) == 12
    assert {type(one) for one in [*ends, *singles]} <= {Decision, AlreadyDecided, LeaseLost}
    assert Decision.objects.count() == FinalResult.objects.count() == 12


def test_one_page_sent_many_times_at_once_is_one_page_and_its_undos_are_one_undo(floor: Floor) -> None:
    world = floor.world
    grids.waiting(world.nudity, app=world.web, count=6)
    page, page_id = grid.lease(queue="nudity", by=world.alice), uuid4()
    judged = [grids.tile(task) for task in page.tasks]
    once = partial(grid.decide, page_id=page_id, queue="nudity", label=page.label, judged=judged, by=world.alice)
    sent = at_once([once] * 6)
    assert of_kind(sent, Exception) == []
    assert {type(end) for ends in of_kind(sent, list) for end in ends} == {Decision}
    assert Decision.objects.count() == FinalResult.objects.count() == 6
    backs = at_once([partial(grid.undo, page_id, by=world.alice)] * 6)
    assert of_kind(backs, Exception) == []
    assert len({tuple(map(lease_key_of, back.tasks)) for back in of_kind(backs, grid.TakenBack)}) == 1
    assert not FinalResult.objects.filter(voided_at=None).exists()


def test_a_page_waits_for_nobody(floor: Floor) -> None:
    first, second = grids.waiting(floor.world.nudity, app=floor.world.web, count=2)
    with transaction.atomic():
        ReviewTask.objects.select_for_update().get(pk=first.pk)
        (page,) = at_once([partial(page_within_a_second, floor.world.alice)])
    assert page.tasks == [second]


def page_within_a_second(by: User) -> grid.GridPage:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        return grid.lease(queue="nudity", by=by)
