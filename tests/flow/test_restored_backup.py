"""A backup is restored into another database and another folder, and the processes go on from there."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moderation.models import Case, Delivery
from moderation.webhooks.deliver import deliver_due
from tests.customer import Customer
from tests.factories import endpoints, pictures, tasks
from tests.flow.test_main_job import sign_in
from tests.moderation.backup.databases import empty_database, manage
from tests.moderation.webhooks.answers import decided
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World

DISPATCHER = [sys.executable, "manage.py", "deliver_due", "--loop"]


def ids(receiver: Customer) -> list[str]:
    return [webhook.headers["webhook-id"] for webhook in receiver.received]


@pytest.fixture
def waiting_case(committed_world: World, receiver: Customer, settings: Any) -> Case:
    """One case waits for a person, another was decided and its webhook is due."""
    settings.UNDO_SECONDS = 0
    endpoints.subscribed(url=f"{receiver.url}/hook")
    decided(committed_world)
    (task,) = tasks.waiting(committed_world.default, app=committed_world.web)
    case = task.case
    pictures.show(case, pictures.still())
    return case


@pytest.fixture
def restored(waiting_case: Case, receiver: Customer, tmp_path: Path) -> Iterator[RunningApp]:
    """Saved before the webhook was sent, restored after it was."""
    saved = manage("backup", str(tmp_path / "saved"))
    assert saved.returncode == 0, saved.stderr
    assert deliver_due() == 1
    with empty_database() as url:
        there = {"DATABASE_URL": url, "MEDIA_STORAGE": str(tmp_path / "elsewhere")}
        done = manage("restore", str(tmp_path / "saved"), DATA_DIR=str(tmp_path), **there)
        assert done.returncode == 0, done.stderr
        with run_app(tmp_path / "logs", **there) as app:
            yield app


def test_what_was_due_is_sent_with_the_same_id_and_nothing_is_decided_twice(
    restored: RunningApp, waiting_case: Case, committed_world: World, receiver: Customer
) -> None:
    restored.start("dispatcher", DISPATCHER)
    wait_for(lambda: len(receiver.received) == 2, what="the webhook to be sent again", tell=restored)
    assert set(ids(receiver)) == {Delivery.objects.get().webhook_id}
    assert len({webhook.body for webhook in receiver.received}) == 1

    with httpx.Client(base_url=restored.url, trust_env=False, timeout=PATIENCE_SECONDS) as browser:
        sign_in(browser, committed_world.alice.email)
        leased = browser.post("/review/api/lease", json={"queues": [], "count": 5}).json()["tasks"]
        assert [task["requestId"] for task in leased] == [waiting_case.request_id]
        assert browser.get(leased[0]["image"]["url"]).headers["content-type"] == "image/jpeg"
    time.sleep(2)
    assert len(receiver.received) == 2


def test_the_audit_of_what_was_restored_is_whole(restored: RunningApp) -> None:
    verified = manage("verify_audit", DATABASE_URL=restored.environment["DATABASE_URL"])
    assert verified.returncode == 0, verified.stdout + verified.stderr
