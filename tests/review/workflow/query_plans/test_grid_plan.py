"""A page is read from one index: neither its own line nor that of other labels is walked over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from review.workflow import grid, leases
from tests.factories import grids, tasks
from tests.factories.grids import LABEL
from tests.review.workflow.query_plans.test_lease_plan import nodes
from tests.world import World

LONG = 20_000


@pytest.fixture
def plan(world: World) -> list[dict[str, Any]]:
    """What PostgreSQL does to lease a page of a label that comes last in a long line, as measured."""
    tasks.waiting(world.nudity, app=world.web, count=LONG, top_label="porn")
    tasks.waiting(world.nudity, app=world.web, count=LONG, top_label=LABEL, severity="critical")
    grids.waiting(world.nudity, app=world.web, count=100, rank_at="2039-01-01T00:00Z")
    given = {"queue": world.nudity.pk, "label": LABEL, "without": [], "count": 24}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        sql = leases._lease_of(grid._PAGE, 24)
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", leases.parameters(world.alice) | given)
        (found,) = cursor.fetchone()
    return list(nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def test_a_page_is_one_scan_of_its_index(plan: list[dict[str, Any]]) -> None:
    (scan,) = [node for node in plan if node.get("Index Name") == "task_grid"]
    assert "top_label" in scan["Index Cond"]
    assert scan["Actual Rows"] == 24
    assert scan.get("Rows Removed by Filter", 0) == 0


def test_no_line_is_sorted_or_read_from_end_to_end(plan: list[dict[str, Any]]) -> None:
    read_whole = [node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"]
    assert "review_reviewtask" not in read_whole
    assert max((node["Actual Rows"] for node in plan if node["Node Type"] == "Sort"), default=0) <= 24
