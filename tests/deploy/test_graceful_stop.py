"""The documented web command is asked to end while a decision is under way: the decision is answered first."""

from __future__ import annotations

import signal
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from moderation.backup.postgres_programs import parameters
from review.models import Decision
from tests.deploy.files import documented
from tests.factories import tasks
from tests.flow.test_main_job import sign_in
from tests.processes import RunningApp, answers, collect_static_once, environment_of, free_port
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World, build

HELD_SECONDS = 1.5  # of the five that the command gives


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def leased(committed_world: World, tmp_path: Path) -> Any:
    """A process of the documented command, a moderator's browser at it, and the task that she has leased."""
    collect_static_once()
    (tmp_path / "logs").mkdir()
    port = free_port()
    environment = environment_of(GRANIAN_PORT=str(port), GRANIAN_HOST="127.0.0.1", LOG_FORMAT="json")
    running = RunningApp(f"http://127.0.0.1:{port}", environment, tmp_path / "logs")
    program, *arguments = documented("web")
    try:
        running.start("web", [str(Path(sys.executable).with_name(program)), *arguments])
        wait_for(lambda: answers(f"{running.url}/readyz"), what="the documented web process", tell=running)
        tasks.waiting(committed_world.default, app=committed_world.web)
        with httpx.Client(base_url=running.url, trust_env=False, timeout=PATIENCE_SECONDS) as browser:
            sign_in(browser, committed_world.alice.email)
            (task,) = browser.post("/review/api/lease", json={"queues": [], "count": 5}).json()["tasks"]
            yield running, browser, task
    finally:
        if running.processes["web"].poll() is not None:
            del running.processes["web"]
        running.stop()


def test_a_decision_in_flight_is_answered(leased: tuple[RunningApp, httpx.Client, dict[str, Any]]) -> None:
    running, browser, task = leased
    web = running.processes["web"]
    body = {"decisionId": str(uuid.uuid4()), "taskId": task["taskId"], "leaseToken": task["leaseToken"]}
    said: list[httpx.Response | Exception] = []

    def decide() -> None:
        try:
            said.append(browser.post("/review/api/decide", json={**body, "verdict": "PASS"}))
        except httpx.HTTPError as error:
            said.append(error)

    with psycopg.connect(**parameters()) as other:
        other.execute("SELECT * FROM review_reviewtask FOR UPDATE")  # the decision waits for it
        sending = threading.Thread(target=decide)
        sending.start()
        wait_for(waits_for_a_lock, what="the decision to wait", tell=running)
        web.send_signal(signal.SIGTERM)
        time.sleep(HELD_SECONDS)
        assert web.poll() is None, "it ended although a decision was under way"
    sending.join()
    ended = web.wait(timeout=20)
    assert isinstance(said[0], httpx.Response), said
    assert said[0].status_code == 200, said[0].text
    assert Decision.objects.count() == 1
    assert ended == 0


def waits_for_a_lock() -> bool:
    with psycopg.connect(**parameters()) as asking:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        )
        return asking.execute(asked).fetchone() != (0,)
