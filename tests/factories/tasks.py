"""Cases that wait for a person, written straight into the tables: twenty thousand in a second."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models.functions import Now

from accounts.models import App
from moderation.contract import json_text
from moderation.models import MachineResult
from moderation.stored_facts import write
from review.models import Queue, ReviewTask
from tests.factories import bodies

ESCALATED: dict[str, Any] = {"state": "escalated", "escalated_at": Now()}
"""What `update` writes into tasks that are for the leads."""

WITH_FACTS = 1000  # of many cases, the first alone

_WAITING = """
WITH made AS (
    INSERT INTO moderation_case (app_id, request_id, bt_id, state, event_id, type, token_id, data_id)
    SELECT %(app)s, md5(random()::text), '', 'queued', '', '', 'u_83f2', '' FROM generate_series(1, %(count)s)
    RETURNING id
), machine AS (
    INSERT INTO moderation_machineresult (case_id, revision, raw, raw_sha256, shape, code, risk_level, risk_label1,
                                          risk_label2, risk_label3, result_type, final_result, route)
    SELECT id, 1, %(raw)s, '', 'image_v4', 1100, 'REVIEW', %(one)s, %(two)s, %(three)s, 0, 0, '{"outcome": "queued"}'
      FROM made
), pictures AS (
    INSERT INTO moderation_picturefetch (case_id, state, why, url, backup_url, upload, verify_tls, attempts)
    SELECT id, 'unavailable', '{"code": "picture.not-given"}', '', '', '', true, 0 FROM made
), entered AS (
    SELECT id, now() + make_interval(secs => row_number() OVER (ORDER BY id) - %(count)s) AS at FROM made
)
INSERT INTO review_reviewtask (case_id, round, queue_id, state, entered_at, due_at, rank_at, priority, why,
                               machine_revision, note)
SELECT id, 1, %(queue)s, 'waiting', at, at + %(level)s::interval, at + %(level)s::interval, '[]',
       '{"code": "route.review"}', 1, ''
  FROM entered
 ORDER BY at
RETURNING id, case_id
"""
_SAME_FACTS = """
WITH facts AS (
    INSERT INTO moderation_resultfacts
    SELECT (jsonb_populate_record(known, jsonb_build_object('case_id', other.id))).*
      FROM moderation_resultfacts known, unnest(%(others)s::bigint[]) other(id) WHERE known.case_id = %(first)s)
INSERT INTO moderation_labelscore
SELECT (jsonb_populate_record(known, jsonb_build_object('case_id', other.id))).*
  FROM moderation_labelscore known, unnest(%(others)s::bigint[]) other(id) WHERE known.case_id = %(first)s
"""


def waiting(
    queue: Queue, *, app: App, count: int = 1, says: dict[str, Any] | None = None, **changes: Any
) -> list[ReviewTask]:
    """`count` tasks in the order of the line, a second apart; the machine says the same of all of them, `says` is what
    of it is not as usual, and `changes` are fields of the tasks.
    """
    result = bodies.result(**(says or {}))
    path = {name: result[f"riskLabel{n}"] for n, name in enumerate(("one", "two", "three"), start=1)}
    about = {"raw": json_text.dumps(result), "level": f"{queue.sla_minutes} min"} | path
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"app": app.pk, "queue": queue.pk, "count": count} | about)
        ids = cursor.fetchall()
        if count > WITH_FACTS:
            cursor.execute("ANALYZE moderation_case, moderation_machineresult")  # as maintenance does
    made = ReviewTask.objects.filter(pk__in=[pk for pk, _ in ids]).order_by("pk")
    if ids:
        _store_facts([case for _, case in ids[:WITH_FACTS]])
    if changes:
        made.update(**(ESCALATED | changes if changes.get("state") == "escalated" else changes))
    return list(made)


def _store_facts(cases: list[int]) -> None:
    """Of the first, and the same of the others."""
    first, *others = cases
    with connection.cursor() as cursor:
        write.keep(MachineResult.objects.filter(case=first))
        cursor.execute(_SAME_FACTS, {"first": first, "others": others})
