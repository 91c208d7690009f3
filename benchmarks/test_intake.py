"""How fast results come in, beside what the least that could do it does on the same machine in the same minute.

Single results beside a bare DRF view that validates the same body and writes two bare rows, and two web processes
beside one. Batches: test_batch.py. Rounds alternate, so that a busy minute slows both.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from statistics import median

import pytest
from django.db import connection

from benchmarks.floor.intake import TABLES
from benchmarks.processor import Spent
from benchmarks.senders import per_second
from benchmarks.table.rows import not_run, row
from demo.servers import WEB
from moderation import cache_versions
from moderation.api.app_scope import Senders
from moderation.api.batch import take_in
from moderation.contract import json_text
from moderation.stored_facts import write
from tests.factories import bodies
from tests.processes import RunningApp, free_port, wait_for
from tests.world import World, build

ROUNDS = 5
SCORE_ROUNDS, SCORES_GOAL = 15, 0.1
FREE_CORES = 4  # for two web processes, PostgreSQL and the senders


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def floor(product: RunningApp) -> Iterator[str]:
    """The address of the floor, served by the same server with the same options."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    port = free_port()
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    product.start("floor", [*argv, "--blocking-threads", "4", "--no-ws", "benchmarks.floor.wsgi:application"])
    wait_for(lambda: answers(port), what="the floor", tell=product)
    yield f"http://127.0.0.1:{port}/api/v1/results"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE floor_result, floor_case")


@pytest.mark.parametrize(("senders", "count"), [(1, 200), (16, 600)])
def test_single_results(product: RunningApp, floor: str, world: World, senders: int, count: int) -> None:
    doors = {"web": f"{product.url}/api/v1/results", "floor": floor}
    rates: dict[str, list[float]] = {name: [] for name in doors}
    spent = dict.fromkeys(doors, Spent(0, 0))
    for turn in range(ROUNDS + 1):
        for name, door in doors.items():
            posted, before = sent(count), Spent.by(product.processes[name].pid)
            rate = per_second(door, posted, headers=world.bearer, senders=senders, expect=201)
            if turn:  # the first round warms up
                rates[name].append(rate)
                spent[name] += Spent.by(product.processes[name].pid) - before
    ours, bare = (median(rates[name]) for name in doors)
    told = {name: spent[name].each(count * ROUNDS) for name in doors}
    print(
        f"\nsingle results, {senders} sender(s): {ours:.0f}/s beside {bare:.0f}/s of the bare view"
        f"\n  processor time of one, web + database: {told['web']} beside {told['floor']}"
    )
    row(f"intake-{senders}", ours / bare, f"{ours:.0f}/s beside {bare:.0f}/s")


def test_two_web_processes(product: RunningApp, world: World) -> None:
    port = free_port()
    argv = [*WEB, "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "moderation.wsgi:application"]
    product.start("two", argv)
    wait_for(lambda: answers(port), what="the second web server", tell=product)
    rates: dict[str, list[float]] = {product.url: [], f"http://127.0.0.1:{port}": []}
    for turn in range(ROUNDS + 1):
        for url, found in rates.items():
            rate = per_second(f"{url}/api/v1/results", sent(600), headers=world.bearer, senders=16, expect=201)
            if turn:  # the first round warms up
                found.append(rate)
    one, two = (median(found) for found in rates.values())
    told = f"{two:.0f}/s by two, {one:.0f}/s by one"
    if (cores := os.cpu_count() or 1) < FREE_CORES:
        not_run("two-webs", f"{cores} cores: PostgreSQL and the senders need them too; {two / one:.2f}: {told}")
    else:
        row("two-webs", two / one, told)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def sent(count: int) -> list[bytes]:
    return [json.dumps(bodies.envelope()).encode() for _ in range(count)]


@pytest.mark.django_db(transaction=True)
def test_what_it_costs_to_store_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same batches from their bytes on, with the rows for replays and without, by turns: at most a tenth more."""
    world = build()
    label = bodies.result()["allLabels"][0]
    labels = [label, label | {"riskLabel3": "topless"}, label | {"riskLabel1": "ad", "riskLabel2": ""}]
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * SCORE_ROUNDS):
        stores = turn % 2 == 0
        batch = json.dumps([bodies.envelope(allLabels=labels) for _ in range(1000)]).encode()
        with monkeypatch.context() as patched:
            if not stores:
                patched.setattr(write, "add", lambda *_, **__: None)
            before = Spent.by(os.getpid())
            with cache_versions.read_together():
                told = take_in(json_text.loads_apart(batch), Senders(world.key, "web"))
            after = Spent.by(os.getpid()) - before
            assert told["accepted"] == 1000
            if turn > 1:  # the first two warm up
                spent[stores].append(after.web + after.database)
    with_scores, without = median(spent[True]), median(spent[False])
    print(
        f"\na result with three labels: {with_scores:.3f} ms of processor time with scores, {without:.3f} ms without:"
        f" {with_scores / without - 1:.1%} more (goal {SCORES_GOAL:.0%})"
    )
