"""How many rows a page of the search reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from moderation.models import Case, MachineResult
from review.cases import search
from review.cases.search import Filters
from review.models import Queue
from tests.factories import tasks
from tests.world import World, queue

LONG, RARE = 20_000, 3


@pytest.fixture
def house(world: World) -> World:
    """A long line, a short one, and one case with a rare label."""
    tasks.waiting(world.nudity, app=world.web, count=LONG)
    rare = queue("rare", members=[world.alice])
    tasks.waiting(rare, app=world.web, count=RARE)
    ids = {"request_id": "r-1", "data_id": "d-1", "token_id": "t-1", "terms": ["room=r-1"]}
    case = Case.objects.create(app=world.web, state="queued", **ids)
    MachineResult.objects.create(
        case=case, revision=1, raw="{}", raw_sha256="", shape="", code=1100, risk_label1="qr", route={}
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def rows_read(filters: Filters, user: User) -> float:
    """How many rows PostgreSQL touches, in tables and indexes, for a page."""
    cases = search.matching(filters, user=user)[0][: search.PAGE + 1]
    plan = json.loads(cases.explain(format="json", analyze=True))[0]["Plan"]

    def scans(node: dict[str, Any]) -> float:
        own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) if "Scan" in node["Node Type"] else 0
        return float(own * node["Actual Loops"] + sum(scans(child) for child in node.get("Plans", ())))

    return scans(plan)


PAGES = [
    Filters(),
    Filters(anything="t-1"),
    Filters(request_id="r-1"),
    Filters(data_id="d-1"),
    Filters(token_id="t-1"),
    Filters(facts=(("room=r-1", "room=r-2"),)),
    Filters(label="qr"),
    Filters(label="porn"),
    Filters(state="open"),
    Filters(state="snoozed"),
    Filters(since=datetime(2020, 1, 1, tzinfo=UTC)),
    Filters(until=datetime(2020, 1, 1, tzinfo=UTC)),
]


def test_a_page_reads_a_few_rows_of_many(house: World) -> None:
    read = {(str(one), who.name): rows_read(one, who) for one in PAGES for who in (house.alice, house.erin)}
    assert {one: rows for one, rows in read.items() if rows > LONG / 20} == {}
    rare = Queue.objects.get(slug="rare")
    assert rows_read(Filters(queue=rare), house.erin) < 100
