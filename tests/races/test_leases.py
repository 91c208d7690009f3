"""Sixteen people lease from one line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event
from typing import Any

from django.db import connection, connections, transaction
from django.db.models.functions import Now

from accounts.models import User
from moderation.models import FinalResult
from review.models import Decision, Lease, ReviewTask
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow import leases
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of
from tests.races.conftest import Floor
from tests.races.crowd import at_once, of_kind
from tests.waiting import PATIENCE_SECONDS

TASKS = 3000


def lease_to_the_end(by: User) -> list[ReviewTask]:
    """All that one person is given, batch after batch, until none is left."""
    given: list[ReviewTask] = []
    until = time.monotonic() + PATIENCE_SECONDS
    while ReviewTask.objects.filter(closed_at=None).exists() and time.monotonic() < until:
        batch = leases.lease(queues=[], count=10, by=by)
        over = {"state": "closed", "closed_at": Now(), **leases.NOT_LEASED}
        ReviewTask.objects.filter(pk__in=[task.pk for task in batch]).update(**over)
        given += batch
    return given


def flat(batches: Sequence[list[ReviewTask] | Exception]) -> list[ReviewTask]:
    assert of_kind(batches, Exception) == []
    return [task for batch in of_kind(batches, list) for task in batch]


def test_three_thousand_tasks_are_each_handed_out_once(floor: Floor) -> None:
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=TASKS)
    given = flat(at_once([partial(lease_to_the_end, person) for person in floor.moderators]))
    assert len({task.lease_token for task in given}) == len({task.pk for task in given}) == len(given) == TASKS
    assert Lease.objects.count() == Lease.objects.values("task").distinct().count() == TASKS


def test_the_open_claims_agree_with_the_leases_on_the_rows(floor: Floor) -> None:
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=160)
    flat(at_once([partial(leases.lease, queues=[], count=10, by=person) for person in floor.moderators]))
    on_rows = set(ReviewTask.objects.exclude(leased_by=None).values_list("pk", "leased_by", "lease_token"))
    assert len(on_rows) == 160
    assert on_rows == set(Lease.objects.filter(ended_at=None).values_list("task", "by", "lease_token"))


def test_what_is_given_back_while_it_is_loaded_is_told_nobody_with_a_strangers_token(floor: Floor) -> None:
    """A page that is left releases its case, and a colleague takes it, between leasing and loading of the next page."""
    alice, bob = floor.world.alice, floor.world.bob
    (task,) = tasks.waiting(floor.world.nudity, app=floor.world.web)
    (mine,) = leases.lease(queues=[], count=1, by=alice)

    def passes_to_bob() -> None:
        leases.release([lease_key_of(mine)], by=alice)
        leases.lease(queues=[], count=1, by=bob)

    with before_the_statement("JOIN moderation_case", passes_to_bob):
        assert leases.lease(queues=[], count=1, by=alice) == []
    assert ReviewTask.objects.get(pk=task.pk).leased_by == bob


def test_what_is_only_given_back_while_it_is_loaded_is_leased_again(floor: Floor) -> None:
    """A reload: what the page before it releases arrives late."""
    alice = floor.world.alice
    tasks.waiting(floor.world.nudity, app=floor.world.web)
    (mine,) = leases.lease(queues=[], count=1, by=alice)
    with before_the_statement("JOIN moderation_case", lambda: leases.release([lease_key_of(mine)], by=alice)):
        (again,) = leases.lease(queues=[], count=1, by=alice)
    assert again.pk == mine.pk
    assert again.lease_token == ReviewTask.objects.get(pk=mine.pk).lease_token != mine.lease_token


def test_what_is_locked_by_its_release_is_leased_again_in_its_place(floor: Floor) -> None:
    """Leasing skips a row that is locked: after a reload the first case would come behind the second."""
    alice, locked, go_on = floor.world.alice, Event(), Event()
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=2)
    first, second = leases.lease(queues=[], count=2, by=alice)

    def release_slowly() -> None:
        with transaction.atomic():
            leases.release([lease_key_of(first)], by=alice)
            locked.set()
            go_on.wait(PATIENCE_SECONDS)
        connections.close_all()

    with ThreadPoolExecutor(1) as page_before:
        released = page_before.submit(release_slowly)
        locked.wait(PATIENCE_SECONDS)

        def commits() -> None:
            go_on.set()
            released.result(PATIENCE_SECONDS)

        with before_the_statement("JOIN moderation_case", commits):
            again = leases.lease(queues=[], count=2, by=alice)
    assert [task.pk for task in again] == [first.pk, second.pk]


@contextmanager
def before_the_statement(part: str, work: Callable[[], object]) -> Iterator[None]:
    """`work` is done once, on a connection of its own, before the first statement that has this part."""
    left = [work]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if part in sql and left:
            at_once([left.pop()])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def test_leases_that_ran_out_are_handed_out_again_once_and_their_tokens_are_dead(floor: Floor) -> None:
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=80)
    away, back = floor.moderators[:8], floor.moderators[8:]
    lost = flat(at_once([partial(leases.lease, queues=[], count=10, by=person) for person in away]))
    ReviewTask.objects.exclude(leased_by=None).update(leased_until="2020-01-01T00:00Z")
    again = flat(at_once([partial(lease_to_the_end, person) for person in back]))
    assert sorted(task.pk for task in again) == sorted(task.pk for task in lost)
    assert set(Lease.objects.filter(by__in=away).values_list("outcome", flat=True)) == {"expired"}
    assert [leases.renew([lease_key_of(task)], by=task.leased_by).renewed for task in lost if task.leased_by] == [
        []
    ] * 80


def test_while_leases_run_out_every_task_is_decided_once_and_late_comers_are_told(floor: Floor) -> None:
    floor.world.nudity.lease_seconds = 1
    floor.world.nudity.save()
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=60)
    slow, quick = floor.moderators[:8], floor.moderators[8:]
    leased = flat(at_once([partial(leases.lease, queues=[], count=7, by=person) for person in slow]))
    flat(at_once([partial(decide_all, person) for person in quick]))
    assert Decision.objects.filter(by__in=quick).count() == 60
    late = [decide_late(task) for task in leased]
    assert {type(outcome) for outcome in late} == {AlreadyDecided}
    assert FinalResult.objects.count() == Lease.objects.filter(outcome="decided").count() == 60


def decide_all(by: User) -> list[ReviewTask]:
    """Decide whatever is given, until every task is closed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while ReviewTask.objects.filter(closed_at=None).exists() and time.monotonic() < until:
        for task in leases.lease(queues=[], count=5, by=by):
            with suppress(LeaseLost, AlreadyDecided):
                decide(task, by=by)
    return []


def decide_late(task: ReviewTask) -> Exception | None:
    assert task.leased_by is not None
    try:
        decide(task, by=task.leased_by)
    except (LeaseLost, AlreadyDecided) as outcome:
        return outcome
    return None


def test_a_lease_waits_for_nobody(floor: Floor) -> None:
    first, second = tasks.waiting(floor.world.nudity, app=floor.world.web, count=2)
    with transaction.atomic():
        ReviewTask.objects.select_for_update().get(pk=first.pk)
        ((got,),) = at_once([partial(lease_within_a_second, floor.world.alice)])
    assert got == second


def lease_within_a_second(by: User) -> list[ReviewTask]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        return leases.lease(queues=[], count=1, by=by)
