"""A database of a busy installation, filled by SQL in the order and with the indexes that intake would leave: cases of
sixty days, a third decided by twenty people and a tenth by policy alone, mixed with others that are only recorded, the
newest twentieth waiting; their labels' scores, and as many deliveries as cases, each with its attempts.

`CASES` in the environment is another number than a million; everything else goes with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.models import User
from moderation.models import Endpoint
from tests.world import World, person

CASES = int(os.environ.get("CASES", "1000000"))
WAITING = CASES // 20
# Of 19 older cases 6 are decided by people and 2 by policy: 300,000 and 100,000 of a million.
OF, BY_PEOPLE, BY_ANYBODY = 19, 6, 8
DECIDED = (CASES - WAITING) // OF * BY_PEOPLE
DAYS, PEOPLE, OTHER_PEOPLE, ENDPOINTS = 60, 20, 200, 3
TIMEOUTS = ("statement_timeout", "transaction_timeout")
_FILL = (
    """
INSERT INTO moderation_case (app_id, request_id, bt_id, state, event_id, type, token_id, data_id, received_at)
SELECT CASE WHEN n %% 3 = 0 THEN %(app)s ELSE %(web)s END, (%(before)s + n)::text, '',
       CASE WHEN n > %(cases)s - %(waiting)s THEN 'queued'
            WHEN n %% %(of)s < %(by_anybody)s THEN 'final' ELSE 'recorded' END,
       '', '', 'subject-' || n %% 5000, 'data-' || n,
       now() - make_interval(secs => %(seconds)s * (1 - n::float / %(cases)s) + 1300)
  FROM generate_series(1, %(cases)s) AS n
""",
    """
INSERT INTO moderation_machineresult (case_id, revision, raw, raw_sha256, shape, code, risk_level, risk_label1,
                                      risk_label2, risk_label3, result_type, final_result, route)
SELECT id, 1, format('{"allLabels": [{"riskLabel1": "%%s", "riskLabel2": "", "probability": 0.%%s}]}', label,
                     lpad((id * 37 %% 1000)::text, 3, '0')),
       '', 'image_v4', 1100, 'REVIEW', label, '', '', 0, 0, '{}'
  FROM (SELECT id, (ARRAY['porn', 'ad', 'violence', 'minor', 'sexy', 'ban', 'politics', 'qr'])[id %% 8 + 1] AS label
          FROM moderation_case WHERE id > %(before)s) AS found
""",
    """
INSERT INTO moderation_picturefetch (case_id, state, why, url, backup_url, upload, verify_tls, attempts)
SELECT id, 'unavailable', '{"code": "picture.not-given"}', '', '', '', true, 0
  FROM moderation_case WHERE id > %(before)s
""",
    """
INSERT INTO moderation_labelscore (case_id, place, label, score, probability, confidence_level, risk_level)
SELECT case_id, place,
       risk_label1 || CASE WHEN place > 0 THEN '/kind' || at %% 12 || '/label' || at %% 120 ELSE '' END,
       at, at / 1000.0, 2, 'REVIEW'
  FROM moderation_machineresult
 CROSS JOIN generate_series(0, 2) AS place
 CROSS JOIN LATERAL (SELECT (case_id * 37 + place * 331) %% 1000 AS at) AS scored
 WHERE case_id > %(before)s
 ORDER BY case_id, place
""",
    """
INSERT INTO moderation_label (risk_label1, risk_label2, risk_label3, raw_risk_label1, name_en, name_zh)
SELECT level[1], level[2], level[3], level[1], '', ''
  FROM (SELECT DISTINCT string_to_array(label, '/') AS level FROM moderation_labelscore
         WHERE place > 0 AND case_id > %(before)s) AS seen
    ON CONFLICT DO NOTHING
""",
    """
INSERT INTO moderation_resultfacts (case_id, revision, received_at, app_id, event, type, lang, level, nickname,
       device_id, room, code, risk_level, result_type, final_result, label, is_listed, faces, persons, objects_found,
       qr_codes, text_length, disposal, decided, rejected)
