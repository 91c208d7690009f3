"""A lead's list of cases stops at the newest, however many cases policy has decided alone."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from review.permissions import ways_to_see
from tests.factories import tasks
from tests.review.workflow.query_plans.test_lease_plan import nodes
from tests.world import World

DECIDED = 20_000
_MADE = """
WITH made AS (
    INSERT INTO moderation_case (app_id, request_id, bt_id, state, event_id, type, token_id, data_id)
    SELECT %(app)s, md5(random()::text), '', 'final', '', '', '', '' FROM generate_series(1, %(count)s)
    RETURNING id
)
INSERT INTO review_decidedcase (case_id, queue_id) SELECT id, %(queue)s FROM made
"""


@pytest.mark.parametrize("way", [0, 1], ids=["waited", "decided"])
def test_each_way_to_see_cases_is_read_no_further_than_shown(world: World, way: int) -> None:
    tasks.waiting(world.nudity, app=world.web, count=100)
    with connection.cursor() as cursor:
        cursor.execute(_MADE, {"app": world.web.pk, "count": DECIDED, "queue": world.nudity.pk})
        cursor.execute("ANALYZE")
    newest = ways_to_see(world.carol)[way].order_by("-received_at", "-pk")[:51]
    (plan,) = json.loads(newest.explain(analyze=True, format="json"))
    read = [node["Actual Rows"] * node["Actual Loops"] for node in nodes(plan["Plan"])]
    assert max(read) <= 200, plan
