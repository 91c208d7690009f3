"""What a web process does while something is used up: 503 or 429 with words, nothing acknowledged and lost, and all
goes on by itself afterwards. Full disks of PostgreSQL need root: `make faults` (docs/testing.md).
"""

from __future__ import annotations

import json
import re
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from django.db import connection

from tests.factories import bodies, pictures
from tests.faults.traffic import check_nothing_is_lost, goes_on, is_running_since, traffic
from tests.processes import RunningApp, answers, environment_of, run_app
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World, build

MIB = 1024 * 1024
SILENT = 300


@pytest.fixture
def cast(transactional_db: None) -> World:
    return build()


@pytest.fixture
def web(cast: World, tmp_path: Path) -> Iterator[RunningApp]:
    with run_app(tmp_path / "logs") as running:
        yield running


class TestSilentConnections:
    """Three hundred clients connect, send so much, and then nothing."""

    def opened(self, web: RunningApp, cast: World, start: str) -> ExitStack:
        address, silent = urlsplit(web.url), ExitStack()
        said = start.format(host=address.netloc, bearer=cast.bearer["Authorization"]).encode()
        for _ in range(SILENT):
            one = silent.enter_context(closing(socket.create_connection((address.hostname, address.port), timeout=10)))
            one.sendall(said)
        return silent

    @pytest.mark.parametrize("start", ["", "POST /api/v1/results HTTP/1.1\r\nHost: {host}\r\nContent-Le"])
    def test_of_which_the_server_hears_no_request_disturb_nobody(
        self, web: RunningApp, cast: World, tmp_path: Path, start: str
    ) -> None:
        with traffic(web, cast, tmp_path) as going:
            with self.opened(web, cast, start):
                goes_on(going)
                assert answers(f"{web.url}/healthz", seconds=1)
            goes_on(going)
            check_nothing_is_lost(going)
        assert (going.refused, going.unanswered) == ([], 0)

    def test_that_announce_a_body_leave_threads_to_others(self, web: RunningApp, cast: World, tmp_path: Path) -> None:
        """Calls that bring a body are told to come again, pages and monitors are answered."""
        start = (
            "POST /api/v1/results HTTP/1.1\r\nHost: {host}\r\nAuthorization: {bearer}\r\nContent-Length: 100\r\n\r\n["
        )
        running = is_running_since(web)
        with traffic(web, cast, tmp_path) as going:
            with self.opened(web, cast, start):
                wait_for(lambda: going.refused, what="a call to be refused", tell=web)
                assert answers(f"{web.url}/healthz", seconds=1)
                assert answers(f"{web.url}/accounts/login/", seconds=2)
            goes_on(going)
            check_nothing_is_lost(going)
        assert going.unanswered == 0
        assert is_running_since(web) == running


ROLE = "second_look_limited"


@pytest.fixture
def limited(cast: World) -> Iterator[Callable[[int], None]]:
    """A role that may do all that the product does, with so many connections; those that it has beyond are ended. Its
    refusal is that of a server whose `max_connections` others have used up (SQLSTATE 53300).
    """
    name = f"{ROLE}_{connection.settings_dict['NAME']}"

    def say(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(role=f'"{name}"', name=name))

    def limit(number: int) -> None:
        say(f"ALTER ROLE {{role}} CONNECTION LIMIT {number}")
        if not number:
            say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'")

    say("CREATE ROLE {role} LOGIN")
    say("GRANT USAGE ON SCHEMA public TO {role}")
    say("GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    say("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}")
    try:
        yield limit
    finally:
        limit(0)
        say("DROP OWNED BY {role}")
        say("DROP ROLE {role}")


def test_connections_to_the_database_used_up_by_others(
    cast: World, tmp_path: Path, limited: Callable[[int], None]
) -> None:
    name = f"{ROLE}_{connection.settings_dict['NAME']}"
    url = urlsplit(environment_of()["DATABASE_URL"])
    ours = url._replace(netloc=f"{name}@{url.netloc.rpartition('@')[2]}").geturl()
    with run_app(tmp_path / "logs", DATABASE_URL=ours) as web:
        running = is_running_since(web)
        with traffic(web, cast, tmp_path) as going:
            limited(0)
            with pytest.raises(psycopg.OperationalError, match="too many connections"):
                psycopg.connect(ours)
            wait_for(lambda: len(going.refused) > 1, what="refusals", tell=web)
            assert answers(f"{web.url}/healthz", seconds=1)
            limited(-1)
            goes_on(going)
            check_nothing_is_lost(going)
        assert going.unanswered == 0
        assert going.what_the_moderator_was_refused()
        assert is_running_since(web) == running


def test_a_picture_store_that_takes_no_more(cast: World, tmp_path: Path) -> None:
    """A picture that came with the call is not acknowledged; all that needs none goes on."""
    store, away = tmp_path / "pictures", tmp_path / "away"
    store.mkdir()
    with run_app(tmp_path / "logs", MEDIA_STORAGE=str(store)) as web, traffic(web, cast, tmp_path) as going:
        picture = b64encode(pictures.still()).decode()
        assert going.send_one(img=picture)
        store.rename(away)
        store.touch()  # nobody can write below a file, root neither
        assert not going.send_one(img=picture)
        goes_on(going)
        store.unlink()
        away.rename(store)
        assert going.send_one(img=picture)
        check_nothing_is_lost(going)
        assert [(status, problem["detail"].split(" does")[0]) for status, problem in going.refused] == [
            (503, "The picture store")
        ]


def batch_of(size: int, name: str) -> tuple[list[str], bytes]:
    """A thousand results, of `size` bytes together, and their ids."""
    ids = [f"{name}{number:028x}" for number in range(1000)]
    text = "x" * (size // 1000 - 2300)
    every = [bodies.envelope(requestId=one, auxInfo={"passThrough": {"text": text}}) for one in ids]
    return ids, json.dumps(every).encode()


def most_memory(web: RunningApp) -> int:
    """Bytes that the web process and its children have held at their peaks."""
    server = psutil.Process(web.processes["web"].pid)
    told = [Path(f"/proc/{one.pid}/status").read_text() for one in [server, *server.children(recursive=True)]]
    return sum(int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) for text in told) * 1024


@pytest.mark.timeout(300)
def test_a_batch_of_64_mib_four_times_at_once(web: RunningApp, cast: World, tmp_path: Path) -> None:
    """Each is taken in whole or refused whole, one is parsed at a time, and others are answered meanwhile."""
    before, running = most_memory(web), is_running_since(web)
    batches = [batch_of(63 * MIB, f"b{number}a") for number in range(4)]
    with traffic(web, cast, tmp_path) as going, ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda batch: _post_whole(web, cast, batch[1]), batches))
        goes_on(going)
        for (ids, _), (status, answer) in zip(batches, told, strict=True):
            if status == 200:
                assert {one["status"] for one in answer["items"]} == {"accepted"}
                going.acknowledged += ids
            else:
                going.refused.append((status, answer))
        check_nothing_is_lost(going)
    assert any(status == 200 for status, _ in told)
    assert (
        most_memory(web) - before < 2048 * MIB
    )  # 1,580 MiB when it was written: parsed one by one, stored side by side
    assert is_running_since(web) == running


def _post_whole(web: RunningApp, cast: World, body: bytes) -> tuple[int, Any]:
    headers = {**cast.bearer, "Content-Type": "application/json"}
    with closing(HTTPConnection(urlsplit(web.url).netloc, timeout=PATIENCE_SECONDS)) as http:
        http.request("POST", "/api/v1/results", body, headers)
        answer = http.getresponse()
        return answer.status, json.loads(answer.read())
