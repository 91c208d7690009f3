"""How a task came to whoever opens it: who sent it, why, and the verdict before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.models import FinalResult
from review.models import ReviewTask
from review.presentation import task_json
from review.workflow import assign, defer, leases, origins
from review.workflow.origins import Origin
from review.workflow.reopen import reopen
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World


def origin() -> Origin | None:
    task = ReviewTask.objects.order_by("round").last()
    assert task
    return origins.of([task]).get(task.pk)


@pytest.fixture
def leased(world: World) -> ReviewTask:
    tasks.waiting(world.nudity, app=world.web)
    return take_lease(world.nudity, by=world.alice)


def escalate(task: ReviewTask, world: World, note: str = "is this a weapon?") -> None:
    defer.escalate(lease_key_of(task), by=world.alice, note=note)


def test_an_ordinary_task_has_none_and_costs_no_query(world: World, leased: ReviewTask) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert origins.of([leased]) == {}
    assert len(queries) == 0
    assert "origin" not in task_json.tasks([leased])[0]


def test_who_escalated_it_and_why(world: World, leased: ReviewTask) -> None:
    escalate(leased, world)
    found = origin()
    assert found
    assert (found.kind, found.by, found.note, found.earlier) == ("escalated", "Alice", "is this a weapon?", None)
    shown = task_json.tasks([take_lease(world.nudity, by=world.carol)])[0]["origin"]
    assert (shown["kind"], shown["by"], shown["note"]) == ("escalated", "Alice", "is this a weapon?")


def test_what_everybody_skipped_says_so(world: World, leased: ReviewTask) -> None:
    defer.skip(lease_key_of(leased), by=world.alice)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.bob)), by=world.bob)
    task = take_lease(world.nudity, by=world.carol)
    assert task.state == "escalated"
    assert task_json.tasks([task])[0]["origin"]["note"] == "everybody else has skipped it"


def test_a_reopened_case_has_the_verdict_before(world: World, leased: ReviewTask) -> None:
    decide(leased, by=world.alice)
    FinalResult.objects.update(release_at="2020-01-01T00:00Z")
    reopen(leased.case_id, by=world.carol, note="their user complained")
    found = origin()
    assert found
    assert found.earlier
    assert (found.kind, found.by, found.note) == ("reopened", "Carol", "their user complained")
    assert (found.earlier.verdict, found.earlier.reason, found.earlier.by) == ("REJECT", "nudity", "Alice")
    shown = task_json.tasks([take_lease(world.nudity, by=world.carol)])[0]["origin"]
    assert (shown["earlier"]["verdict"], shown["earlier"]["reason"]) == ("REJECT", "Nudity")


def test_a_second_opinion_does_not_tell_the_verdict_before(world: World, leased: ReviewTask) -> None:
    decide(leased, by=world.alice)
    FinalResult.objects.update(release_at="2020-01-01T00:00Z")
    reopen(leased.case_id, by=world.carol)
    task = take_lease(world.nudity, by=world.carol)
    assign.ask_second_opinion(lease_key_of(task), to=world.bob, by=world.carol, note="what do you see?", view="PASS")
    found = origin()
    assert found
    assert (found.kind, found.by, found.note, found.earlier) == ("second-opinion", "Carol", "what do you see?", None)


def test_an_assignment_ends_when_it_is_given_back_or_skipped(world: World, leased: ReviewTask) -> None:
    leases.release([lease_key_of(leased)], by=world.alice)
    assign.assign(leased.pk, to=world.bob, by=world.carol, note="yours")
    assert (found := origin())
    assert (found.kind, found.by, found.note) == ("assigned", "Carol", "yours")
    assign.assign(leased.pk, to=None, by=world.carol)
    assert origin() is None
    assign.assign(leased.pk, to=world.bob, by=world.carol)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.bob)), by=world.bob)
    assert origin() is None


def test_what_is_taken_back_never_came(world: World, leased: ReviewTask) -> None:
    escalate(leased, world)
    assign.take_back(leased.pk, by=world.alice)
    assert origin() is None


def test_a_snooze_in_between_changes_nothing(world: World, leased: ReviewTask) -> None:
    escalate(leased, world)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.carol)), by=world.carol, until=None)
    ReviewTask.objects.update(wait_until="2020-01-01T00:00Z")
    defer.return_from_snooze()
    assert (found := origin())
    assert found.kind == "escalated"


def test_a_closed_task_has_none(world: World, leased: ReviewTask, settings: Any) -> None:
    escalate(leased, world)
    decide(take_lease(world.nudity, by=world.carol), by=world.carol)
    assert origin() is None
