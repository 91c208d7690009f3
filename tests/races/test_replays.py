"""Several workers at one replay, while results come in and a process dies: every case is counted once."""

from __future__ import annotations

import json
import time
from functools import partial

import pytest
from django.db import OperationalError, connection

from accounts.models import AuditEvent
from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.models import ReplayReport
from moderation.replay import jobs
from moderation.replay.report import Queues
from tests.factories import bodies
from tests.races.crowd import at_once
from tests.world import World, build

CASES, WORKERS = 60, 4
QUEUES = Queues("default", frozenset({"default"}), {"default": 8.0})
DRAFT = {"sections": [{"name": "all", "thresholds": {"porn": {"review": 700}}, "intermediate": "decide"}]}


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def job(world: World, monkeypatch: pytest.MonkeyPatch) -> ReplayReport:
    monkeypatch.setattr(jobs, "CHUNK", 7)
    post(world, CASES)
    return jobs.start(DRAFT, queues=QUEUES, by=world.dave)


def post(world: World, count: int) -> None:
    accept_all([(parse_submission(bodies.envelope()), world.web) for _ in range(count)], by=world.key)


def start(world: World) -> ReplayReport:
    return jobs.start(DRAFT, queues=QUEUES, by=world.dave)


def finish(job: ReplayReport) -> None:
    until = time.monotonic() + 120
    while ReplayReport.objects.get(pk=job.pk).state == "running" and time.monotonic() < until:
        jobs.work()


def test_every_case_is_counted_once(world: World, job: ReplayReport) -> None:
    at_once([partial(finish, job) for _ in range(WORKERS)] + [partial(post, world, 20)])
    job.refresh_from_db()
    report = json.loads(job.report)
    assert (job.state, report["results"]) == ("finished", CASES), job.why
    again = jobs.start(DRAFT, queues=QUEUES, by=world.dave, last=CASES + 20)
    finish(again)
    again.refresh_from_db()
    assert json.loads(again.report)["results"] == CASES + 20


def test_of_many_starts_one_replay_comes(world: World) -> None:
    found = at_once([partial(start, world)] * 8)
    assert {one.pk for one in found} == {ReplayReport.objects.get().pk}
    assert AuditEvent.objects.filter(action="policy.replay-started").count() == 1


def test_what_a_dead_process_began_is_gone_on_with(world: World, job: ReplayReport) -> None:
    assert jobs.work(for_seconds=0)
    with pytest.raises(OperationalError):
        die_in_a_chunk(job)
    connection.close()
    finish(job)
    job.refresh_from_db()
    assert (job.state, job.done, json.loads(job.report)["results"]) == ("finished", CASES, CASES)


def die_in_a_chunk(job: ReplayReport) -> None:
    """The connection is cut after the chunk was counted and before it is committed."""
    worker = jobs._Worker(job.pk)
    save = ReplayReport.save

    def cut(self: ReplayReport, **options: object) -> None:
        save(self, **options)  # type: ignore[arg-type] # as it was called
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ReplayReport, "save", cut)
        worker._chunk()
