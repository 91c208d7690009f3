"""Several leads reopen one case, beside an undo of what they want to correct."""

from __future__ import annotations

from functools import partial
from typing import Any

from moderation.models import Case
from review.models import ReviewTask
from review.refusals import StillUndoable, WindowClosed
from review.workflow import decisions
from review.workflow.reopen import reopen
from review.workflow.transitions import WrongState
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.races.conftest import Floor
from tests.races.crowd import at_once, of_kind


def test_of_many_reopenings_at_once_one_opens_a_round(floor: Floor, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    world = floor.world
    tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    case = Case.objects.get().pk
    ends = at_once([partial(reopen, case, by=world.carol), partial(reopen, case, by=world.dave)] * 6)
    assert len(of_kind(ends, ReviewTask)) == 1
    assert len(of_kind(ends, WrongState)) == 11
    assert ReviewTask.objects.count() == 2


def test_a_case_is_reopened_or_its_verdict_undone_but_never_both(floor: Floor, settings: Any) -> None:
    settings.UNDO_SECONDS = 0.1
    world = floor.world
    for _ in range(8):
        tasks.waiting(world.nudity, app=world.web)
        decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
        opening = partial(reopen, decision.task.case_id, by=world.carol)
        undo = partial(decisions.undo, decision.pk, by=world.alice)
        ends = at_once([opening, undo, opening])
        assert len(of_kind(ends, ReviewTask)) <= 1
        assert len(of_kind(ends, (ReviewTask, StillUndoable, WindowClosed, WrongState))) == 3, ends  # type: ignore[arg-type]
        ReviewTask.objects.all().delete()
