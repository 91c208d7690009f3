"""Readers of the events against people who decide and undo, and transactions that commit late."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from functools import partial
from typing import Any

from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import User
from moderation.models import FinalResult
from moderation.results import events as released
from review.models import Decision, ReviewTask
from review.refusals import WindowClosed
from review.workflow import decisions, leases
from tests.factories import tasks
from tests.factories.verdicts import decide
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind

PEOPLE = 10
ROUNDS = 2
LIMITS = (1, 7, 200)
READ_SECONDS = 6
WINDOW_SECONDS = 0.6


class Told(list[str]):
    """The decisions that one reader was told, in order."""


def read_on(headers: dict[str, str], limit: int, *, seconds: float) -> Told:
    client, told, after, until = Client(), Told(), "", time.monotonic() + seconds
    while time.monotonic() < until:
        got = client.get(f"/api/v1/events?limit={limit}&after={after}", headers=headers).json()
        told += [item["decisionId"] for item in got["items"]]
        after = got["next"]
    return told


def decide_some_and_undo_some(by: User, seed: int) -> None:
    """Each decision commits a while after it got its row; some are undone at about the end of its window."""
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        for task in leases.lease(queues=[], count=10, by=by):
            with transaction.atomic():
                decision = decide(task, by=by)
                time.sleep(chance.uniform(0, 0.05))
            if chance.random() < 0.4:
                time.sleep(chance.uniform(0, WINDOW_SECONDS))
                with suppress(WindowClosed):
                    decisions.undo(decision.pk, by=by)


def test_every_reader_is_told_everything_once_in_one_order_and_nothing_undone(floor: Floor, settings: Any) -> None:
    settings.UNDO_SECONDS = WINDOW_SECONDS
    tasks.waiting(floor.world.nudity, app=floor.world.web, count=PEOPLE * ROUNDS * 10)
    works = [partial(decide_some_and_undo_some, person, n) for n, person in enumerate(floor.moderators[:PEOPLE])]
    readers = [partial(read_on, floor.world.bearer, limit, seconds=READ_SECONDS) for limit in LIMITS]
    outcomes = at_once([*works, *readers])
    assert of_kind(outcomes, Exception) == []
    stands = {str(one) for one in Decision.objects.filter(undone_at=None).values_list("pk", flat=True)}
    time.sleep(WINDOW_SECONDS)
    complete = read_on(floor.world.bearer, 200, seconds=1)
    assert len(complete) == len(set(complete)), "something came twice"
    assert set(complete) == stands, "something was skipped, or something undone was told"
    assert min(len(stands), 4 * Decision.objects.exclude(undone_at=None).count()) > 20
    for tale in of_kind(outcomes, Told):
        assert len(tale) > 20
        assert list(tale) == complete[: len(tale)], "something was skipped or came in another order"


def decided_late(floor: Floor, settings: Any, *, undo: float = 0) -> Decision:
    settings.UNDO_SECONDS = undo
    tasks.waiting(floor.world.nudity, app=floor.world.web)
    person = floor.moderators[ReviewTask.objects.count()]
    (task,) = leases.lease(queues=["nudity"], count=1, by=person)
    return decide(task, by=person)


def read(headers: dict[str, str], after: str = "") -> tuple[list[str], str]:
    got = Client().get(f"/api/v1/events?after={after}", headers=headers).json()
    return [item["decisionId"] for item in got["items"]], got["next"]


def test_what_commits_late_comes_after_what_was_read_before(floor: Floor, settings: Any) -> None:
    with transaction.atomic():
        late = decided_late(floor, settings)
        ((early, (told, after)),) = at_once([lambda: (decided_late(floor, settings), read(floor.world.bearer))])
        assert told == [str(early.pk)]
    assert read(floor.world.bearer, after)[0] == [str(late.pk)]


def test_while_one_reader_numbers_another_is_told_what_has_a_number(floor: Floor, settings: Any) -> None:
    first = decided_late(floor, settings)
    released.number_released()
    second = decided_late(floor, settings)
    with transaction.atomic():
        released.number_released()
        ((told, after),) = at_once([partial(read, floor.world.bearer)])
        assert told == [str(first.pk)]
    assert read(floor.world.bearer, after)[0] == [str(second.pk)]


def test_an_undo_under_way_at_the_end_of_the_window_is_not_told(floor: Floor, settings: Any) -> None:
    decision = decided_late(floor, settings, undo=0.5)
    with transaction.atomic():
        decisions.undo(decision.pk, by=decision.by)
        time.sleep(0.6)
        assert at_once([partial(read, floor.world.bearer)])[0][0] == []
    assert read(floor.world.bearer)[0] == []


def test_an_undo_that_began_in_time_but_met_a_reader_is_refused(floor: Floor, settings: Any) -> None:
    """It asks the clock in time, and is then held up by the reader's numbering."""
    decision = decided_late(floor, settings, undo=0.5)

    def number_late() -> None:
        time.sleep(0.6)
        with connection.cursor() as cursor:
            cursor.execute(released._NUMBER, {"at_once": 10})

    lease_key = FinalResult.objects.select_for_update().filter(decision_id=decision.pk)
    (undone,) = held_up(
        partial(list, lease_key), partial(decisions.undo, decision.pk, by=decision.by), meanwhile=number_late
    )
    assert isinstance(undone, WindowClosed), undone
    assert read(floor.world.bearer)[0] == [str(decision.pk)]
    connections.close_all()
