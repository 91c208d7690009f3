"""The claim query reads the head of each line and nothing else, however long other lines are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from review.workflow import leases
from tests.factories import tasks
from tests.world import World, queue

LONG, RARE = 20_000, 3


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.fixture
def plan(world: World) -> list[dict[str, Any]]:
    """What PostgreSQL does to lease five from a long line and several rare ones, as measured."""
    rare = [queue(f"rare-{n}", members=[world.alice]) for n in range(5)]
    tasks.waiting(world.nudity, app=world.web, count=LONG)
    for one in rare:
        tasks.waiting(one, app=world.web, count=RARE)
    ids = [one.pk for one in (*rare, world.nudity)]
    heads, asked = leases.heads_of(ids, ["waiting"], 5)
    sql = leases._lease_of(heads, 5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", leases.parameters(world.alice) | asked)
        (found,) = cursor.fetchone()
    return list(nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def test_each_line_is_one_scan_of_its_index(plan: list[dict[str, Any]]) -> None:
    (scan,) = [node for node in plan if node.get("Index Name") == "task_line"]
    assert 'queue_id = "*VALUES*".column1' in scan["Index Cond"]
    assert scan["Actual Loops"] == 6


def test_no_table_is_read_from_end_to_end_and_no_line_is_sorted(plan: list[dict[str, Any]]) -> None:
    read_whole = [node for node in plan if node["Node Type"] == "Seq Scan"]
    assert "review_reviewtask" not in {node["Relation Name"] for node in read_whole}
    assert max(node["Actual Rows"] for node in plan if node["Node Type"] == "Sort") <= 6 * 5


def test_no_more_rows_are_looked_at_than_could_be_handed_out(plan: list[dict[str, Any]]) -> None:
    (scan,) = [node for node in plan if node.get("Index Name") == "task_line"]
    assert scan["Actual Rows"] * scan["Actual Loops"] <= 5 * RARE + 5 + 1
    assert scan["Rows Removed by Filter"] == 0
