"""A web process whose database goes away: alive all the time, nothing acknowledged, nobody else is blamed for it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from moderation.models import Case
from tests.factories import bodies
from tests.networks.pgbouncer import needs_pgbouncer, pgbouncer
from tests.networks.tcp_proxy import Mode, TcpProxy, database_proxy, database_url
from tests.processes import RunningApp, answers, run_app
from tests.world import World, build

AT_ONCE = 160  # more than the 128 threads of a web process
BACK_SECONDS = 5.0
ALIVE_SECONDS = 1.0  # a hundredth of what it takes while every thread waits; alone on a machine it takes 5 ms


@pytest.fixture
def cast(transactional_db: None) -> World:
    return build()


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    with database_proxy() as running:
        yield running


@pytest.fixture
def web(cast: World, proxy: TcpProxy, tmp_path: Path) -> Iterator[RunningApp]:
    with run_app(tmp_path / "logs", DATABASE_URL=database_url(proxy.port)) as running:
        yield running


@dataclass
class Sender:
    """Posts results to a web process with the cast's key."""

    web: RunningApp
    cast: World

    def post(self, number: int) -> tuple[int, str | None]:
        """The status and Retry-After."""
        headers = {"Content-Type": "application/json", **self.cast.bearer}
        body = json.dumps(bodies.envelope(requestId=f"{number:032x}"))
        with closing(HTTPConnection(urlsplit(self.web.url).netloc, timeout=60)) as http:
            http.request("POST", "/api/v1/results", body, headers)
            answer = http.getresponse()
            answer.read()
            return answer.status, answer.headers["Retry-After"]


@pytest.mark.timeout(300)
def test_it_is_alive_and_refuses_with_503(web: RunningApp, cast: World, proxy: TcpProxy) -> None:
    sender = Sender(web, cast)
    assert sender.post(0)[0] == 201
    proxy.turn(Mode.CLOSED)
    proxy.turn(Mode.SILENT)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        sent = [threads.submit(sender.post, number) for number in range(1, AT_ONCE)]
        slowest = _slowest_answer(web, seconds=8)
        told = {one.result() for one in sent}
    assert told == {(503, "5")}
    assert slowest < ALIVE_SECONDS
    began = time.monotonic()
    proxy.turn(Mode.WORKS)
    while not answers(f"{web.url}/readyz", seconds=BACK_SECONDS):
        assert time.monotonic() - began < BACK_SECONDS
    assert {sender.post(number)[0] for number in range(AT_ONCE)} <= {200, 201}
    assert Case.objects.count() == AT_ONCE


def _slowest_answer(web: RunningApp, *, seconds: float) -> float:
    """Of /healthz, asked ten times a second."""
    slowest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        assert answers(f"{web.url}/healthz")
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.1)
    return slowest


@needs_pgbouncer
@pytest.mark.timeout(300)
@pytest.mark.parametrize("told", ["true", "false"])
def test_behind_a_pooler_every_result_is_taken(cast: World, tmp_path: Path, told: str) -> None:
    """Whether we were told of it or not. A prepared statement would find another in its place."""
    tmp_path.chmod(0o755)
    with (
        pgbouncer(tmp_path) as port,
        run_app(tmp_path / "logs", DATABASE_URL=database_url(port), DATABASE_POOLER=told) as web,
        ThreadPoolExecutor(8) as threads,
    ):
        sender = Sender(web, cast)
        statuses = list(threads.map(sender.post, range(120)))
        assert {status for status, _ in statuses} == {201}
        assert all(answers(f"{web.url}/readyz") for _ in range(30))
    assert Case.objects.count() == 120
