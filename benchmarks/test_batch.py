"""How fast a batch of a thousand results comes in over HTTP: beside a bare COPY of the very rows that it writes,
indexes and all, and with `PEER=1` beside the import of Label Studio, which gets the same machine results as data of its
tasks.

Rounds alternate, so that a busy minute slows all of them.
"""

from __future__ import annotations

import json
import time
from statistics import median

import pytest
from django.db import connection

from benchmarks.peer.calls import Peer
from benchmarks.processor import Spent
from benchmarks.senders import per_second
from benchmarks.table.rows import not_run, row
from tests.factories import bodies
from tests.processes import RunningApp
from tests.world import World, build

ROUNDS, BATCH = 5, 1000
COPY_GOAL = 0.5
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


def test_a_batch_of_a_thousand(product: RunningApp, world: World, peer: Peer | str) -> None:
    door, spent = f"{product.url}/api/v1/results", Spent(0, 0)
    project = None if isinstance(peer, str) else peer.project()
    rates: dict[str, list[float]] = {"ours": [], "copy": [], "peer": []}
    for turn in range(ROUNDS + 1):
        batch = json.dumps([bodies.envelope() for _ in range(BATCH)]).encode()
        before = Spent.by(product.processes["web"].pid)
        found = {"ours": BATCH * per_second(door, [batch], headers=world.bearer, senders=1, expect=200)}
        after = Spent.by(product.processes["web"].pid)
        found["copy"] = BATCH / copied_again()
        if not isinstance(peer, str) and project:
            found["peer"] = peer.import_results(project, [bodies.result() for _ in range(BATCH)])
        if turn:  # the first round warms up
            for name, rate in found.items():
                rates[name].append(rate)
            spent += after - before
    tell(rates, spent, why_not=peer if isinstance(peer, str) else "")


def tell(rates: dict[str, list[float]], spent: Spent, *, why_not: str) -> None:
    ours, copy = median(rates["ours"]), median(rates["copy"])
    print(
        f"\na batch of 1,000: {ours:.0f} results/s beside {copy:.0f}/s of a bare COPY of its rows:"
        f" {ours / copy:.2f} of it (goal {COPY_GOAL})"
        f"\n  processor time of one result, web + database: {spent.each(BATCH * ROUNDS)}"
    )
    if why_not:
        not_run("batch", f"{why_not}; {ours:.0f} results/s")
    else:
        theirs = median(rates["peer"])
        row("batch", ours / theirs, f"{ours:.0f} results/s beside {theirs:.0f} tasks/s")


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
