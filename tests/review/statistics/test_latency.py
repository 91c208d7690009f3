"""The stage's own waits: counted without names, read as p50 and p95, and hostile posts refused."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from review.maintenance import maintain
from review.models import StageWait
from review.queues import configure
from review.statistics import latency
from review.statistics.latency import BOUNDS, LONGEST_MS, bound_of, share_under
from tests.stage import call, signed_in
from tests.world import World

EPOCH = date(2000, 1, 1)


def told(*ms: int, queue: str = "nudity", warm: bool = True) -> dict[str, Any]:
    return {"waits": [{"queue": queue, "warm": warm, "ms": list(ms)}]}


@pytest.mark.parametrize(("ms", "bound"), [(0, 5), (5, 5), (6, 10), (100, 100), (101, 120), (LONGEST_MS, LONGEST_MS)])
def test_a_wait_is_counted_under_the_next_bound(ms: int, bound: int) -> None:
    assert bound_of(ms) == bound


@pytest.mark.parametrize(
    ("histogram", "p50", "p95"),
    [
        # by hand: ten waits evenly spread over (20, 25]: half of them are under the middle
        ({25: 10}, 22.5, 24.75),
        # nine under 30, one under 1000: the 9.5th is half way from 900 to 1000
        ({30: 9, 1000: 1}, 25 + 5 * 5 / 9, 950.0),
        # two bounds side by side: the first ten fill up to 10 ms
        ({10: 10, 15: 10}, 10.0, 10 + 5 * 9 / 10),
        ({}, 0.0, 0.0),
    ],
)
def test_shares_are_those_computed_by_hand(histogram: dict[int, int], p50: float, p95: float) -> None:
    assert share_under(histogram, 0.5) == pytest.approx(p50)
    assert share_under(histogram, 0.95) == pytest.approx(p95)


def test_bounds_rise_and_are_at_most_a_fifth_of_themselves_wide_where_it_matters() -> None:
    assert list(BOUNDS) == sorted(set(BOUNDS))
    assert all((high - low) / high <= 0.2 for low, high in pairwise(BOUNDS) if low >= 25 and high <= 1000)


def test_waits_add_up_by_day_queue_and_kind_and_name_nobody(world: World) -> None:
    for who in (world.alice, world.bob):
        assert call(signed_in(who), "waits", told(22, 23, 24)).json() == {"rest": ""}
    call(signed_in(world.alice), "waits", told(700, warm=False))
    call(signed_in(world.alice), "waits", told(31, queue="default"))
    found = [(one.queue.slug, one.warm, one.count) for one in latency.by_day(since=EPOCH)]
    assert found == [("default", True, 1), ("nudity", True, 6), ("nudity", False, 1)]
    assert {one.day for one in latency.by_day(since=EPOCH)} == {timezone.now().date()}
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "review_stagewait")}
    assert columns == {"id", "day", "queue_id", "warm", "up_to_ms", "count"}


def test_the_table_is_bounded_however_much_is_told(world: World) -> None:
    for _ in range(3):
        call(signed_in(world.alice), "waits", told(*range(0, 500)))
    assert StageWait.objects.count() == sum(1 for bound in BOUNDS if bound <= 500)
    old = timezone.now().date() - timedelta(days=latency.KEPT_DAYS + 1)
    StageWait.objects.create(day=old, queue=world.nudity, warm=True, up_to_ms=5, count=1)
    maintain()
    assert not StageWait.objects.filter(day=old).exists()
    assert StageWait.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        told(-1),
        told(LONGEST_MS + 1),
        told(10**30),
        told(),
        {"waits": []},
        {},
        {"waits": [{"queue": "nudity", "warm": True, "ms": [1.5]}]},
        {"waits": [{"queue": "nudity", "warm": True, "ms": ["NaN"]}]},
        {"waits": [{"queue": "nudity", "warm": True, "ms": [[1]]}]},
        {"waits": [{"queue": "nudity", "warm": "perhaps", "ms": [1]}]},
        {"waits": [{"queue": "no slug", "warm": True, "ms": [1]}]},
        {"waits": [{"queue": "nudity", "warm": True}]},
        {"waits": {"0": 1}},
        {"waits": "[" * 10_000},
        told(1, queue="nowhere"),
        told(*[1] * 501),
    ],
)
def test_hostile_waits_are_a_422_and_nothing_is_counted(world: World, body: dict[str, Any]) -> None:
    assert call(signed_in(world.alice), "waits", body).status_code == 422
    assert not StageWait.objects.exists()


@pytest.mark.parametrize("raw", ['{"waits": [{"queue": "nudity", "warm": true, "ms": [NaN]}]}', "[" * 10_000, "{"])
def test_what_is_no_json_is_a_4xx(world: World, raw: str) -> None:
    assert 400 <= call(signed_in(world.alice), "waits", raw).status_code < 500
    assert not StageWait.objects.exists()


@pytest.mark.parametrize("many", [[{}] * 1_000_000, [{"queue": "nudity", "warm": True, "ms": [-1] * 1_000_000}]])
def test_a_million_entries_are_refused_before_they_are_read(world: World, many: list[Any]) -> None:
    answer = call(signed_in(world.alice), "waits", {"waits": many})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 1  # that they are too many; none of them was looked at
    assert not StageWait.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("mallory", 422), ("erin", 422), ("dave", 422), ("nobody", 401)])
def test_only_who_works_in_a_queue_tells_its_waits(world: World, name: str, status: int) -> None:
    assert call(signed_in(getattr(world, name, None)), "waits", told(20)).status_code == status
    assert not StageWait.objects.exists()


def test_telling_needs_the_token(world: World) -> None:
    assert call(signed_in(world.alice, enforce_csrf_checks=True), "waits", told(20)).status_code == 403
    assert call(Client(), "waits", told(20), **world.bearer).status_code == 401


def test_waits_of_a_queue_that_was_left_are_refused_by_their_place(world: World) -> None:
    configure.set_members(world.nudity, [world.bob], by=world.dave)
    answer = call(signed_in(world.alice), "waits", told(20))
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/waits/0/queue"]
