"""Curves: take, intake, search, board and other pages with a thousand, a hundred thousand and a million tasks waiting
in twenty queues, in one database that grows; a fifth of its cases are older ones. `BENCH=full` goes on to ten million,
which takes an hour and 20 GB. `WAITING=1000,20000` are other numbers, for a quick look.
"""

from __future__ import annotations

import json
import os
import time
from statistics import median

import pytest
from django.core.cache import caches
from django.test import Client

from benchmarks.filled import fill
from benchmarks.scale.take import Taken, taken
from benchmarks.table.rows import not_run, point, row
from benchmarks.test_reports import as_served, measured
from moderation import cache_versions
from moderation.api.app_scope import Senders
from moderation.api.batch import take_in
from moderation.contract import json_text
from moderation.models import Case
from review.models import ReviewTask
from review.statistics.reports import roll_up
from tests.factories import bodies
from tests.world import World, build, person, queue

THOUSAND, MILLION, TEN_MILLION = 1_000, 1_000_000, 10_000_000
USUAL = f"{THOUSAND},100000,{MILLION}" + (f",{TEN_MILLION}" if os.environ.get("BENCH") == "full" else "")
WAITING = [int(number) for number in os.environ.get("WAITING", USUAL).split(",")]
OLDER = 0.25  # cases that wait no more, for each that does
QUEUES, BATCHES, BATCH = 20, 5, 1000
PAGES = {
    "board": ["/"],
    "search": [
        *("/review/cases/", "/review/cases/?state=free", "/review/cases/?state=overdue&queue=line-3"),
        *("/review/cases/?label=porn", "/review/cases/?label=politics&state=free", "/review/cases/?tokenId=subject-7"),
        *("/review/cases/?q=123", "/review/cases/?since=2020-01-01&until=2020-01-02", "/review/cases/?appId=app"),
    ],
    "other pages": [
        *("/review/reports/?days=7", "/review/cases/{waiting}/", "/review/my-work/", "/review/escalated/"),
        *("/manage/deliveries/", "/manage/queues/", "/manage/audit/"),
    ],
}


@pytest.mark.timeout(4 * 3600 if TEN_MILLION in WAITING else 2400)
@pytest.mark.django_db(transaction=True)
def test_curves() -> None:
    world = build()
    finn = person("finn")
    lines = [queue(f"line-{number}", members=[finn]).pk for number in range(QUEUES)]
    client = Client()
    client.force_login(world.dave)
    found = {}
    for wanted in WAITING:
        grow(world, lines, wanted)
        page_figures(client, wanted)
        found[wanted] = take_figures(taken(lines, finn), wanted)
        intake_figures(world, wanted)  # last, as it adds to what waits
    beside_the_limits(found)


def grow(world: World, lines: list[int], wanted: int) -> None:
    """Until so many wait. Intake has added a few, taking has closed some."""
    started = time.perf_counter()
    missing = wanted - ReviewTask.objects.filter(state="waiting").count()
    if missing > 0:
        fill(world, cases=round(missing * (1 + OLDER)), waiting=missing, queues=lines)
    filled = time.perf_counter()
    roll_up.rebuild()
    for name in ("board", "lines", "labels-seen"):
        caches["process"].delete(name)
    rolled = time.perf_counter() - filled
    print(f"\n{wanted:,} waiting: filled in {filled - started:.0f} s, reports counted in {rolled:.0f} s", flush=True)


def take_figures(of: Taken, waiting: int) -> Taken:
    print(
        f"take: {of.ours:.2f} ms beside {of.bare:.2f} ms of the bare statement; p50 {of.p50:.2f}, p99 {of.p99:.2f} ms"
    )
    point("take, the statement", waiting, of.ours, "ms")
    point("take, whole, p50", waiting, of.p50, "ms")
    point("take, whole, p99", waiting, of.p99, "ms")
    return of


def intake_figures(world: World, waiting: int) -> None:
    """Batches of a thousand, from their bytes to the commit."""
    spent = []
    for turn in range(BATCHES + 1):
        batch = json.dumps([bodies.envelope() for _ in range(BATCH)]).encode()
        started = time.perf_counter()
        with cache_versions.read_together():
            told = take_in(json_text.loads_apart(batch), Senders(world.key, "web"))
        if turn:  # the first one warms up
            spent.append((time.perf_counter() - started) * 1000)
        assert told["accepted"] == BATCH
    point("intake, batch of 1,000", waiting, median(spent), "ms")


def page_figures(client: Client, waiting: int) -> None:
    """Of each kind the slowest page, at the 95th percentile."""
    named = {"waiting": Case.objects.filter(state="queued").latest("pk").pk}
    with as_served():
        for kind, paths in PAGES.items():
            times = {path: measured(client, path.format_map(named))[1] for path in paths}
            slowest = max(times, key=lambda path: times[path])
            print(f"{kind}: p95 {times[slowest]:.0f} ms, the slowest of {len(times)}: {slowest}", flush=True)
            name = "board" if len(paths) == 1 else f"{kind}, the slowest of {len(paths)}"
            point(f"{name}, p95", waiting, times[slowest], "ms")


def beside_the_limits(found: dict[int, Taken]) -> None:
    """Flat means at most half as much again at the 99th percentile."""
    if million := found.get(MILLION):
        told = f"{million.ours:.2f} ms beside {million.bare:.2f} ms, one of {QUEUES} queues"
        row("take", million.ours / million.bare, told)
    for key, waiting in (("take-flat", MILLION), ("take-flat-10", TEN_MILLION)):
        if waiting in found and THOUSAND in found:
            few, many = found[THOUSAND].p99, found[waiting].p99
            row(key, many / few, f"{many:.2f} ms beside {few:.2f} ms")
    if TEN_MILLION not in found:
        not_run("take-flat-10", "an hour and 20 GB: BENCH=full")
