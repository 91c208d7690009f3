"""The live card of the board: figures as computed by hand, shown to whoever sees all queues."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import time_machine
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import App
from moderation import call_tallies
from moderation.models import LabelScore
from review.statistics import live
from tests.factories import tasks
from tests.stage import signed_in
from tests.world import World

NOON = datetime(2026, 11, 27, 12, 0, 30, tzinfo=UTC)


def count(world: World, at: datetime = NOON) -> None:
    other = App.objects.create(app_id="other", name="Other")
    with time_machine.travel(at, tick=False):
        for milliseconds in [100] * 19 + [2000]:
            call_tallies.count(world.web.pk, milliseconds=milliseconds, flagged=milliseconds > 1000)
            call_tallies.count(world.web.pk, engine="embedded", milliseconds=milliseconds // 2)
        call_tallies.count(other.pk, milliseconds=300, failed=True)
        call_tallies.count(other.pk, engine="embedded", milliseconds=90, failed=True)
    call_tallies.buffer.flush()


def test_figures_of_today(world: World) -> None:
    count(world, NOON - timedelta(days=1))
    App.objects.filter(app_id="other").delete()
    count(world)
    with time_machine.travel(NOON, tick=False):
        seen = live.live()
    whole = seen.whole
    assert (whole.calls, whole.flagged, whole.failed) == (21, 1, 1)
    assert whole.average_ms == round((19 * 100 + 2000 + 300) / 21)
    assert whole.per_second == 21 / 330
    assert {name: one.calls for name, one in seen.apps.items()} == {"other": 1, "web": 20}
    assert seen.apps["web"].p95_ms is not None
    assert 90 <= seen.apps["web"].p95_ms <= 110
    assert {name: (one.calls, one.failed) for name, one in seen.engines.items()} == {"embedded": (21, 1)}


def test_labels_seen_of_named(world: World) -> None:
    assert live.live().labels_seen == 0
    case = tasks.waiting(world.nudity, app=world.web)[0].case
    LabelScore.objects.all().delete()
    for place, label in enumerate(("porn", "porn/nudity", "ad", "porn", "*")):
        LabelScore.objects.create(case=case, place=place, label=label, score=1, probability=0.001)
    caches["process"].clear()
    seen = live.live()
    assert seen.labels_seen == 3
    assert seen.labels_named > 3


def test_the_card_is_for_whoever_sees_all_queues(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    shown = {
        name: 'data-figure="live"' in signed_in(getattr(world, name)).get("/").content.decode()
        for name in ("alice", "carol", "dave", "erin")
    }
    assert shown == {"alice": False, "carol": False, "dave": True, "erin": True}


def test_the_card(world: World) -> None:
    count(world)
    with time_machine.travel(NOON, tick=False):
        html = signed_in(world.dave).get("/").content.decode()
    told = {name: re.sub(r"<[^>]+>|\s+", " ", text) for name, text in re.findall(r'data-live="(\w+)">(.*?)</dd>', html)}
    assert told["pace"].split()[0] == "0.06"
    assert told["flagged"].split() == ["1", "of", "21", "·", "1", "failed"]
    assert re.findall(r'data-(?:app|engine)="(\w+)"', html) == ["other", "web", "embedded"]


def test_it_costs_three_statements_and_no_more_while_it_is_fresh(world: World) -> None:
    count(world)
    live.live()
    caches["process"].clear()
    with CaptureQueriesContext(
        connection,
    ) as first:
        live.live()
    assert len(first) <= 4
    with CaptureQueriesContext(connection) as second:
        live.live()
    assert len(second) == 0
