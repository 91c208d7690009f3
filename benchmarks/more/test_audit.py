"""The audit: what its page costs among a million events, and how long a tenth of them take to chain, verify and export.

Four in ten events come from a backend, the rest from six people; nine events of a rare kind are the oldest of all. A
tenth tell of several cases. The page is asked for as an auditor asks: everything, one person, one case, one kind.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit_chain import append, verify
from accounts.models import AuditChain, AuditEvent
from review.cases import audit_export
from review.cases.audit_stream import AuditSearch
from tests.stage import signed_in
from tests.world import World, build

Result = TypeVar("Result")

EVENTS, CHAINED, TURNS = 1_000_000, 100_000, 20
PAGE_GOAL_MS, QUERIES_GOAL = 200.0, 20
_FILL = """
INSERT INTO accounts_auditevent (at, by_id, by_name, action, on_type, on_id, details)
SELECT now() - (%(events)s - n) * interval '8 seconds',
       CASE WHEN n %% 10 >= 4 THEN (%(people)s::bigint[])[1 + n %% 6] END,
       CASE WHEN n %% 10 < 4 THEN 'key shop (sl_abc…)' ELSE 'somebody@example.test' END,
       CASE WHEN n < 10 THEN 'audit.exported' ELSE
           (ARRAY['case.received', 'case.received', 'case.revised', 'case.received', 'result.finalised', 'case.decided',
                  'case.skipped', 'pictures.viewed', 'case.decided', 'case.escalated'])[1 + n %% 10] END,
       CASE WHEN n %% 10 = 7 THEN 'user' ELSE 'case' END,
       CASE WHEN n %% 10 = 7 THEN (%(people)s::bigint[])[1 + n %% 6] ELSE n / 5 END::text,
       CASE WHEN n %% 10 = 7 THEN jsonb_build_object('cases', jsonb_build_array(n / 5, n / 5 + 1), 'requests', 3)
            WHEN n %% 10 IN (5, 8) THEN jsonb_build_object('verdict', 'REJECT', 'reason', 'nudity', 'decision_id', n)
            ELSE jsonb_build_object('revision', 1) END
  FROM generate_series(1, %(events)s) n
"""


_LINKS = """
INSERT INTO accounts_auditlink (number, event_id, digest, hash)
SELECT row_number() OVER (ORDER BY id), id, sha256(id::text::bytea), sha256(id::text::bytea) FROM accounts_auditevent
"""


@pytest.mark.django_db(transaction=True)
def test_the_page() -> None:
    world = build()
    fill(world, EVENTS)
    with connection.cursor() as cursor:
        cursor.execute(_LINKS)
        cursor.execute("ANALYZE accounts_auditlink")
    append.append()
    AuditChain.objects.update(complete_to=AuditEvent.objects.latest("pk").pk)
    for name, query in queries(world).items():
        page(world, name, query)


@pytest.mark.django_db(transaction=True)
def test_the_chain_and_the_export(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # the heads of another test's chain are no heads of this one
    world = build()
    fill(world, CHAINED)
    _, chained = timed(lambda: append.append(for_seconds=600))
    reading, read = timed(verify.whole)
    assert reading.fault is None
    before = memory()
    begun = audit_export.begin(AuditSearch(), asked={}, form="csv", by=world.erin)
    size, exported = timed(lambda: sum(map(len, begun.lines)))
    print(
        f"\n{CHAINED:,} events: chained in {chained:.0f} s, verified in {read:.1f} s, exported in {exported:.0f} s"
        f" ({size / 1e6:.0f} MB, {memory() - before:.0f} MB more memory at most)"
    )


def queries(world: World) -> dict[str, dict[str, Any]]:
    last = AuditEvent.objects.latest("pk")
    return {
        "everything": {},
        "far back": {"before": last.pk - EVENTS * 9 // 10},
        "one person": {"by": world.alice.pk},
        "one person's rare kind": {"by": world.alice.pk, "kind": "export"},
        "one case": {"case": EVENTS // 50},
        "one kind": {"kind": "decision"},
        "a rare kind": {"kind": "export"},
        "many kinds": {"kind": ["decision", "view", "export", "queue", "people", "sign-in"]},
        "a day long ago": {"since": "2026-09-10", "until": "2026-09-11"},
        "a day and a person": {"since": "2026-09-10", "until": "2026-09-10", "by": world.bob.pk},
        "a word": {"q": "alice"},
        "a number": {"q": "#77777"},
    }


def page(world: World, name: str, query: dict[str, Any]) -> None:
    erin = signed_in(world.erin)
    erin.get("/manage/audit/", query)
    with CaptureQueriesContext(connection) as asked:
        erin.get("/manage/audit/", query)
    count = len(asked)
    slowest = max(float(one["time"]) * 1000 for one in asked.captured_queries)
    spent = sorted(timed(lambda: erin.get("/manage/audit/", query))[1] * 1000 for _ in range(TURNS))
    print(
        f"{name}: p50 {spent[TURNS // 2]:.0f} ms, p95 {spent[-2]:.0f} ms (goal {PAGE_GOAL_MS:.0f}),"
        f" {count} queries (goal {QUERIES_GOAL}), the slowest {slowest:.0f} ms"
    )


def fill(world: World, events: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET transaction_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_FILL, {"events": events, "people": [person.pk for person in world.people]})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def memory() -> float:
    """The most that this process ever had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(act: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    return act(), time.perf_counter() - started
