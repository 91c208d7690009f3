"""How long the lines are said to be."""

from __future__ import annotations

from typing import Any

import time_machine
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from review.models import ReviewTask
from review.statistics import queue_depth
from review.workflow import defer, leases
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import signed_in
from tests.world import World, queue


def test_a_line_tells_what_is_free_what_is_held_and_what_is_late(world: World) -> None:
    made = tasks.waiting(world.nudity, app=world.web, count=5)
    ReviewTask.objects.filter(pk__in=[task.pk for task in made[:3]]).update(due_at="2020-01-01T00:00Z")
    leases.lease(queues=[], count=2, by=world.alice)
    nudity, default = queue_depth.lines([world.nudity, world.default])
    assert (nudity.slug, nudity.waiting, nudity.leased, nudity.overdue) == ("nudity", 3, 2, 3)
    assert nudity.oldest_at == made[0].entered_at
    assert default == queue_depth.QueueDepth("default", 0, 0, 0, None)


def test_what_is_out_of_the_line_is_counted_beside_it(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)
    tasks.waiting(world.default, app=world.web, state="escalated")
    nudity, default = queue_depth.lines([world.nudity, world.default])
    assert (nudity.waiting, nudity.escalated, nudity.snoozed) == (1, 1, 1)
    assert (default.waiting, default.escalated, default.snoozed) == (0, 1, 0)
    html = signed_in(world.alice).get("/").content.decode()
    assert 'href="/review/cases/?queue=nudity&amp;state=escalated">1 escalated</a>' in html
    assert 'href="/review/cases/?queue=nudity&amp;state=snoozed">1 snoozed</a>' in html


def test_a_lease_that_ran_out_counts_as_free(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    take_lease(world.nudity, by=world.alice)
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    (line,) = queue_depth.lines([world.nudity])
    assert (line.waiting, line.leased) == (1, 0)


def test_what_is_decided_is_counted_no_more(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    assert queue_depth.lines([world.nudity])[0].waiting == 0


def test_lines_are_counted_once_for_everybody_until_they_are_stale(world: World) -> None:
    queue_depth.lines([world.nudity])
    tasks.waiting(world.nudity, app=world.web)
    with CaptureQueriesContext(connection) as queries:
        assert queue_depth.lines([world.nudity, world.default])[0].waiting == 0
    assert len(queries) == 0
    caches["process"].clear()
    assert queue_depth.lines([world.nudity])[0].waiting == 1


def test_a_count_is_remembered_for_two_seconds_at_most(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        queue_depth.lines([world.nudity])
        tasks.waiting(world.nudity, app=world.web)
        clock.shift(1.9)
        assert queue_depth.lines([world.nudity])[0].waiting == 0
        clock.shift(0.2)
        assert queue_depth.lines([world.nudity])[0].waiting == 1


def test_hundreds_of_queues_are_counted_too(world: World) -> None:
    many = [queue(f"queue-{n}", members=[]) for n in range(80)]
    assert len(queue_depth.lines(many)) == 80


def test_the_stage_is_told_the_exact_number_at_once(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    assert queue_depth.waiting_and_leased_by_others([world.nudity], user=world.alice) == (3, 0)
    take_lease(world.nudity, by=world.alice)
    take_lease(world.nudity, by=world.bob)
    assert queue_depth.waiting_and_leased_by_others([world.nudity], user=world.alice) == (1, 1)
    assert queue_depth.waiting_and_leased_by_others([world.nudity], user=world.carol) == (1, 2)


def test_a_long_line_is_told_from_the_count_that_may_be_stale(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(queue_depth, "EXACT_UP_TO", 2)
    tasks.waiting(world.nudity, app=world.web, count=5)
    assert queue_depth.waiting_and_leased_by_others([world.nudity], user=world.alice)[0] == 5
    tasks.waiting(world.nudity, app=world.web)
    assert queue_depth.waiting_and_leased_by_others([world.nudity], user=world.alice)[0] == 5


def test_times_are_told_with_a_z(world: World) -> None:
    at = timezone.now()
    assert queue_depth.QueueDepth("x", 1, 0, 0, at).as_json()["oldestAt"] == at.isoformat().replace("+00:00", "Z")
