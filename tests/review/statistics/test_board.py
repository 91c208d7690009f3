"""The board: figures as computed by hand, linked to what they count, told to those they are for."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Case, Delivery, FinalResult
from review.models import Decision, ReviewTask
from review.statistics import board as board_module
from review.statistics import delivery_status as delivery_counts
from review.statistics import sla_alerts, throughput
from review.statistics.board import board
from review.statistics.delivery_status import delivery_status
from review.statistics.reports import roll_up
from review.statistics.throughput import Count
from review.workflow import leases
from tests.factories import endpoints, tasks
from tests.factories.verdicts import PASS, decide, take_lease
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World, queue

CARD = re.compile(r'<article[^>]* data-case="(\d+)"')

# minutes ago it came in, minutes ago it was decided (None: it waits), whether in time
HAPPENED = (
    (100, 90, True),
    (58, 50, True),
    (45, 25, False),
    (44, 20, True),
    (20, 4, True),
    (10, 3, False),
    (4, None, True),
    (3, None, False),
    (2, None, True),
)


@pytest.fixture
def house(world: World) -> World:
    """*nudity* with nine tasks of the last two hours, and three that have waited in *default* since yesterday."""
    now = timezone.now()
    old = now - timedelta(days=1, hours=2)
    tasks.waiting(world.default, app=world.web, count=3, entered_at=old, due_at=now + timedelta(hours=1))
    for came, went, in_time in HAPPENED:
        (task,) = tasks.waiting(world.nudity, app=world.web)
        at = now - timedelta(minutes=came)
        due = (now - timedelta(minutes=went or 0)) + timedelta(seconds=30 if in_time else -30)
        if went is not None:
            made = decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=PASS)
            Decision.objects.filter(pk=made.pk).update(decided_at=now - timedelta(minutes=went))
        ReviewTask.objects.filter(pk=task.pk).update(entered_at=at, due_at=due, rank_at=due)
    forget()
    return world


def forget() -> None:
    caches["process"].clear()


def page(person: Any) -> str:
    return signed_in(person).get("/").content.decode()


def row(html: str, slug: str) -> str:
    return re.search(rf'<tr data-queue="{slug}">(.*?)</tr>', html, re.S)[1]  # type: ignore[index] # it is there


def cell(html: str, name: str) -> str:
    found = re.search(rf'<td[^>]*data-name="{name}"[^>]*>(.*?)</td>', html, re.S)
    assert found, name
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def card(html: str, name: str) -> str:
    found = re.search(rf'<li class="card-box" data-figure="{name}">(.*?)</li>', html, re.S)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip()


def test_the_figures_are_those_computed_by_hand(house: World) -> None:
    html = page(house.dave)
    assert card(html, "waiting") == "Waiting 6 3 came in the last 5 min · 2 decided"
    told = "3 of 5 decided in time · 1 overdue and still waiting"
    assert card(html, "sla") == f"Within SLA, last hour 50.0 % of 6: fewer than 20 say little {told}"
    assert re.fullmatch(r"Oldest past due 00:3\d Nudity · 1 case · open them", card(html, "overdue"))
    nudity, default = row(html, "nudity"), row(html, "default")
    assert [cell(nudity, name) for name in ("Waiting", "Leased", "Past due", "SLA")] == ["3", "0", "1", "60 min"]
    assert cell(nudity, "Oldest").startswith("04:0")
    assert cell(default, "Oldest") == "1 d 2 h"
    assert "In two hours 9 came in and 6 were decided" in nudity
    assert "In two hours 0 came in and 0 were decided" in default


def test_who_holds_or_decided_lately_works_there(house: World) -> None:
    leases.lease(queues=["nudity"], count=2, by=house.bob)
    forget()
    html = page(house.dave)
    assert re.findall(r'<span class="avatar" role="img" aria-label="(\w+)"', row(html, "nudity")) == ["Alice", "Bob"]
    assert cell(row(html, "nudity"), "Leased") == "2"
    assert cell(row(html, "nudity"), "Waiting") == "1"
    assert cell(row(html, "default"), "Working").startswith("nobody")
    Decision.objects.update(decided_at=timezone.now() - timedelta(minutes=6))
    ReviewTask.objects.filter(leased_by=house.bob).update(leased_until="2020-01-01T00:00Z")
    forget()
    assert cell(row(page(house.dave), "nudity"), "Working").startswith("nobody")


@pytest.mark.parametrize(
    ("came", "went", "told"),
    [
        (30, 4, "never: + 52/h 30 in, 4 out in 30 min"),
        (12, 11, "stays as long 12 in, 11 out in 30 min"),
        (0, 0, "idle 4 in, 0 out in 24 h"),
        (40, 0, "idle · 80/h come in 40 in, 0 out in 30 min"),
        (0, 2, "too little to tell"),
        (0, 30, "empty at"),
    ],
)
def test_what_becomes_of_a_line_at_this_pace(world: World, came: int, went: int, told: str) -> None:
    now = timezone.now()
    tasks.waiting(world.nudity, app=world.web, count=4, entered_at=now - timedelta(hours=3))
    decided(world, went, minutes=10)
    for nth in range(came):
        tasks.waiting(world.nudity, app=world.web, entered_at=now - timedelta(minutes=1 + 28 * nth / came))
    roll_up.roll_up()
    forget()
    found = cell(row(page(world.dave), "nudity"), "At this pace")
    assert re.sub(r"\s+", " ", found).startswith(told)


def test_the_worst_queue_comes_first(world: World) -> None:
    now = timezone.now()
    for slug, due in (("late", -30), ("later", -90), ("soon", 5), ("calm", 50)):
        made = queue(slug, members=[world.carol])
        tasks.waiting(made, app=world.web, due_at=now + timedelta(minutes=due))
    sla_alerts.check()
    forget()
    assert [one.queue.slug for one in board(by=world.carol).lines] == [
        *("later", "late", "soon", "calm", "default", "nudity")
    ]


def decided(world: World, count: int, *, minutes: int) -> None:
    """So many that came long ago were decided so many minutes ago."""
    ago = timezone.now() - timedelta(minutes=minutes)
    made = tasks.waiting(
        world.nudity, app=world.web, count=count, state="decided", closed_at=ago, entered_at=ago - timedelta(hours=3)
    )
    Decision.objects.bulk_create(
        Decision(
            id=f"00000000-0000-0000-0000-{task.pk:012}",
            task=task,
            by=world.alice,
            verdict="PASS",
            decided_at=ago,
            undo_until=ago,
        )
        for task in made
    )
    forget()


def test_every_linked_number_is_how_many_cases_the_search_finds(house: World) -> None:
    leases.lease(queues=["nudity"], count=1, by=house.bob)
    endpoint, _ = endpoints.subscribed()
    for state, case in zip(("pending", "paused", "dead", "dead"), Case.objects.order_by("pk"), strict=False):
        ended = timezone.now() if state == "dead" else None
        about = {"endpoint": endpoint, "type": "result.final", "payload": "{}", "due_at": timezone.now()}
        Delivery.objects.create(webhook_id=f"msg_{case.pk}", case=case, state=state, ended_at=ended, **about)
    ReviewTask.objects.filter(queue=house.default).update(**tasks.ESCALATED)
    forget()
    browser = signed_in(house.dave)
    links = re.findall(r'href="(/review/cases/\?[^"]+)"[^>]*>\s*([\d,]+)', browser.get("/").content.decode())
    assert len(links) >= 9
    for address, number in links:
        listed = browser.get(unescape(address)).content.decode()
        assert len(CARD.findall(listed)) == int(number), address


def test_a_result_that_is_nowhere_is_counted_and_found(house: World) -> None:
    assert delivery_status().unaccounted == 0
    waits, answered = ReviewTask.objects.filter(state="waiting").first(), FinalResult.objects.first()
    assert waits
    assert answered
    ReviewTask.objects.filter(pk=waits.pk).update(state="closed", closed_at=timezone.now())
    FinalResult.objects.filter(pk=answered.pk).update(voided_at=timezone.now())
    forget()
    html = page(house.dave)
    assert card(html, "delivery-status").startswith("Where is every result 2 unaccounted")
    listed = signed_in(house.dave).get("/review/cases/?state=unaccounted").content.decode()
    assert set(map(int, CARD.findall(listed))) == {waits.case_id, answered.case_id}


@pytest.mark.parametrize(("most", "told"), [(5, "2 dead"), (4, "2+ dead"), (1, "1+ dead")])
def test_answers_are_counted_by_case_and_say_where_there_may_be_more(
    house: World, monkeypatch: pytest.MonkeyPatch, most: int, told: str
) -> None:
    monkeypatch.setattr(delivery_counts, "MOST", most)
    one, two = (endpoints.subscribed(name=name, url=f"https://127.0.0.1:9/{name}")[0] for name in ("one", "two"))
    first, second = Case.objects.order_by("pk")[:2]
    for endpoint, case in ((one, first), (one, first), (one, second), (two, first)):
        endpoints.dead(endpoint, case=case)
    endpoints.dead(two, state="delivered", case=second)
    forget()
    html = card(page(house.dave), "delivery-status")
    assert f" · {told}" in html
    assert ("1 delivered or more" if most == 1 else "1 delivered · ") in html


def test_each_is_told_of_their_own_queues_and_only_leads_of_who_works(house: World) -> None:
    queue("closed-shop", members=[house.bob])
    leases.lease(queues=["nudity"], count=1, by=house.bob)
    forget()
    seen = {name: board(by=getattr(house, name)) for name in ("alice", "carol", "dave", "erin", "mallory")}
    slugs = {name: sorted(one.queue.slug for one in found.lines) for name, found in seen.items()}
    assert slugs["alice"] == slugs["carol"] == ["default", "nudity"]
    assert slugs["dave"] == slugs["erin"] == ["closed-shop", "default", "nudity"]
    assert slugs["mallory"] == []
    told = {
        name: [one.workers for one in sorted(found.lines, key=lambda one: one.queue.slug)]
        for name, found in seen.items()
    }
    assert told["alice"] == [None] * 2
    assert told["erin"] == [None] * 3
    assert told["carol"] == [[], [house.alice, house.bob]]
    assert told["dave"] == [[], [], [house.alice, house.bob]]
    assert {name for name, found in seen.items() if found.delivery_status} == {"dave", "erin"}
    html = page(house.alice)
    assert "Bob" not in html
    assert cell(row(html, "nudity"), "Working") == "2"
    assert 'data-figure="delivery-status"' not in html


def test_somebody_who_is_not_a_lead_there_is_not_told_who_works_there(house: World) -> None:
    house.nudity.memberships.filter(user=house.carol).update(practises=True)
    forget()
    assert {one.queue.slug: one.workers for one in board(by=house.carol).lines} == {"default": [], "nudity": None}


def test_a_queue_that_rejects_for_critical_labels_says_so(world: World) -> None:
    world.default.reasons.exclude(risk_label1="ad").delete()
    html = page(world.dave)
    assert "critical" in row(html, "nudity")
    assert "critical" not in row(html, "default")


def test_the_board_is_counted_once_for_everybody(house: World) -> None:
    page(house.dave)
    client = signed_in(house.erin)
    with CaptureQueriesContext(connection) as queries:
        client.get("/", headers={"HX-Request": "true"})
    asked = " ".join(one["sql"] for one in queries)
    assert "review_decision" not in asked
    assert "review_reviewtask" not in asked
    assert "moderation_delivery" not in asked


def test_more_queues_cost_no_more_statements(house: World) -> None:
    def statements() -> int:
        forget()
        with CaptureQueriesContext(connection) as queries:
            board(by=house.carol)
        return len(queries)

    statements()  # which also reads the labels
    few = statements()
    for number in range(5):
        queue(f"more-{number}", members=[house.carol])
    assert statements() == few


def test_what_the_poll_brings_is_the_figures_alone(house: World) -> None:
    html = signed_in(house.dave).get("/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "<h1" not in html
    assert 'data-queue="nudity"' in html
    assert inline_code(page(house.dave)) == []


def test_who_has_left_sees_nothing(house: World) -> None:
    assert Client().get("/").status_code == 302


def test_steps_that_are_over_are_not_read_again(house: World) -> None:
    first = throughput.flow()
    assert first.over(7200, queue=house.nudity.pk) == Count(9, 6, 4)
    later = timezone.now() - timedelta(seconds=20)
    Decision.objects.filter(decided_at__lt=timezone.now() - timedelta(minutes=10)).delete()  # no longer looked at
    task = tasks.waiting(house.nudity, app=house.web)[0]
    ReviewTask.objects.filter(pk=task.pk).update(entered_at=later)
    assert throughput.flow().over(7200, queue=house.nudity.pk) == Count(10, 6, 4)
    forget()
    assert throughput.flow().over(7200, queue=house.nudity.pk) == Count(10, 2, 1)


def test_an_undone_decision_is_counted_no_more(world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 300
    tasks.waiting(world.nudity, app=world.web)
    made = decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=PASS)
    assert throughput.flow().over(300, queue=world.nudity.pk).decided == 1
    Decision.objects.filter(pk=made.pk).update(undone_at=timezone.now())
    assert throughput.flow().over(300, queue=world.nudity.pk).decided == 0


def test_a_course_ends_now_and_loses_nothing(house: World) -> None:
    course = throughput.flow().course(24, queue=house.nudity.pk)
    assert len(course) == 24
    assert sum(course, Count()) == Count(9, 6, 4)
    assert course[-1] == Count(3, 2, 1)  # of the last five minutes


@pytest.mark.parametrize("query", [throughput._DECIDED, board_module._DECIDED_LATELY])
def test_late_decisions_are_found_by_their_time(world: World, query: str) -> None:
    """A clock that does not stand still within a statement would have every decision read."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_standing_decision")
        for other in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{other} = off")  # an empty table is read in any way
        cursor.execute(f"EXPLAIN {query}", {"since": 0, "step": throughput.STEP_SECONDS, "seconds": 300})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: (decided_at >=" in plan, plan


def test_arrivals_are_found_from_the_newest_back(world: World) -> None:
    """However many came before: their rows are not read."""
    tasks.waiting(world.nudity, app=world.web, count=3000)
    ReviewTask.objects.update(entered_at=timezone.now() - timedelta(days=1))
    tasks.waiting(world.nudity, app=world.web, count=700)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE review_reviewtask")
        since = int(timezone.now().timestamp()) - 7200
        asked = {"since": since, "before": since, "step": throughput.STEP_SECONDS}
        cursor.execute(f"EXPLAIN (ANALYZE) {throughput._ARRIVED}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on review_reviewtask" not in plan, plan
    assert throughput.flow().over(7200, queue=world.nudity.pk).arrived == 700
