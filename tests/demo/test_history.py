"""The week before the first start: rows as the product's verbs would have written them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from demo.history import write
from demo.history.plan import OPEN, Course, planned
from demo.house import furnish
from moderation.models import Case, Delivery, FinalResult
from review.cases import case_record, timeline
from review.cases.accounting import account
from review.models import Decision, Lease, ReviewTask
from review.statistics import board
from review.statistics.reports import report, roll_up, slots
from review.workflow import reopen
from tests.factories.labels import seeded

COUNT = 80


@pytest.fixture(scope="module")
def written(module_transaction: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    seeded()
    furnish(tmp_path_factory.mktemp("house"), customer="http://127.0.0.1:9")
    write.write(COUNT, customer="http://127.0.0.1:9")


@pytest.fixture
def history(db: None, written: None) -> None:
    """Of which each test gets the same."""


def test_a_plan_covers_the_week_and_the_last_two_hours() -> None:
    now = timezone.now()
    plan = planned(400, now=now)
    ages = [now - one.arrived_at for one in plan]
    assert ages == sorted(ages, reverse=True)
    assert timedelta(days=5) < ages[0] < timedelta(days=7, hours=1)
    assert sum(age < timedelta(hours=2) for age in ages) >= 40
    assert min(ages) > timedelta()
    assert {one.course for one in plan} == set(Course)
    assert sum(one.course.is_open for one in plan) == len(OPEN)


def test_board_and_reports_have_figures_and_nothing_is_left_to_send(history: None) -> None:
    lead = User.objects.get(email="lead@demo.test")
    roll_up.roll_up()
    found = report.read(report.Filters(slots.last(8)), by=lead)
    assert all(one.sums["decided"] and one.handling.p50 and one.sums["in_time"] for one in found.by_queue.values())
    assert found.now.sums["undone"]
    assert board.board(by=lead).hour.decided + board.board(by=lead).waiting > 0
    assert found.judged
    _check_accounted()


def _check_accounted() -> None:
    assert Case.objects.count() == COUNT
    assert account().unaccounted == 0
    assert not Delivery.objects.exists()
    assert set(FinalResult.objects.values_list("deliveries_made", flat=True)) == {0}
    assert not Lease.objects.filter(ended_at=None).exists()
    assert not Decision.objects.filter(undo_until__gte=timezone.now()).exists()


def test_each_case_reads_in_order_and_some_wait_for_somebody_now(history: None) -> None:
    reader = User.objects.get(email="admin@demo.test")
    for case in Case.objects.all()[::5]:
        found = case_record.read(case.pk, user=reader)
        assert found
        kinds = [entry.kind for entry in timeline.entries(found)]
        assert kinds[0] == "received"
        times = [entry.at for entry in timeline.entries(found)]
        assert times[-1] <= timezone.now()
        assert not found.decisions or kinds.index("decided") > kinds.index("leased")

    _check_open()


def _check_open() -> None:
    """Some wait for somebody now, with a note."""
    waiting = ReviewTask.objects.exclude(note="").filter(closed_at=None)
    assert {task.state for task in waiting} == {"waiting", "escalated"}
    assert {task.round for task in waiting} == {1, 2}
    assert {task.owner.email for task in waiting if task.owner} >= {"lead@demo.test"}
    assert waiting.count() == len(OPEN)


def test_what_was_decided_can_be_opened_again_and_is_written_once(history: None) -> None:
    lead = User.objects.get(email="lead@demo.test")
    done = Decision.objects.filter(undone_at=None, task__round=1).exclude(task__case__review_tasks__round=2)
    assert reopen.reopen(done[0].task.case_id, by=lead).round == 2
    events = AuditEvent.objects.count()
    write.write(COUNT, customer="http://127.0.0.1:9")
    assert AuditEvent.objects.count() == events
