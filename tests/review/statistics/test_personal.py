"""A person's own figures: as computed by hand, and for that person alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from review.models import Decision, Lease, ReviewTask
from review.statistics import personal
from review.workflow import defer, leases
from tests.factories import bodies, tasks
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.stage import call, signed_in
from tests.world import World

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_suggested_yet(db: None) -> None:
    cache.clear()


def decided(world: World, *, by: Any, at: datetime, elapsed_ms: int | None, undone: bool = False) -> Decision:
    """One decision of today as it would stand in the table."""
    tasks.waiting(world.nudity, app=world.web)
    made = decide(take_lease(world.nudity, by=by), by=by, judgement=PASS)
    Lease.objects.filter(task=made.task).update(leased_at=at, ended_at=at)
    Decision.objects.filter(pk=made.pk).update(
        decided_at=at, elapsed_ms=elapsed_ms, undone_at=at + timedelta(seconds=2) if undone else None
    )
    return made


@pytest.fixture
def day(world: World, time_machine: Any) -> None:
    """Alice's morning: by hand, five stand, one was undone; 1, 2, 3 and 9 s, and one that was not timed."""
    time_machine.move_to(NOON, tick=False)
    decided(world, by=world.alice, at=NOON - timedelta(hours=14), elapsed_ms=50)  # yesterday
    decided(world, by=world.alice, at=NOON - timedelta(hours=3), elapsed_ms=1000)
    decided(world, by=world.alice, at=NOON - timedelta(hours=2), elapsed_ms=3000)
    decided(world, by=world.alice, at=NOON - timedelta(hours=2), elapsed_ms=2000)
    decided(world, by=world.alice, at=NOON - timedelta(minutes=2), elapsed_ms=9000)
    decided(world, by=world.alice, at=NOON - timedelta(minutes=1), elapsed_ms=None)
    decided(world, by=world.alice, at=NOON, elapsed_ms=70_000, undone=True)
    decided(world, by=world.bob, at=NOON, elapsed_ms=4)


@pytest.fixture
def time_machine() -> Any:
    import time_machine as machine

    class Mover:
        traveller: Any = None

        def move_to(self, at: datetime, *, tick: bool) -> None:
            self.stop()
            self.traveller = machine.travel(at, tick=tick)
            self.traveller.start()

        def stop(self) -> None:
            if self.traveller:
                self.traveller.stop()
                self.traveller = None

    mover = Mover()
    yield mover
    mover.stop()


def test_the_figures_are_those_computed_by_hand(world: World, day: None) -> None:
    mine = personal.of(world.alice)
    assert (mine.decided, mine.made, mine.undone) == (5, 6, 1)
    assert mine.median_ms == 3000  # of 1, 2, 3, 9 s: the upper of the two in the middle, as on the strip
    assert mine.undone_percent == pytest.approx(100 / 6)
    assert mine.by_hour == [0] * 9 + [1, 2, 2, 0]
    assert personal.of(world.bob).decided == 1
    at_the_stage = personal.at_the_stage(world.alice)
    assert (at_the_stage["decided"], sorted(at_the_stage["times"])) == (5, [1000, 2000, 3000, 9000])
    assert at_the_stage["times"][-1] == 9000  # the latest


def test_the_page_shows_them_to_whom_they_are(world: World, day: None) -> None:
    html = signed_in(world.alice).get("/review/personal/").content.decode()
    assert _figure(html, "decided") == "5"
    assert _figure(html, "median") == "3.0 s"
    assert _figure(html, "undone").startswith("16.7 %")
    assert _figure(html, "seen") == "6"


@pytest.mark.parametrize("name", ["bob", "carol", "dave", "erin", "mallory"])
@pytest.mark.parametrize("query", ["", "?user=alice@example.test", "?user={pk}", "?by={pk}"])
def test_nobody_sees_anothers_figures_not_even_an_administrator(world: World, day: None, name: str, query: str) -> None:
    """No page and no parameter: there is one address, and it shows who asks."""
    html = signed_in(getattr(world, name)).get("/review/personal/" + query.format(pk=world.alice.pk)).content.decode()
    assert _figure(html, "decided") == ("1" if name == "bob" else "")
    for path in (f"/review/personal/{world.alice.pk}/", f"/review/personal/{world.alice.email}/"):
        assert signed_in(getattr(world, name)).get(path).status_code == 404
    for word in ("3.0 s", "16.7", "Alice"):
        assert word not in html


def test_no_page_of_administrators_names_a_persons_pace(world: World, day: None) -> None:
    browser = signed_in(world.dave)
    for path in (
        "/review/reports/",
        "/review/reports/?days=1",
        "/review/reports/?queue=nudity",
        "/",
        "/review/practice/",
    ):
        html = browser.get(path).content.decode()
        assert "Alice" not in html
        assert world.alice.email not in html


