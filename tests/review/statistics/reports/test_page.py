"""The reports page: figures computed by hand, linked to what they count, for those they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from moderation.models import FinalResult
from review.models import Decision, ReviewTask, StageWait
from review.statistics.reports import report, roll_up, slots
from review.statistics.reports.grouped_rows import Sums
from review.statistics.reports.intervals import Rate
from review.statistics.reports.links import Links
from review.views.report_headline import headline
from review.workflow.verdicts import Judgement
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World

CARD = re.compile(r'<article[^>]* data-case="(\d+)"')

# category of the machine's top label, verdict, reason, hours ago, seconds it took, undone, in time
MADE = (
    ("porn", "REJECT", "nudity", 0, 2, False, True),
    ("porn", "REJECT", "nudity", 0, 4, False, True),
    ("porn", "REJECT", "contact", 0, 6, False, False),
    ("porn", "PASS", "", 1, 8, False, True),
    ("ad", "PASS", "", 1, 10, False, True),
    ("ad", "REJECT", "contact", 1, 60, True, True),
)


@pytest.fixture
def noon(world: World) -> Iterator[None]:
    """Everybody is where it is noon now, so that an hour ago was today."""
    zone = f"Etc/GMT{timezone.now().hour - 12:+d}"
    User.objects.update(zone=zone)
    with timezone.override(zone):
        yield


@pytest.fixture
def house(world: World, noon: None) -> World:
    """*nudity* with six decisions of today, one of them undone, and one of the others answering two cases more."""
    now = timezone.now()
    for category, verdict, reason, hours, seconds, undone, in_time in MADE:
        (task,) = tasks.waiting(world.nudity, app=world.web, says={"riskLabel1": category}, top_label=f"{category}/x")
        if (category, verdict) == ("porn", "PASS"):
            grouped: dict[str, Any] = {"state": "grouped", "grouped_with": task, "top_label": "porn/x"}
            tasks.waiting(world.nudity, app=world.web, count=2, **grouped)
        made = decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=Judgement(verdict, reason))
        assert made.task_id == task.pk
        at = now - timedelta(hours=hours, seconds=90)
        told = {"decided_at": at, "elapsed_ms": 1000 * seconds, "undone_at": at if undone else None}
        Decision.objects.filter(pk=made.pk).update(**told)
        ReviewTask.objects.filter(pk=task.pk).update(due_at=at + timedelta(minutes=1 if in_time else -1))
        if undone:
            FinalResult.objects.filter(decision_id=made.pk).update(voided_at=at)
            ReviewTask.objects.filter(pk=task.pk).update(state="snoozed", closed_at=None)
    tasks.waiting(world.nudity, app=world.web, due_at=timezone.now() - timedelta(minutes=5))
    tasks.waiting(world.nudity, app=world.web)
    caches["process"].clear()
    roll_up.rebuild()
    return world


def page(world: World, query: str = "?days=1") -> str:
    return page_of(world.dave, query)


def page_of(person: User, query: str = "?days=1") -> str:
    return signed_in(person).get(f"/review/reports/{query}").content.decode()


def table_of(html: str, key: str) -> dict[str, dict[str, str]]:
    """The rows of one table: by their first cell, each by the heads of the columns."""
    found = re.search(rf'<table[^>]*id="table-{key}">(.*?)</table>', html, re.S)
    assert found, key
    names = [text(one) for one in re.findall(r"<th scope=\"col\".*?</th>", found[1])]
    body = found[1].partition("<tbody>")[2]
    lines = [re.findall(r"<t[hd][^>]*>.*?</t[hd]>", line, re.S) for line in re.findall(r"<tr>(.*?)</tr>", body, re.S)]
    return {text(line[0]): dict(zip(names, map(text, line), strict=True)) for line in lines if len(line) > 1}


def text(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))).strip()


def figure(html: str, key: str) -> str:
    found = re.search(rf'<div data-figure="{key}">(.*?)</div>', html, re.S)
    assert found, key
    return text(found[1])


def test_a_queues_figures_are_those_computed_by_hand(house: World) -> None:
    found = table_of(page(house), "queues")["Nudity"]
    assert found["Decisions"] == "5"
    assert found["Cases decided"] == "7"  # and the two that were decided with another
    assert (found["Passed"], found["Rejected"]) == ("4", "3")
    assert found["Handling p50, s"] == "6.1 s"  # of 2, 4, 6, 8, 10: 6, within 5 %
    assert (found["Within SLA, %"], found["n"]) == ("80.0 %", "5")
    assert (found["Acts"], found["Undone acts"]) == ("6", "1")
    assert found["Overdue now"] == "2"  # one that waits, one that is snoozed
    assert table_of(page(house), "queues")["Default"]["Decisions"] == "0"


def test_the_head_says_what_it_is_of(house: World) -> None:
    html = page(house)
    assert figure(html, "decided").startswith("Cases decided 7")
    assert "4 of 7" not in figure(html, "within-sla")
    assert figure(html, "within-sla").startswith("Within SLA 57.1 %")  # four of the five and the two that wait
    assert "2 overdue and still waiting" in figure(html, "within-sla")
    assert "of 7 cases: fewer than 20 say little" in figure(html, "rejected")


def test_the_change_within_sla_compares_decisions_with_decisions(house: World) -> None:
    """What waited in the days before is not known, and so cannot have changed."""
    found = report.read(report.Filters(slots.last(1)), by=house.dave)
    as_many = replace(found, before=report.Part(Sums(in_time=8, decided=10)))
    (within_sla,) = [one for one in headline(as_many, Links(as_many.filters, {})) if one.key == "within-sla"]
    assert within_sla.change
    assert within_sla.change.text == "as before"


def test_people_and_the_machine_are_counted_by_label_and_score(house: World) -> None:
    (found,) = [one for one in report.read(report.Filters(slots.last(1)), by=house.dave).judged if one.label == "porn"]
    assert found.bands[7] == Rate(2, 4)  # of four with the score 740 two were rejected for it
    assert sum(rate.n for rate in found.bands) == 4
    assert '<td class="few" title="2 of 4 upheld' in page(house)


def test_every_linked_number_is_how_many_cases_the_search_finds(house: World) -> None:
    browser = signed_in(house.dave)
    for query in ("?days=1", "?days=7", "?days=7&queue=nudity&app=web&label=porn", "?days=7&label=ad"):
        links = re.findall(r'href="(/review/cases/\?[^"]+)">([\d,]+)</a>', page(house, query))
        assert len(links) >= 4, query
        for address, number in links:
            listed = browser.get(unescape(address)).content.decode()
            assert len(CARD.findall(listed)) == int(number), address


def test_other_days_and_other_queues_are_not_counted(house: World) -> None:
    Decision.objects.update(decided_at=timezone.now() - timedelta(days=8))
    roll_up.rebuild()
    assert table_of(page(house, "?days=7"), "queues")["Nudity"]["Decisions"] == "0"
    assert table_of(page(house, "?days=30"), "queues")["Nudity"]["Decisions"] == "5"
    assert list(table_of(page(house, "?days=30&queue=default"), "queues")) == ["Default"]
    found = report.read(report.Filters(slots.last(7)), by=house.dave)
    assert (found.now.sums["cases"], found.before.sums["cases"]) == (0, 7)


def test_a_single_day_is_told_by_the_hour(house: World) -> None:
    found = table_of(page(house), "moments")
    assert sum(int(line["Decisions"]) for line in found.values()) == 5
    assert sorted(int(line["Decisions"]) for line in found.values())[-2:] == [2, 3]
    by_day = table_of(page(house, "?days=7"), "moments")
    assert [line["Decisions"] for line in by_day.values()] == ["0"] * 6 + ["5"]


def test_waits_are_drawn_with_their_table_behind(house: World) -> None:
    today = timezone.now().date()
    for bound, count in ((25, 10), (400, 2)):
        StageWait.objects.create(day=today, queue=house.nudity, warm=True, up_to_ms=bound, count=count)
    html = page(house, "?days=7")
    drawn = re.search(r'<figure[^>]*data-queue="Nudity" data-warm="yes">(.*?)</figure>', html, re.S)
    assert drawn
    assert drawn[1].count("<circle") == 2
    cells = re.findall(r'<td class="n">(.*?)</td>', drawn[1])
    assert cells == ["12", "23 ms", "385 ms"]  # by hand: 20 + 5 × 6/10, and 350 + 50 × 1.4/2


def test_a_lead_sees_the_numbers_of_the_queues_they_lead_alone(house: World) -> None:
    StageWait.objects.create(day=timezone.now().date(), queue=house.default, warm=True, up_to_ms=25, count=1)
    house.default.memberships.filter(user=house.carol).delete()
    tasks.waiting(house.default, app=house.web, says={"riskLabel1": "ban"}, top_label="ban/x")
    decide(take_lease(house.default, by=house.alice), by=house.alice, judgement=Judgement("PASS"))
    roll_up.rebuild()
    html = page_of(house.carol)
    assert list(table_of(html, "queues")) == ["Nudity"]
    assert "Default" not in html
    assert "No waiting times were measured in these days." in html
    found = report.read(report.Filters(slots.last(1)), by=house.carol)
    assert found.now.sums["decided"] == 5
    assert "ban" not in found.by_label
    with pytest.raises(NotAllowed):
        report.read(report.Filters(slots.last(1), house.default), by=house.carol)
    assert "Default" not in page_of(house.carol, "?days=1&queue=default")


def test_a_lead_who_still_practises_there_is_told_nothing(house: World) -> None:
    house.nudity.memberships.filter(user=house.carol).update(practises=True)
    assert 'data-queue="nudity"' not in page_of(house.carol)


@pytest.mark.parametrize("name", ["alice", "erin", "mallory", "nobody"])
@pytest.mark.parametrize("path", ["/review/reports/", "/review/reports/csv"])
def test_only_leads_and_administrators_see_the_numbers(house: World, name: str, path: str) -> None:
    answer = signed_in(getattr(house, name, None)).get(path)
    assert answer.status_code == (302 if name == "nobody" else 403)
    if name != "nobody":
        with pytest.raises(NotAllowed):
            report.read(report.Filters(slots.last(1)), by=getattr(house, name))


def test_an_access_key_opens_no_numbers(house: World) -> None:
    assert Client().get("/review/reports/", headers=house.bearer).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        *("?days=0", "?days=-1", "?days=99999999999", "?days=x&queue=%07", "?queue=' OR 1=1", "?app=%07&label=%07"),
        *("?app=nowhere&label=' OR 1=1", "?person=bob@example.test"),
    ],
)
def test_an_absurd_question_is_answered_with_a_week(house: World, query: str) -> None:
    answer = signed_in(house.dave).get(f"/review/reports/{query}")
    assert answer.status_code == 200
    assert '<option value="7" selected>' in answer.content.decode()


def test_an_empty_house_says_so(world: World) -> None:
    html = page(world)
    assert "Nothing with a score was decided in these days." in html
    assert "No waiting times were measured in these days." in html


@pytest.mark.parametrize("path", ["/review/reports/", "/review/personal/"])
def test_pages_of_figures_carry_no_script_or_style_of_their_own(house: World, path: str) -> None:
    assert inline_code(signed_in(house.dave).get(path).content.decode()) == []


def test_more_labels_cost_no_more_statements(house: World) -> None:
    def statements() -> int:
        caches["process"].clear()  # of counts that are kept for seconds
        with CaptureQueriesContext(connection) as queries:
            page(house)
        return len(queries)

    statements()
    few = statements()
    for number, label in enumerate(("ad", "violence", "minor", "sexy")):
        said = {"riskLabel1": label, "riskLabel2": "", "riskLabel3": ""}
        all_labels = [{**said, "riskLevel": "REVIEW", "probability": 0.1 + number / 5}]
        tasks.waiting(house.nudity, app=house.web, says={**said, "allLabels": all_labels}, top_label=label)
    while house.nudity.tasks.filter(state="waiting").exists():
        decide(take_lease(house.nudity, by=house.alice), by=house.alice, judgement=Judgement("PASS"))
    roll_up.rebuild()
    assert statements() == few
