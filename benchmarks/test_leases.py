"""Handing out one task, of twenty lines.

The statement beside the bare one that any such design needs (the head of each line by LATERAL, locked with SKIP LOCKED,
and the lease written), in turns in one run: at most 1.5 of it. And through the application, with all that the stage
shows of the task: with a million waiting at most 1.5 times what it takes with a thousand, at the 99th percentile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles

import pytest
from django.db import connection, transaction

from accounts.models import User
from review.workflow import leases
from tests.world import World, build, person, queue

LINES, FEW, MANY, AT_ONCE = 20, 1_000, 1_000_000, 20_000
TIMES = 400
GOAL = 1.5

_FILL = """
WITH made AS (
    INSERT INTO moderation_case (app_id, request_id, bt_id, state, event_id, type, token_id, data_id)
    SELECT %(app)s, md5(random()::text), '', 'queued', '', '', '', '' FROM generate_series(1, %(count)s)
    RETURNING id
), pictures AS (
    INSERT INTO moderation_picturefetch (case_id, state, why, url, backup_url, upload, verify_tls, attempts)
    SELECT id, 'unavailable', '{"code": "picture.not-given"}', '', '', '', true, 0 FROM made
)
INSERT INTO review_reviewtask (case_id, round, queue_id, state, entered_at, due_at, rank_at, priority, why,
                               machine_revision, note)
SELECT id, 1, (%(queues)s::bigint[])[1 + id %% %(lines)s], 'waiting', now(), now(), now() + random() * '1 h'::interval,
       '[]', NULL, 1, ''
  FROM made
"""
_BARE = """
WITH heads AS MATERIALIZED (
    SELECT line.id, line.rank_at
      FROM unnest(%(queues)s::bigint[]) AS queue (id)
     CROSS JOIN LATERAL (
        SELECT t.id, t.rank_at
          FROM review_reviewtask t
         WHERE t.queue_id = queue.id AND t.state = 'waiting' AND t.leased_until IS NULL
         ORDER BY t.rank_at, t.id
         LIMIT 1
           FOR UPDATE SKIP LOCKED) AS line)
UPDATE review_reviewtask t
   SET leased_by_id = %(user)s, lease_token = gen_random_uuid(), leased_until = clock_timestamp() + '2 min'::interval
  FROM (SELECT id FROM heads ORDER BY rank_at, id LIMIT 1) AS picked
 WHERE t.id = picked.id
RETURNING t.id
"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


def test_one_of_twenty_lines(world: World) -> None:
    user = person("finn")
    ids = [queue(f"line-{number}", members=[user]).pk for number in range(LINES)]
    fill(world, ids, FEW)
    through = {FEW: of_each(TIMES, partial(through_the_application, user))}
    fill(world, ids, MANY - FEW + TIMES)
    through[MANY] = of_each(TIMES, partial(through_the_application, user))
    statements: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(TIMES):
        statements["ours"].append(alone(partial(leases._take, ids, 1, user)))
        statements["bare"].append(alone(partial(bare, ids, user)))
    ours, least = (median(statements[name]) for name in ("ours", "bare"))
    few, many = (quantiles(through[count], n=100)[98] for count in (FEW, MANY))
    print(
        f"\none of {LINES} lines, {MANY:,} waiting: {ours:.2f} ms beside {least:.2f} ms of the bare statement,"
        f" {ours / least:.2f} of it (goal at most {GOAL})"
        f"\n  through the application p50 {median(through[FEW]):.2f} ms, p99 {few:.2f} ms with {FEW:,} waiting;"
        f" p50 {median(through[MANY]):.2f} ms, p99 {many:.2f} ms with {MANY:,}: {many / few:.2f} (goal at most {GOAL})"
    )


def fill(world: World, queues: list[int], count: int) -> None:
    with connection.cursor() as cursor:
        for begun in range(0, count, AT_ONCE):
            asked = {"app": world.web.pk, "queues": queues, "lines": len(queues), "count": min(AT_ONCE, count - begun)}
            cursor.execute(_FILL, asked)
        cursor.execute("SET statement_timeout = 0; SET transaction_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout; RESET transaction_timeout")


def of_each(times: int, act: Callable[[], float]) -> list[float]:
    return [act() for _ in range(times)]


def through_the_application(user: User) -> float:
    started = time.perf_counter()
    (task,) = leases.lease(queues=[], count=1, by=user)
    spent = (time.perf_counter() - started) * 1000
    close([task.pk])
    return spent


def alone(act: Callable[[], list[int]]) -> float:
    """Without the commit, which is the disk's."""
    with transaction.atomic():
        started = time.perf_counter()
        taken = act()
        spent = (time.perf_counter() - started) * 1000
    close(taken)
    return spent


def bare(queues: list[int], user: User) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"queues": queues, "user": user.pk})
        return [pk for (pk,) in cursor.fetchall()]


def close(taken: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE review_reviewtask SET state = 'closed', closed_at = now(), leased_by_id = NULL,"
            " leased_until = NULL, lease_token = NULL WHERE id = ANY(%s)",
            [taken],
        )
    leases._end(taken, outcome="closed")