def test_the_page_is_not_kept_by_any_cache_and_needs_a_session(world: World) -> None:
    assert "no-store" in signed_in(world.alice).get("/review/personal/")["Cache-Control"]
    assert Client().get("/review/personal/").status_code == 302
    assert Client().get("/review/personal/", headers=world.bearer).status_code == 302


def test_who_has_done_nothing_reads_so(world: World) -> None:
    html = signed_in(world.alice).get("/review/personal/").content.decode()
    assert "You have decided nothing today." in html
    assert "data-figure" not in html


def test_exposure_counts_what_was_on_the_table_by_its_worst_label(world: World, client: Client) -> None:
    """By hand: a critical one decided, one escalated, a moderate one skipped, one unrated; one given back."""
    labels = bodies.result()["allLabels"]
    sexy = {"riskLabel1": "sexy", "riskLabel2": "", "riskLabel3": ""}
    odd = {"riskLabel1": "weather", "riskLabel2": "", "riskLabel3": ""}
    passed = labels[0] | {"riskLevel": "PASS"}  # critical, but the machine passed it
    sent: list[dict[str, Any]] = [
        {},
        {"riskLabel1": "ad", "allLabels": [labels[0]]},
        sexy | {"allLabels": [passed]},
        odd | {"allLabels": []},
        {},
    ]
    for changes in sent:
        body = bodies.envelope(**changes)
        client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    leased = leases.lease(queues=[], count=5, by=world.alice)
    first, second, third, fourth, fifth = sorted(leased, key=lambda task: task.pk)
    decide(first, by=world.alice, judgement=PASS)
    defer.escalate(lease_key_of(second), by=world.alice, note="look")
    defer.skip(lease_key_of(third), by=world.alice)
    decide(fourth, by=world.alice, judgement=PASS)
    leases.release([lease_key_of(fifth)], by=world.alice)
    exposure = personal.of(world.alice).exposure
    assert dict(exposure.seen) == {"critical": 2, "moderate": 1, "": 1}
    assert (exposure.total, exposure.unseen) == (4, 0)


def test_what_was_decided_together_and_not_shown_is_told_apart(world: World) -> None:
    leader, *others = tasks.waiting(world.nudity, app=world.web, count=3)
    ReviewTask.objects.filter(pk__in=[one.pk for one in others]).update(state="grouped", grouped_with=leader)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=PASS)
    exposure = personal.of(world.alice).exposure
    assert (exposure.total, exposure.unseen) == (1, 2)
    html = signed_in(world.alice).get("/review/personal/").content.decode()
    assert "2 more were decided together with these" in html


def test_a_picture_seen_twice_is_one_picture(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    for _ in range(2):
        defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None, note="")
        ReviewTask.objects.update(state="waiting", owner=None, wait_until=None)
    assert personal.of(world.alice).exposure.total == 1


def stretch(world: World, *minutes_ago: int) -> None:
    now = datetime.now(UTC)
    for ago in minutes_ago:
        decided(world, by=world.alice, at=now - timedelta(minutes=ago), elapsed_ms=1)


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        ([0], 0),
        ([58, 54, 50, 46, 42, 38, 34, 30, 26, 22, 18, 14, 10, 6, 2], 58),
        ([60, 56, 30, 26, 22, 18, 14, 10, 6, 2], 30),  # a break of 26 minutes lies between
        ([60, 56, 52], 0),  # the last one is a break ago
    ],
)
def test_a_stretch_goes_back_to_the_last_break(world: World, minutes_ago: list[int], expected: int) -> None:
    stretch(world, *minutes_ago)
    assert personal.stretch_minutes(world.alice) == expected
    assert personal.stretch_minutes(world.bob) == 0


def test_a_break_is_suggested_kindly_once_and_not_where_it_is_switched_off(world: World, settings: Any) -> None:
    stretch(world, *range(0, 60, 4))
    told = {"waits": [{"queue": "nudity", "warm": True, "ms": [20]}]}
    settings.BREAK_AFTER_MINUTES = 0
    assert call(signed_in(world.alice), "waits", told).json() == {"rest": ""}
    settings.BREAK_AFTER_MINUTES = 50
    assert "without a break" in call(signed_in(world.alice), "waits", told).json()["rest"]
    assert call(signed_in(world.alice), "waits", told).json() == {"rest": ""}
    assert call(signed_in(world.bob), "waits", told).json() == {"rest": ""}
    assert "You have worked for a long time" in signed_in(world.alice).get("/review/personal/").content.decode()
    Decision.objects.update(by=world.bob)
    assert "without a break" in call(signed_in(world.bob), "waits", told).json()["rest"], "each is told for themselves"


def _figure(html: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}">(.*?)</(?:dd|td|p)>', html, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""
