"""How many cases eight people at once decide over HTTP, with the processes that the demo has: each decision brings the
next case in its answer, as on the stage. With `PEER=1` beside Label Studio on this machine, where eight people ask for
the next task and submit a verdict, in rounds that alternate with ours.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import User
from benchmarks.peer.calls import Peer
from benchmarks.processor import Spent
from benchmarks.table.rows import not_run, row
from demo.servers import WEB
from review.queues import configure
from tests.factories import bodies, tasks
from tests.processes import RunningApp, run_app, wait_for
from tests.stage import signed_in
from tests.world import World, build, person

SESSIONS, CYCLES, ROUNDS = 8, 60, 4
PEERS_CYCLES = 8
WAITING = 20_000


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    world: World = build()
    found = [person(f"moderator{number}") for number in range(SESSIONS)]
    configure.set_members(world.default, found, by="tests")
    tasks.waiting(world.default, app=world.web, count=WAITING)
    with connection.cursor() as cursor:  # subjects have some ten cases each
        cursor.execute("UPDATE moderation_case SET token_id = 'u_' || id %% %s", [WAITING // 10])
        cursor.execute("ANALYZE")
    return found


@pytest.fixture
def product(people: list[User], tmp_path: Path) -> Iterator[RunningApp]:
    with run_app(tmp_path / "logs", REQUESTS_AT_ONCE="2") as running:
        running.kill("web")
        port = str(urlsplit(running.url).port)
        argv = [*WEB, "--host", "127.0.0.1", "--port", port, "--workers", "2", "moderation.wsgi:application"]
        running.start("web", argv)
        wait_for(partial(is_ready, int(port)), what="the web", tell=running)
        yield running


def is_ready(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as asked:
        try:
            asked.request("GET", "/readyz")
            return asked.getresponse().status == 200
        except OSError:
            return False


class Session:
    """One person's browser: a connection that is kept, and the calls of the stage."""

    def __init__(self, product: RunningApp, user: User) -> None:
        self.url = urlsplit(product.url)
        self.connection = http.client.HTTPConnection(self.url.hostname or "", self.url.port, timeout=60)
        cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={'c' * 32}",
            "X-CSRFToken": "c" * 32,
            "Content-Type": "application/json",
        }

    def call(self, verb: str, body: object) -> dict[str, list[dict[str, object]]]:
        self.connection.request("POST", f"/review/api/{verb}", json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status == 200, told[:500]
        found: dict[str, list[dict[str, object]]] = json.loads(told)
        return found

    def cycles(self, count: int) -> list[float]:
        """Decides `count` cases; how long each answer took, in milliseconds."""
        more = {"queues": [], "count": 1}
        (task,) = self.call("lease", more)["tasks"]
        waits = []
        for _ in range(count):
            lease_key = {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}
            started = time.perf_counter()
            said = {"decisionId": str(uuid4()), "verdict": "PASS", "lease": more}
            (task,) = self.call("decide", lease_key | said)["tasks"]
            waits.append((time.perf_counter() - started) * 1000)
        return waits


def test_eight_people_at_once(product: RunningApp, people: list[User], peer: Peer | str) -> None:
    sessions = [Session(product, user) for user in people]
    theirs = None if isinstance(peer, str) else Theirs(peer)
    rates, waits, spent = [], [], Spent(0, 0)
    for turn in range(ROUNDS + 1):
        before, started = Spent.by(product.processes["web"].pid), time.perf_counter()
        with ThreadPoolExecutor(SESSIONS) as threads:
            each = list(threads.map(partial(Session.cycles, count=CYCLES), sessions))
        if turn:  # the first round warms up
            rates.append(SESSIONS * CYCLES / (time.perf_counter() - started))
            waits += [wait for one in each for wait in one]
            spent += Spent.by(product.processes["web"].pid) - before
        if theirs:
            theirs.turn(counts=turn > 0)
    for session in sessions:
        session.connection.close()
    told = f"{median(rates):.0f}/s, p50 {median(waits):.0f} ms, p95 {quantiles(waits, n=20)[-1]:.0f} ms"
    print(f"\n{SESSIONS} people, cases decided and the next one leased: {told}")
    print(f"  processor time of one, web + database: {spent.each(SESSIONS * CYCLES * ROUNDS)}")
    if theirs:
        row("cycles", median(rates) / median(theirs.rates), f"{told}; {theirs.told()}")
    else:
        not_run("cycles", f"{peer}; {told}")


class Theirs:
    """The same at Label Studio: `waits` are milliseconds for the next task and for its verdict."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.project = peer, peer.project()
        self.rates: list[float] = []
        self.waits: list[tuple[float, float]] = []
        peer.import_results(self.project, [bodies.result() for _ in range(1000)])

    def turn(self, *, counts: bool) -> None:
        started = time.perf_counter()
        with ThreadPoolExecutor(SESSIONS) as threads:
            by_each = partial(self.peer.cycles, project=self.project, count=PEERS_CYCLES)
            each = list(threads.map(by_each, self.peer.tokens[:SESSIONS]))
        if counts:
            self.rates.append(SESSIONS * PEERS_CYCLES / (time.perf_counter() - started))
            self.waits += [wait for one in each for wait in one]

    def told(self) -> str:
        nexts, verdicts = (median(column) for column in zip(*self.waits, strict=True))
        return f"Label Studio {median(self.rates):.1f}/s, p50 {nexts:.0f} + {verdicts:.0f} ms"