SELECT c.id, 1, c.received_at, c.app_id, c.event_id, c.type, 'en', c.id %% 5, '', '', '', 1100, 'REVIEW', 0,
       (c.id %% 2)::int, m.risk_label1, TRUE, 1, 1, 0, 0, 20, '', 0, 0
  FROM moderation_case c JOIN moderation_machineresult m ON m.case_id = c.id
 WHERE c.id > %(before)s
 ORDER BY c.id
""",
    """
INSERT INTO review_reviewtask (case_id, round, queue_id, state, entered_at, due_at, rank_at, priority, why,
                               machine_revision, note, top_label, closed_at)
SELECT c.id, 1, (%(queues)s::bigint[])[1 + c.id %% cardinality(%(queues)s::bigint[])],
       CASE c.state WHEN 'final' THEN 'decided' ELSE 'waiting' END, c.received_at,
       c.received_at + interval '15 min', c.received_at + interval '15 min', '[]', NULL, 1, '', m.risk_label1,
       CASE c.state WHEN 'final' THEN c.received_at + make_interval(secs => 5 + c.id * 7919 %% 1200) END
  FROM moderation_case c JOIN moderation_machineresult m ON m.case_id = c.id
 WHERE c.id > %(before)s
   AND (c.state = 'queued' OR (c.state = 'final' AND (c.id - %(first)s + 1) %% %(of)s < %(by_people)s))
 ORDER BY c.id
""",
    """
INSERT INTO review_decision (id, task_id, by_id, verdict, reason, note, labels, policy_version, seen, elapsed_ms,
                             decided_at, undo_until)
SELECT gen_random_uuid(), id, (%(people)s::bigint[])[id %% %(count)s + 1],
       CASE WHEN id %% 3 = 0 THEN 'REJECT' ELSE 'PASS' END, '', '', '[]', 0, '{}', 800 + id * 613 %% 20000, closed_at,
       closed_at
  FROM review_reviewtask WHERE state = 'decided' AND case_id > %(before)s ORDER BY closed_at
""",
    """
INSERT INTO moderation_finalresult (case_id, revision, result_type, risk_level, risk_label1, risk_label2, risk_label3,
                                    body, decision_id, decided_at, release_at)
SELECT t.case_id, 1, 1, d.verdict, CASE d.verdict WHEN 'PASS' THEN 'normal' ELSE t.top_label END, '', '', '{}', d.id,
       d.decided_at, d.decided_at
  FROM review_decision d JOIN review_reviewtask t ON t.id = d.task_id
 WHERE t.case_id > %(before)s
""",
    """
INSERT INTO moderation_finalresult (case_id, revision, result_type, risk_level, risk_label1, risk_label2, risk_label3,
                                    body, decided_at, release_at)
SELECT c.id, 1, 0, CASE WHEN c.id %% 5 = 0 THEN 'REJECT' ELSE 'PASS' END, m.risk_label1, '', '', '{}', c.received_at,
       c.received_at
  FROM moderation_case c JOIN moderation_machineresult m ON m.case_id = c.id
 WHERE c.id > %(before)s AND c.state = 'final' AND (c.id - %(first)s + 1) %% %(of)s >= %(by_people)s
""",
    """
INSERT INTO review_decidedcase (case_id, queue_id)
SELECT case_id, (%(queues)s::bigint[])[1 + case_id %% cardinality(%(queues)s::bigint[])]
  FROM moderation_finalresult WHERE result_type = 0 AND case_id > %(before)s
""",
    """
INSERT INTO moderation_delivery (webhook_id, endpoint_id, final_result_id, case_id, revision, type, payload, url, state,
                                 why, attempts_made, due_at, created_at, ended_at)
SELECT 'msg_' || f.id || '_' || e.id, e.id, f.id, f.case_id, 1, 'result.final', repeat('x', 400), '', s.state,
       CASE WHEN s.state = 'dead' THEN '{"code": "webhook.gone"}'::jsonb END, 1 + (f.id %% 10 = 0)::int, f.release_at,
       f.release_at, CASE WHEN s.state IN ('delivered', 'dead', 'cancelled') THEN f.release_at END
  FROM moderation_finalresult f
 CROSS JOIN unnest(%(endpoints)s::bigint[]) AS e (id)
 CROSS JOIN LATERAL (SELECT CASE WHEN n < 960 THEN 'delivered' WHEN n < 980 THEN 'dead' WHEN n < 985 THEN 'cancelled'
                                 WHEN n < 990 THEN 'paused' ELSE 'pending' END AS state
                       FROM (SELECT (f.id * 7 + e.id) %% 1000 AS n) AS drawn) AS s
 WHERE f.case_id > %(before)s
 ORDER BY f.release_at, f.id
 LIMIT %(cases)s
