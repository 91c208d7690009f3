"""The figures of the house: as computed by hand, linked to what they count, for leads and administrators only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from moderation.models import FinalResult
from review.models import Decision, ReviewTask, StageWait
from review.statistics import queue_report
from review.statistics.queue_report import Agreement
from review.workflow.verdicts import Judgement
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World

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
def house(world: World) -> World:
    """*nudity* with six decisions of today, one of them undone, and one of the others answering two cases more."""
    now = max(timezone.now(), timezone.now().replace(hour=2, minute=0))
    for category, verdict, reason, hours, seconds, undone, in_time in MADE:
        (task,) = tasks.waiting(world.nudity, app=world.web, says={"riskLabel1": category}, top_label=f"{category}/x")
        if (category, verdict) == ("porn", "PASS"):
            grouped: dict[str, Any] = {"state": "grouped", "grouped_with": task, "top_label": "porn/x"}
            tasks.waiting(world.nudity, app=world.web, count=2, **grouped)
        made = decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=Judgement(verdict, reason))
        assert made.task_id == task.pk
        at = now.replace(minute=30) - timedelta(hours=hours)
        told = {"decided_at": at, "elapsed_ms": 1000 * seconds, "undone_at": at if undone else None}
        Decision.objects.filter(pk=made.pk).update(**told)
        ReviewTask.objects.filter(pk=task.pk).update(due_at=at + timedelta(minutes=1 if in_time else -1))
        if undone:
            FinalResult.objects.filter(decision_id=made.pk).update(voided_at=at)
            ReviewTask.objects.filter(pk=task.pk).update(state="snoozed", closed_at=None)
    tasks.waiting(world.nudity, app=world.web, due_at=timezone.now() - timedelta(minutes=5))
    tasks.waiting(world.nudity, app=world.web)
    caches["process"].clear()
    return world


def page(world: World, query: str = "?days=1") -> str:
    return page_of(world.dave, query)


def page_of(person: User, query: str = "?days=1") -> str:
    return signed_in(person).get(f"/review/reports/{query}").content.decode()


def row(html: str, name: str, value: str) -> str:
    return re.search(rf'<tr data-{name}="{value}">(.*?)</tr>', html, re.S)[1]  # type: ignore[index] # it is there


def figure(html: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}">(.*?)</td>', html, re.S)
    assert found, name
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_a_queues_figures_are_those_computed_by_hand(house: World) -> None:
    found = row(page(house), "queue", "nudity")
    assert figure(found, "decided") == "5"
    assert figure(found, "cases") == "7"  # and the two that were decided with another
    assert figure(found, "rejected") == "3"
    assert figure(found, "per-hour") == "3"  # five in two hours: 2.5
    assert figure(found, "median") == "6.0 s"  # of 2, 4, 6, 8, 10
    assert figure(found, "in-time") == "80 %"
    assert figure(found, "undone") == "16.7 %"  # one of six
    assert figure(found, "overdue") == "1"
    assert figure(row(page(house), "queue", "default"), "decided") == "0"


def test_agreement_is_counted_by_category(house: World) -> None:
    found = queue_report.agreement(queue_report.last(1), queue=None, by=house.dave)
    assert found == [Agreement("porn", passed=3, same=2, other=1), Agreement("ad", passed=1)]
    html = page(house)
    assert figure(row(html, "category", "porn"), "agreed") == "33 %"  # two of six
    assert figure(row(html, "category", "ad"), "agreed") == "0 %"


def test_every_linked_number_is_how_many_cases_the_search_finds(house: World) -> None:
    browser, html = signed_in(house.dave), page(house)
    links = re.findall(r'href="(/review/cases/\?[^"]+)">([\d,]+)</a>', html)
    assert len(links) >= 4
    for address, number in links:
        listed = browser.get(unescape(address)).content.decode()
        assert listed.count("<tr data-case=") == int(number), address


def test_other_days_and_other_queues_are_not_counted(house: World) -> None:
    Decision.objects.update(decided_at=timezone.now() - timedelta(days=8))
    assert figure(row(page(house, "?days=7"), "queue", "nudity"), "decided") == "0"
    assert figure(row(page(house, "?days=30"), "queue", "nudity"), "decided") == "5"
    assert queue_report.agreement(queue_report.last(30), queue=house.default, by=house.dave) == []
    only = page(house, "?days=30&queue=default")
    assert 'data-queue="default"' in only
    assert 'data-queue="nudity"' not in only


def test_decisions_over_time_are_counted_by_hour_and_by_day(house: World) -> None:
    by_hour = [count for _, count in queue_report.pace(queue_report.last(1), queue=None, by=house.dave)]
    assert sum(by_hour) == 5
    assert sorted(by_hour)[-2:] == [2, 3]
    by_day = queue_report.pace(queue_report.last(7), queue=house.nudity, by=house.dave)
    assert [count for _, count in by_day] == [0, 0, 0, 0, 0, 0, 5]
    assert by_day[-1][0] == datetime.combine(timezone.now().date(), datetime.min.time(), UTC)


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
    html = page_of(house.carol)
    assert figure(row(html, "queue", "nudity"), "decided") == "5"
    assert 'data-queue="default"' not in html
    assert "Default" not in html
    assert "No waiting times were measured in these days." in html
    assert [one.queue.slug for one in queue_report.of_queues(queue_report.last(1), by=house.carol)] == ["nudity"]
    assert {one.category for one in queue_report.agreement(queue_report.last(1), queue=None, by=house.carol)} == {
        "porn",
        "ad",
    }
    assert sum(count for _, count in queue_report.pace(queue_report.last(1), queue=None, by=house.carol)) == 5
    for verb in (queue_report.agreement, queue_report.pace):
        with pytest.raises(NotAllowed):
            verb(queue_report.last(1), queue=house.default, by=house.carol)
    assert 'data-queue="default"' not in page_of(house.carol, "?days=1&queue=default")
    assert 'href="/review/reports/"' in signed_in(house.carol).get("/").content.decode()
    assert 'href="/review/reports/"' not in signed_in(house.alice).get("/").content.decode()


def test_a_lead_who_still_practises_there_is_told_nothing(house: World) -> None:
    house.nudity.memberships.filter(user=house.carol).update(practises=True)
    assert 'data-queue="nudity"' not in page_of(house.carol)


@pytest.mark.parametrize("name", ["alice", "erin", "mallory", "nobody"])
def test_only_leads_and_administrators_see_the_numbers(house: World, name: str) -> None:
    answer = signed_in(getattr(house, name, None)).get("/review/reports/")
    assert answer.status_code == (302 if name == "nobody" else 403)
    if name != "nobody":
        for verb in (queue_report.agreement, queue_report.pace):
            with pytest.raises(NotAllowed):
                verb(queue_report.last(1), queue=None, by=getattr(house, name))
        with pytest.raises(NotAllowed):
            queue_report.of_queues(queue_report.last(1), by=getattr(house, name))


def test_an_access_key_opens_no_numbers(house: World) -> None:
    assert Client().get("/review/reports/", headers=house.bearer).status_code == 302


@pytest.mark.parametrize("query", ["?days=0", "?days=-1", "?days=99999999999", "?days=x&queue=%00", "?queue=' OR 1=1"])
def test_an_absurd_question_is_answered_with_a_week(house: World, query: str) -> None:
    answer = signed_in(house.dave).get(f"/review/reports/{query}")
    assert answer.status_code == 200
    assert '<option value="7" selected>' in answer.content.decode()


def test_an_empty_house_says_so(world: World) -> None:
    html = page(world)
    assert "Nothing was decided in these days." in html
    assert "No waiting times were measured in these days." in html


@pytest.mark.parametrize("path", ["/review/reports/", "/review/personal/"])
def test_pages_of_figures_carry_no_script_or_style_of_their_own(house: World, path: str) -> None:
    from tests.pages import inline_code

    assert inline_code(signed_in(house.dave).get(path).content.decode()) == []


def test_too_much_to_count_is_said_and_not_waited_for(house: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(queue_report, "COUNT_MS", 1)
    monkeypatch.setattr(queue_report, "_MADE", "SELECT pg_sleep(1), %(since)s, %(until)s")
    answer = signed_in(house.dave).get("/review/reports/")
    assert answer.status_code == 200
    assert "Choose fewer days" in answer.content.decode()
