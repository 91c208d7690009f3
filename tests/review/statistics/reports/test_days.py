"""Days that are over are added up once, and a report reads the same from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Case, PictureFetch
from review.models import Decision, ReportDay, ReviewTask, RollUp
from review.statistics.reports import report, roll_up, slots
from review.statistics.reports.report import Filters, Report
from review.workflow.reopen import reopen
from tests.factories.verdicts import PASS, decide, take_lease
from tests.review.statistics.reports import day
from tests.review.statistics.reports.day import ZONE
from tests.world import World

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"app": "web"},
    {"label": "porn"},
    {"app": "web", "label": "ad", "queue": "nudity"},
)


@pytest.fixture
def rolled(world: World) -> World:
    """The fixed day, yesterday in Kathmandu."""
    day.write(day.rows(world, now=timezone.now()))
    roll_up.roll_up()
    return world


def read(world: World, wanted: dict[str, str], days: int = 7) -> Report:
    known: dict[str, Any] = {"app": world.web, "label": wanted.get("label"), "queue": world.nudity}
    with timezone.override(ZONE):
        return report.read(Filters(slots.last(days), **{name: known[name] for name in wanted}), by=world.dave)


def from_quarters(world: World, wanted: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Report:
    with monkeypatch.context() as patched:
        patched.setattr("review.statistics.reports.days.added_up", lambda *_, **__: {})
        return read(world, wanted)


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_report_is_the_same_from_days_as_from_quarters(
    rolled: World, wanted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = replace(from_quarters(rolled, wanted, monkeypatch), rolled_at=None)
    for _ in range(2):  # while they are added up, and when they are
        assert replace(read(rolled, wanted), rolled_at=None) == expected
    assert expected.now.sums["decided"] > 0
    assert ReportDay.objects.count() == 12  # thirteen before today, one of them cut


def test_days_that_are_known_are_read_alone(rolled: World) -> None:
    read(rolled, {})
    with CaptureQueriesContext(connection) as asked:
        read(rolled, {})
    assert not [one["sql"] for one in asked if "INSERT" in one["sql"] or "FOR UPDATE" in one["sql"]]
    (times,) = [
        one["sql"] for one in asked if "review_reporthistogram" in one["sql"] and "grouping" in one["sql"].lower()
    ]
    assert times.count("slot < ") == 2  # today, and the day before that is cut at this time of day


def test_a_verdict_of_a_later_round_changes_the_day_of_the_earlier(rolled: World) -> None:
    before = read(rolled, {})
    made = Decision.objects.filter(undone_at=None, verdict="REJECT")
    case: Case = made.earliest("decided_at").task.case
    PictureFetch.objects.create(case=case, state=PictureFetch.State.UNAVAILABLE)
    ReviewTask.objects.filter(closed_at=None).delete()
    reopen(case.pk, by=rolled.dave)
    task = ReviewTask.objects.get(case=case, closed_at=None)
    task.queue.memberships.get_or_create(user=rolled.carol)
    decide(take_lease(task.queue, by=rolled.carol), by=rolled.carol, judgement=PASS)
    roll_up.roll_up()
    after = read(rolled, {})
    assert after.now.sums["rejected"] == before.now.sums["rejected"] - 1


def test_while_quarters_are_counted_nothing_is_added_up(rolled: World) -> None:
    RollUp.objects.update(settled_until=timezone.now() - timedelta(days=30))
    read(rolled, {})
    assert not ReportDay.objects.exists()


def test_a_single_day_is_read_in_quarters(rolled: World) -> None:
    read(rolled, {}, days=1)
    assert not ReportDay.objects.exists()