""",
    """
INSERT INTO moderation_attempt (delivery_id, number, started_at, duration_ms, status, why, reply)
SELECT d.id, number, d.created_at, 20 + d.id %% 400, CASE WHEN number < d.attempts_made THEN 503 ELSE 200 END,
       CASE WHEN number < d.attempts_made THEN '{"code": "webhook.gone"}'::jsonb END, 'ok'
  FROM moderation_delivery d CROSS JOIN LATERAL generate_series(1, d.attempts_made) AS number
 WHERE d.case_id > %(before)s
 ORDER BY d.id, number
""",
)
_TALLIES = """
INSERT INTO moderation_attempttally (endpoint_id, began_at, step, delivered, delivered_at_once, failed)
SELECT e.id, began_at, step, 5, 4, 1
  FROM unnest(%(endpoints)s::bigint[]) AS e (id)
 CROSS JOIN generate_series(date_trunc('hour', now()) - interval '8 days', now(), '30 min') AS began_at
 CROSS JOIN generate_series(8, 40, 4) AS step
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relname ~ '^(moderation|review)_' AND c.relnamespace = current_schema()::regnamespace
   AND NOT i.indisprimary AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
"""


def fill(world: World, *, cases: int = CASES, waiting: int = WAITING, queues: Sequence[int] = ()) -> None:
    """Add so many cases, of which the newest ones wait, to those that are there; in these queues by turns."""
    about: dict[str, Any] = {
        **{"cases": cases, "waiting": waiting, "seconds": DAYS * 86_400},
        **{"of": OF, "by_people": BY_PEOPLE, "by_anybody": BY_ANYBODY},
        **{"web": world.web.pk, "app": world.other_app.pk, "people": _people(), "count": PEOPLE},
        **{"queues": list(queues) or [world.nudity.pk, world.default.pk, world.default.pk]},
    }
    with connection.cursor() as cursor, quickly(cursor):
        cursor.execute("SELECT coalesce(max(id), 0) FROM moderation_case")
        (about["before"],) = cursor.fetchone()
        if not about["before"]:
            cursor.execute(_TALLIES, {"endpoints": endpoints()})
        about["endpoints"] = list(Endpoint.objects.values_list("pk", flat=True))
        for statement in _FILL:
            cursor.execute("SELECT min(id) FROM moderation_case WHERE id > %(before)s", about)
            cursor.execute(statement, about | {"first": cursor.fetchone()[0]})


@contextmanager
def quickly(cursor: Any) -> Iterator[None]:
    """Without keys to other tables, and without indexes but those of constraints: they are built afterwards."""
    for setting in TIMEOUTS:
        cursor.execute(f"SET {setting} = 0")
    cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("RESET session_replication_role; RESET maintenance_work_mem; RESET work_mem")
    cursor.execute("VACUUM ANALYZE")
    for setting in TIMEOUTS:
        cursor.execute(f"RESET {setting}")


def _people() -> list[int]:
    """Twenty who decide, of 220."""
    found = User.objects.filter(email__startswith="person-").order_by("pk").values_list("pk", flat=True)
    if not found:
        for number in range(PEOPLE):
            person(f"person-{number}")
        User.objects.bulk_create(
            User(email=f"other-{number}@example.test", name=f"Other {number}", role="moderator")
            for number in range(OTHER_PEOPLE)
        )
    return list(found.all())


def endpoints() -> list[int]:
    made = (
        Endpoint.objects.create(
            name=f"Endpoint {number}", url=f"https://{number}.example.test/", types=["result.final"]
        )
        for number in range(ENDPOINTS)
    )
    return [one.pk for one in made]
