"""What pages cost among a million cases, 300,000 decisions of sixty days and a million deliveries: the server's time
for whole pages, with no count of the one before, and the statements of one that follows another.

`KEPT` in the environment keeps the database for the next run (filled/kept.py), and `PAGES_WITH=health` asks no pages
but those with that in their address.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import App, User
from benchmarks.filled import CASES, DECIDED, fill, kept
from benchmarks.table.rows import row
from moderation.models import Case, Delivery, ReplayReport
from moderation.policy_versions import draft, store
from moderation.replay import begin, jobs
from review.cases import accounting
from review.models import ReportCount, ReportHistogram
from review.statistics.reports import roll_up
from tests.review.views.counted_pages import OF_LEADS, PAGES, STALE_SOON
from tests.world import World, build

PAGES_WITH = os.environ.get("PAGES_WITH", "")  # a part of the addresses that are asked
NOTHING_WRONG = accounting.Account(0, dict.fromkeys(accounting.KINDS, 0))
WARM_UP, TURNS = 12, 40


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_pages_among_a_million_cases() -> None:
    if not kept.is_filled():
        prepare()
        kept.keep()
    dave, carol = signed_in("dave"), signed_in("carol")
    named = names()
    assert account() == NOTHING_WRONG
    with as_served():
        found = {path: told(dave, path, named) for path in PAGES if PAGES_WITH in path}
        found |= {f"{path} (lead)": told(carol, path, named) for path in OF_LEADS if PAGES_WITH in path}
    slowest = max(found, key=lambda path: found[path][1])
    row("pages-time", found[slowest][1], f"{slowest}, the slowest of {len(found)}")
    longest = max(found, key=lambda path: found[path][2])
    row("pages-statements", found[longest][2], longest)


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@example.test"))
    return client


def prepare() -> None:
    """The cast, the cases, their reports, and a draft with its replay on all cases."""
    world = build()
    started = time.perf_counter()
    fill(world)
    filled = time.perf_counter()
    roll_up.rebuild()
    rolled = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE review_reportcount, review_reporthistogram")
    rows = ReportCount.objects.count(), ReportHistogram.objects.count()
    print(
        f"\n{CASES:,} cases filled in {filled - started:.0f} s; {DECIDED:,} decisions counted in"
        f" {rolled - filled:.0f} s ({DECIDED / (rolled - filled):,.0f}/s) into {rows[0]:,} + {rows[1]:,} rows; again,"
        f" of now: {milliseconds_of_a_round():.0f} ms"
    )
    replayed(world)


def account() -> accounting.Account:
    """As once a minute, which moves the anchor."""
    accounting.check()
    return accounting.account()


@contextmanager
def as_served() -> Iterator[None]:
    """Garbage is collected as `moderation.wsgi` sets it."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def replayed(world: World) -> None:
    """A draft, with its replay on all cases."""
    store.put_in_force(policy(review=400), by="benchmark")
    draft.save(policy(review=300), base=draft.current().base, expected_version=0, by=world.dave)
    job = begin.replay_draft(by=world.dave)
    while jobs.work(for_seconds=60):
        pass
    job.refresh_from_db()
    assert job.state == ReplayReport.State.FINISHED, job.why


def policy(*, review: int) -> dict[str, object]:
    thresholds = {f"porn/kind{n % 12}/label{n}": {"review": review, "reject": 850} for n in range(120)}
    return {"sections": [{"name": "all", "thresholds": thresholds | {"*": {"review": review, "reject": 950}}}]}


def names() -> dict[str, int]:
    """What the addresses of pages name."""
    newest = Case.objects.order_by("-pk")
    delivery = Delivery.objects.latest("pk")
    return {
        "web": App.objects.get(app_id="web").pk,
        "carol": User.objects.get(email="carol@example.test").pk,
        "replay": ReplayReport.objects.latest("pk").pk,
        **{"delivery": delivery.pk, "endpoint": delivery.endpoint_id},
        "decided": newest.filter(state="final", pk__in=_of_people()).values_list("pk", flat=True)[0],
        "by_policy": newest.filter(state="final").values_list("pk", flat=True)[0],
        "waiting": newest.filter(state="queued").values_list("pk", flat=True)[0],
    }


def _of_people() -> list[int]:
    return list(Case.objects.filter(final_results__result_type=1).values_list("pk", flat=True)[:100])


def milliseconds_of_a_round() -> float:
    started = time.perf_counter()
    roll_up.roll_up()
    return (time.perf_counter() - started) * 1000


def told(client: Client, path: str, named: dict[str, int]) -> tuple[float, float, int]:
    p50, p95, statements = measured(client, path.format_map(named))
    print(f"{path:60} p50 {p50:4.0f} ms, p95 {p95:4.0f} ms, {statements} statements")
    return p50, p95, statements


def measured(client: Client, path: str) -> tuple[float, float, int]:
    """The days of a report are added up by the first turns, which are not counted. Called as a server does: the test
    client copies what every template was given.
    """
    times, handler, requests = [], WSGIHandler(), RequestFactory()
    requests.cookies = client.cookies
    for _ in range(WARM_UP + TURNS):
        for name in STALE_SOON:
            caches["process"].delete(name)
        environ = requests.get(path).environ
        started = time.perf_counter()
        answer = handler(environ, lambda status, headers, exc_info=None: lambda body: None)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
        answer.close()  # ends the request
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    cut = quantiles(times[WARM_UP:], n=20)
    return cut[9], cut[18], len(queries)
