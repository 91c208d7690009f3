"""The tables of the reports follow what is decided: undone, decided anew, committed late, counted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import FinalResult, MachineResult
from review.maintenance import maintain
from review.models import Decision, ReportCount, ReportHistogram, ReviewTask, RollUp
from review.statistics.reports import facts, report, roll_up, slots
from review.statistics.reports.grouped_rows import Sums
from review.workflow import decisions, reopen
from tests.factories import tasks
from tests.factories.verdicts import PASS, REJECT, decide, take_lease
from tests.world import World


def sums(world: World) -> Sums:
    return report.read(report.Filters(slots.last(7)), by=world.dave).now.sums


def backdate(made: Decision, **ago: float) -> None:
    """As if it had been decided, and had arrived, so long ago."""
    at = timezone.now() - timedelta(**ago)
    Decision.objects.filter(pk=made.pk).update(decided_at=at, undo_until=at)
    FinalResult.objects.filter(decision_id=made.pk).update(decided_at=at, release_at=at)
    ReviewTask.objects.filter(pk=made.task_id).update(entered_at=at - timedelta(minutes=5), closed_at=at)


@pytest.fixture
def made(world: World) -> Decision:
    tasks.waiting(world.nudity, app=world.web)
    return decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=REJECT)


def test_a_decision_that_is_undone_is_counted_as_undone(world: World, made: Decision) -> None:
    roll_up.roll_up()
    assert (sums(world)["decided"], sums(world)["rejected"], sums(world)["undone"]) == (1, 1, 0)
    decisions.undo(made.pk, by=world.alice)
    roll_up.roll_up()
    found = sums(world)
    assert (found["made"], found["decided"], found["rejected"], found["undone"], found["undone_acts"]) == (
        *(1, 0, 0, 1, 1),
    )
    assert not ReportHistogram.objects.exists()


def test_a_later_verdict_takes_the_place_of_the_earlier_one(world: World, made: Decision) -> None:
    """Also where the earlier one was counted and settled days ago."""
    backdate(made, days=3)
    roll_up.roll_up()
    assert RollUp.objects.get().settled_until > timezone.now() - timedelta(hours=1)
    assert sums(world)["rejected"] == 1
    reopen.reopen(made.task.case_id, by=world.carol)
    again = take_lease(world.nudity, by=world.carol)
    decide(again, by=world.carol, judgement=PASS)
    roll_up.roll_up()
    found = sums(world)
    assert (found["rejected"], found["passed"], found["decided"], found["reopened"]) == (0, 1, 2, 1)


def test_what_commits_late_is_still_counted(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    roll_up.roll_up()
    late = decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=REJECT)
    backdate(late, seconds=50)
    roll_up.roll_up()
    assert sums(world)["decided"] == 1
    assert ReportCount.objects.filter(by=None, made__gt=0).count() == 1


def test_a_page_of_a_grid_is_one_act_also_when_a_quarter_ends_within_it(world: World) -> None:
    border = slots.slot_of(timezone.now()) - timedelta(hours=1)
    for nth, (task, second) in enumerate(
        zip(tasks.waiting(world.nudity, app=world.web, count=4), (-1, -1, 0, 1), strict=True)
    ):
        at = border + timedelta(seconds=second)
        Decision.objects.create(
            id=f"00000000-0000-0000-0000-{nth:012}",
            task=task,
            by=world.alice,
            verdict="PASS",
            grid_page="00000000-0000-0000-0000-00000000000a",
            decided_at=at,
            undo_until=at,
            undone_at=at + timedelta(seconds=2),
        )
    roll_up.rebuild()
    assert (sums(world)["made"], sums(world)["acts"], sums(world)["undone_acts"]) == (4, 1, 1)
    RollUp.objects.update(settled_until=border)
    roll_up.roll_up()
    assert (sums(world)["acts"], sums(world)["undone_acts"]) == (1, 1)


def test_it_is_done_once_a_minute_by_maintenance(world: World, made: Decision) -> None:
    maintain()
    assert sums(world)["decided"] == 1
    tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=REJECT)
    maintain()
    assert sums(world)["decided"] == 1
    RollUp.objects.update(rolled_at=timezone.now() - timedelta(seconds=61))
    maintain()
    assert sums(world)["decided"] == 2


def test_a_decision_writes_nothing_of_it(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.alice)
    with CaptureQueriesContext(connection) as queries:
        decide(task, by=world.alice, judgement=REJECT)
    assert "review_report" not in " ".join(one["sql"] for one in queries)


def test_the_command_counts_everything_anew(world: World, made: Decision, capsys: Any) -> None:
    backdate(made, days=2)
    call_command("rebuild_reports")
    assert sums(world)["decided"] == 1
    ReportCount.objects.all().delete()
    call_command("rebuild_reports")
    assert sums(world)["decided"] == 1
    assert "rows, up to" in capsys.readouterr().out


def test_arrivals_are_found_by_bisecting_long_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.waiting(world.nudity, app=world.web, count=90)
    end = ReviewTask.objects.latest("pk").entered_at
    since, until = end - timedelta(seconds=40), end - timedelta(seconds=10)
    whole = facts.arrivals(since, until)
    monkeypatch.setattr(facts, "FEW_ROWS", 5)
    assert facts.arrivals(since, until) == whole
    assert sum(one.arrived for one in whole) == 30


@pytest.mark.parametrize(
    "raw", ["[1]", '{"allLabels": 3}', '{"allLabels": [{"probability": "x"}]}', '{"a": "\\ud800"}']
)
def test_odd_bodies_have_no_score_and_stop_nothing(world: World, made: Decision, raw: str) -> None:
    about = {"risk_label1": "porn", "raw": raw, "raw_sha256": "odd", "shape": "image_v4", "code": 1100, "route": {}}
    MachineResult.objects.create(case=made.task.case, revision=2, **about)
    ReviewTask.objects.filter(pk=made.task_id).update(machine_revision=2, top_label="porn/a")
    roll_up.roll_up()
    assert sums(world)["decided"] == 1
    assert not ReportHistogram.objects.filter(kind__in=["upheld", "differed"]).exists()


def test_more_decisions_cost_no_more_statements(world: World) -> None:
    caches["process"].clear()
    for count in (1, 30):
        for task in tasks.waiting(world.nudity, app=world.web, count=count):
            at = task.entered_at
            Decision.objects.create(
                id=f"00000000-0000-0000-0000-{task.pk:012}",
                task=task,
                by=world.bob,
                verdict="PASS",
                decided_at=at,
                undo_until=at,
            )
        with CaptureQueriesContext(connection) as queries:
            roll_up.roll_up()
        assert len(queries) <= 24
