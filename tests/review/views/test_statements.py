"""No page asks more than twenty statements, with something of everything on it, and none asks more for more rows."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.review.views.counted_pages import MOST_STATEMENTS, PAGES
from tests.review.views.furnished import furnish
from tests.stage import signed_in
from tests.world import World

OK = 200
OF_TESTS = "ROLLBACK TO SAVEPOINT"  # of a bounded read in a transaction, as the one around a test
Counted = dict[str, int]


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("alice", {"/review/cases/{waiting}/", "/review/my-work/"}),
        ("carol", {"/review/cases/{decided}/", "/review/escalated/", "/review/reports/?days=30"}),
        ("dave", set(PAGES)),
        ("erin", {"/review/cases/{by_policy}/", "/manage/audit/"}),
        ("mallory", {"/", "/review/cases/"}),
    ],
)
def test_no_page_asks_more(world: World, who: str, opens: set[str]) -> None:
    """Of those that each may open."""
    client = signed_in(getattr(world, who))
    with connection.cursor() as cursor:  # one transaction for some hundred visits
        cursor.execute("SET LOCAL transaction_timeout = 0")
    furnish(world, 4)
    named = furnish(world, 3)
    few = _counted(client, named)
    assert opens - set(few) == set()
    furnish(world, 5)
    many = _counted(client, named)
    assert {path: count for path, count in many.items() if count > MOST_STATEMENTS} == {}
    assert {path: (few[path], count) for path, count in many.items() if count > few[path]} == {}


def _counted(client: Client, named: dict[str, int]) -> Counted:
    found = {path: statements(client, path.format_map(named)) for path in PAGES}
    return {path: count for path, count in found.items() if count is not None}


def statements(client: Client, address: str) -> int | None:
    """Of a visit that follows another, as the benchmark counts them, while time stands still: nothing that is kept for
    seconds is renewed. None for a page that this person may not open.
    """
    with time_machine.travel(timezone.now(), tick=False):
        if client.get(address).status_code != OK:
            return None
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
    return sum(not query["sql"].startswith(OF_TESTS) for query in asked)
