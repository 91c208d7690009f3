"""A fixed day of 500 cases: board, reports and CSV say what is counted from its rows by hand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from accounts import people
from review.models import RollUp
from review.statistics.board import board
from review.statistics.reports import report, roll_up, slots
from review.statistics.reports.report import Filters, Report
from tests.review.statistics.reports import day
from tests.review.statistics.reports.day import ZONE, Row
from tests.stage import signed_in
from tests.world import World


@pytest.fixture
def rows(world: World) -> list[Row]:
    now = timezone.now()
    made = day.rows(world, now=now)
    day.write(made)
    caches["process"].clear()
    roll_up.roll_up()
    return made


def yesterday() -> date:
    return timezone.now().astimezone(ZONE).date() - timedelta(days=1)


def on(rows: Iterable[Row], when: date) -> list[Row]:
    """Those decided on this day of Kathmandu, undone ones included."""
    return [one for one in rows if one.decided_at and one.decided_at.astimezone(ZONE).date() == when]


def stand(rows: Iterable[Row]) -> list[Row]:
    return [one for one in rows if one.decided_at and not one.undone]


def nth(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def read(world: World, **filters: object) -> Report:
    with timezone.override(ZONE):
        return report.read(Filters(slots.last(7), **filters), by=world.dave)  # type: ignore[arg-type] # of the test


def figures(part: report.Part) -> dict[str, int]:
    return {name: part.sums[name] for name in ("made", "undone", "decided", "in_time", "cases", "passed", "rejected")}


def expected(rows: list[Row]) -> dict[str, int]:
    kept = stand(rows)
    return {
        "made": len(rows),
        "undone": sum(one.undone for one in rows),
        "decided": len(kept),
        "in_time": sum(one.decided_at <= one.due for one in kept if one.decided_at),
        "cases": len(kept),
        "passed": sum(one.verdict == "PASS" for one in kept),
        "rejected": sum(one.verdict == "REJECT" for one in kept),
    }


def test_each_days_figures(world: World, rows: list[Row]) -> None:
    found = read(world)
    for when, part in found.moments.items():
        of_day = on(rows, when.astimezone(ZONE).date())
        assert figures(part) == expected(of_day), when
    arrived = Counter(one.arrived.astimezone(ZONE).date() for one in rows)
    assert {at.astimezone(ZONE).date(): part.sums["arrived"] for at, part in found.moments.items()} == {
        at.astimezone(ZONE).date(): arrived[at.astimezone(ZONE).date()] for at in found.moments
    }
    assert figures(found.now) == expected([one for one in rows if one.decided_at])
    assert found.now.sums["skipped"] == sum(one.skipped_by is not None for one in rows)


def test_the_rule_has_given_what_was_counted_once_with_a_pencil(world: World, rows: list[Row]) -> None:
    """So that a change of the rule is not taken for a change of the figures. Of the 440 of yesterday."""
    old = rows[:440]
    assert [sum(one.arrived.astimezone(ZONE).date() == yesterday() for one in old), len(old)] == [440, 440]
    assert sum(one.decided_at is not None for one in old) == 396  # nine of ten
    assert sum(one.undone for one in old) == 25  # two pages of six; every 29th but 87 and 377, which wait, and 203
    assert sum(one.skipped_by is not None for one in rows) == 20


def test_times_are_within_what_is_said_of_them(world: World, rows: list[Row]) -> None:
    found = read(world).now
    waited = [(one.decided_at - one.arrived).total_seconds() for one in stand(rows) if one.decided_at]
    handled = [min(60.0, one.elapsed_ms / 1000) for one in stand(rows)]
    for times, values in ((found.waits, waited), (found.handling, handled)):
        assert times.n == len(values)
        for share, seconds in ((0.5, times.p50), (0.9, times.p90), (0.99, times.p99)):
            assert seconds == pytest.approx(nth(values, share), rel=0.05)


def test_filters_count_the_same_rows(world: World, rows: list[Row]) -> None:
    decided = [one for one in rows if one.decided_at]
    of = {
        "queue": (world.nudity, [one for one in decided if one.queue == world.nudity]),
        "app": (world.web, [one for one in decided if one.app == world.web]),
        "label": ("ad", [one for one in decided if one.label == "ad"]),
    }
    for name, (value, some) in of.items():
        assert figures(read(world, **{name: value}).now) == expected(some), name
    with timezone.override(ZONE):
        of_bob = report.read(Filters(slots.last(7), person=world.bob), by=world.carol)
    assert figures(of_bob.now) == expected([one for one in decided if one.by == world.bob])


def test_people_against_the_machine(world: World, rows: list[Row]) -> None:
    judged, upheld = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for one in stand(rows):
        cell = one.label, min(9, one.score // 100)
        judged[cell] += 1
        upheld[cell] += one.verdict == "REJECT" and one.answered == one.label
    found = {
        (row.label, band): (rate.count, rate.n)
        for row in read(world).judged
        for band, rate in enumerate(row.bands)
        if rate.n
    }
    assert found == {cell: (upheld[cell], n) for cell, n in judged.items()}


def test_an_undone_page_of_a_grid_is_one_act(world: World, rows: list[Row]) -> None:
    made = [one for one in rows if one.decided_at]
    acts = {one.page or one.number for one in made}
    undone = {one.page or one.number for one in made if one.undone}
    sums = read(world).now.sums
    assert (sums["acts"], sums["undone_acts"]) == (len(acts), len(undone))
    assert sums.undone.percent == pytest.approx(100 * len(undone) / len(acts))


def test_the_board(world: World, rows: list[Row]) -> None:
    now = timezone.now()
    seen = board(by=world.dave)
    open_rows = [one for one in rows if not one.decided_at or one.undone]
    overdue = [one for one in open_rows if one.due < now]
    hour = [one for one in stand(rows) if one.decided_at and one.decided_at > now - timedelta(hours=1)]
    assert seen.overdue == len(overdue) > 20
    assert seen.hour.decided == pytest.approx(len(hour), abs=1)  # a step of ten seconds
    in_time = sum(one.decided_at <= one.due for one in hour if one.decided_at)
    assert seen.kept.n == seen.hour.decided + len(overdue)
    assert seen.kept.count == pytest.approx(in_time, abs=1)
    assert seen.waiting == sum(one.state == "waiting" or one.undone for one in open_rows)
    assert read(world).within_sla.n == len(stand(rows)) + len(overdue)


def test_page_and_csv_are_the_same_figures(world: World, rows: list[Row]) -> None:
    people.choose_zone(world.dave, str(ZONE))
    client = signed_in(world.dave)
    html = client.get("/review/reports/?days=7").content.decode()
    answer = client.get("/review/reports/csv?days=7&table=moments")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["Day"] for line in table][-2:] == [str(yesterday()), str(yesterday() + timedelta(days=1))]
    for line in table:
        of_day = expected(on(rows, datetime.strptime(line["Day"], "%Y-%m-%d").date()))  # noqa: DTZ007 - a day
        names = {"Cases decided": "cases", "Passed": "passed", "Rejected": "rejected", "Decisions": "decided"}
        assert {csv_name: int(line[csv_name]) for csv_name in names} == {
            csv_name: of_day[name] for csv_name, name in names.items()
        }
        cells = re.search(rf"<bdi>{line['Day']}</bdi></th>(.*?)</tr>", html, re.S)
        assert cells
        shown = re.findall(r'<td class="n">(?:<a[^>]*>)?([^<]*)', cells[1])
        assert shown[:4] == [line[name] for name in ("Cases arrived", "Cases decided", "Passed", "Rejected")]


def test_counting_again_changes_nothing(world: World, rows: list[Row]) -> None:
    once = read(world)
    RollUp.objects.update(settled_until=slots.slot_of(timezone.now() - timedelta(hours=5)))
    roll_up.roll_up()
    assert read(world).now == once.now
    roll_up.rebuild()
    again = read(world)
    assert (again.now, again.moments, again.judged) == (once.now, once.moments, once.judged)
