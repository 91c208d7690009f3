"""How fast results come in, beside what the least that could do it does on the same machine in the same minute.

Single results beside a bare DRF view that validates the same body and writes two bare rows: at least 0.7 of it.
A batch of 1,000 beside a bare COPY of the very rows that it writes, indexes and all: at least 0.5 of it.
Rounds alternate, so that a busy minute slows both.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from django.db import connection

from benchmarks.floor.intake import TABLES
from benchmarks.processor import Spent
from benchmarks.senders import per_second
from moderation import cache_versions
from moderation.api.app_scope import Senders
from moderation.api.batch import take_in
from moderation.contract import json_text
from moderation.stored_facts import write
from tests.factories import bodies
from tests.processes import RunningApp, free_port, run_app, wait_for
from tests.world import World, build

ROUNDS = 5
SINGLE_GOAL, BATCH_GOAL = 0.7, 0.5
SCORE_ROUNDS, SCORES_GOAL = 15, 0.1
WRITTEN = (
    "moderation_case",
    "moderation_machineresult",
    "moderation_resultfacts",
    "moderation_labelscore",
    "moderation_picturefetch",
    "review_reviewtask",
    "accounts_auditevent",
)


BY_ID = WRITTEN[:2] + WRITTEN[-2:]

SENT_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
  FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def product(world: World, tmp_path: Path) -> Iterator[RunningApp]:
    with run_app(tmp_path / "logs", INGEST_RATE="100000") as running:
        yield running


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
        f"\nsingle results, {senders} sender(s): {ours:.0f}/s beside {bare:.0f}/s of the bare view:"
        f" {ours / bare:.2f} of it (goal {SINGLE_GOAL})"
        f"\n  processor time of one, web + database: {told['web']} beside {told['floor']}"
    )


def test_a_batch_of_a_thousand(product: RunningApp, world: World) -> None:
    door, ours, bare, spent = f"{product.url}/api/v1/results", [], [], Spent(0, 0)
    for turn in range(ROUNDS + 1):
        batch = json.dumps([bodies.envelope() for _ in range(1000)]).encode()
        before = Spent.by(product.processes["web"].pid)
        rate = 1000 * per_second(door, [batch], headers=world.bearer, senders=1, expect=200)
        after = Spent.by(product.processes["web"].pid)
        copied = 1000 / copied_again()
        if turn:
            ours.append(rate)
            bare.append(copied)
            spent += after - before
    ours_median, bare_median = median(ours), median(bare)
    print(
        f"\na batch of 1,000: {ours_median:.0f} results/s beside {bare_median:.0f}/s of a bare COPY of its rows:"
        f" {ours_median / bare_median:.2f} of it (goal {BATCH_GOAL})"
        f"\n  processor time of one result, web + database: {spent.each(1000 * ROUNDS)}"
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def copied_again() -> float:
    """Seconds to COPY the rows of the last thousand results into tables like theirs, with their indexes."""
    with connection.cursor() as cursor:
        texts = {}
        for table in WRITTEN:
            cursor.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
            order = "id" if table in BY_ID else "case_id"
            cursor.execute(SENT_COLUMNS, [table])
            columns = cursor.fetchone()[0]
            newest = f"(SELECT {columns} FROM {table} ORDER BY {order} DESC LIMIT 1000)"
            with cursor.copy(f"COPY {newest} TO STDOUT") as out:
                texts[f"copy_of_{table} ({columns})"] = b"".join(bytes(chunk) for chunk in out)
        started = time.perf_counter()
        for table, text in texts.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                into.write(text)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE " + ", ".join(f"copy_of_{table}" for table in WRITTEN))
    return seconds


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
