"""Handing out one task, of many queues.

The statement beside the bare one that any such design needs (the head of each queue by LATERAL, locked with SKIP
LOCKED, and the lease written), in turns; and through the application, with all that the stage shows of the task.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles

from django.db import connection, transaction

from accounts.models import User
from review.workflow import leases

TIMES = 300  # three times as many have to wait
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


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds: of both statements without the commit, and of the whole through the application."""

    ours: float
    bare: float
    p50: float
    p99: float


def taken(queues: Sequence[int], user: User) -> Taken:
    """Of tasks from these queues, all of which the person works in; what is taken is closed."""
    statements: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(TIMES):
        statements["ours"].append(alone(partial(leases._take, list(queues), 1, user)))
        statements["bare"].append(alone(partial(bare, queues, user)))
    whole = [through_the_application(user) for _ in range(TIMES)]
    return Taken(median(statements["ours"]), median(statements["bare"]), median(whole), quantiles(whole, n=100)[98])


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
        found = act()
        spent = (time.perf_counter() - started) * 1000
    close(found)
    return spent


def bare(queues: Sequence[int], user: User) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"queues": list(queues), "user": user.pk})
        return [pk for (pk,) in cursor.fetchall()]


def close(tasks: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE review_reviewtask SET state = 'closed', closed_at = now(), leased_by_id = NULL,"
            " leased_until = NULL, lease_token = NULL WHERE id = ANY(%s)",
            [tasks],
        )
    leases._end(tasks, outcome="closed")
