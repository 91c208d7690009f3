"""Redelivering all that match: each exactly once more, whatever stops it on its way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.models import Case, Delivery, Endpoint, Redelivery
from moderation.webhooks import endpoints, redeliver_all
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.delivery_filters import Filters
from moderation.webhooks.redeliver_all import NothingMatches, UnderWay, work
from tests.factories.endpoints import dead, subscribed
from tests.moderation.webhooks.answers import corrected, decided
from tests.moderation.webhooks.receiver import Answer, Receiver
from tests.processes import ROOT
from tests.races.crowd import at_once
from tests.waiting import wait_for
from tests.world import World

DEAD = Filters(state="dead")
SECRET_IN_TESTS = "whsec_" + "C" * 43 + "="


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """`manage.py receive_webhooks` as a process of its own: its address and what it prints."""
    told = tmp_path / "received"
    argv = [sys.executable, "-u", "manage.py", "receive_webhooks", "--port", "0", "--secret", SECRET_IN_TESTS]
    with told.open("wb") as out:
        running = subprocess.Popen(argv, cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: b"Listening" in told.read_bytes(), what="the receiver to listen")
        (url,) = re.findall(r"http://\S+", told.read_text())
        yield url, told
    finally:
        running.kill()
        running.wait()


def received(told: Path) -> Counter[str]:
    """How often each id came, signed as it should be."""
    return Counter(re.findall(r"^(?:✓|↻ again) (msg_\S+):", told.read_text(), re.MULTILINE))


def test_214_are_cancelled_at_about_half_and_resumed_and_each_comes_exactly_once(
    world: World, process: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "new_secret", lambda: SECRET_IN_TESTS)
    url, told = process
    endpoint, _ = subscribed(url=url)
    wanted = {one.webhook_id for one in dead(endpoint, 214, payload='{"type": "result.final"}')}
    dead(endpoint, 3, state="delivered")
    job = redeliver_all.start(DEAD, by=world.dave)
    assert (job.counted, job.counted_more) == (214, False)

    work()
    deliver_due()
    redeliver_all.cancel(job, by=world.dave)
    half = received(told)
    assert 80 <= len(half) <= 130
    assert set(half.values()) == {1}
    assert (job.state, job.redelivered) == ("cancelled", len(half))
    assert (work(), deliver_due()) == (0, 0)

    redeliver_all.resume(job, by=world.dave)
    for _ in range(5):
        work()
        deliver_due()
    job.refresh_from_db()
    assert (job.state, job.redelivered, job.refused) == ("finished", 214, 0)
    assert received(told) == Counter(dict.fromkeys(wanted, 1))
    assert set(Delivery.objects.filter(redelivery=job).values_list("state", "attempts_made")) == {("delivered", 11)}
    assert AuditEvent.objects.filter(action="delivery.redelivered", by_name=world.dave.email).count() == 214
    actions = AuditEvent.objects.filter(on_type="redelivery").order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "redelivery.started",
        "redelivery.cancelled",
        "redelivery.resumed",
        "redelivery.finished",
    ]


def test_one_that_fails_again_is_not_tried_twice_by_the_same_redelivery(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(500)]
    endpoint, _ = subscribed(url=receiver.url)
    dead(endpoint, 60)
    job = redeliver_all.start(DEAD, by=world.dave)
    for _ in range(4):
        work()
        deliver_due()
    job.refresh_from_db()
    assert (job.state, job.redelivered, len(receiver.received)) == ("finished", 60, 60)
    assert set(endpoint.deliveries.values_list("state", "attempts_made")) == {("dead", 11)}
    again = redeliver_all.start(DEAD, by=world.dave)
    work()
    deliver_due()
    again.refresh_from_db()
    assert (again.redelivered, len(receiver.received)) == (60, 120)


def test_only_few_are_in_line_at_a_time(world: World) -> None:
    endpoint, _ = subscribed()
    dead(endpoint, 130)
    redeliver_all.start(DEAD, by=world.dave)
    assert work() == redeliver_all.FEW
    assert work() == 0


@pytest.mark.django_db(transaction=True)
def test_processes_that_work_at_once_do_none_twice(cast: World) -> None:
    endpoint, _ = subscribed()
    dead(endpoint, 90)
    job = redeliver_all.start(DEAD, by=cast.dave)

    def _work(_: int) -> int:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(_work, range(4)))
    work()
    job.refresh_from_db()
    assert (sum(made), job.redelivered, job.state) == (90, 90, "finished")
    assert AuditEvent.objects.filter(action="delivery.redelivered").count() == 90


@pytest.mark.django_db(transaction=True)
def test_started_by_several_clicks_it_is_one(cast: World) -> None:
    dead(subscribed()[0], 3)
    jobs = at_once([partial(redeliver_all.start, DEAD, by=cast.dave)] * 8)
    assert jobs == [Redelivery.objects.get()] * 8
    assert AuditEvent.objects.filter(action="redelivery.started").count() == 1
    assert redeliver_all.start(Filters(), by=cast.dave) not in jobs


def test_a_cancelled_one_is_not_resumed_beside_its_like(world: World) -> None:
    dead(subscribed()[0], 3)
    first = redeliver_all.start(DEAD, by=world.dave)
    redeliver_all.cancel(first, by=world.dave)
    second = redeliver_all.start(DEAD, by=world.dave)
    with pytest.raises(UnderWay, match="is under way already"):
        redeliver_all.resume(first, by=world.dave)
    first.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "running")


def test_a_chunk_that_breaks_leaves_nothing_and_is_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint, _ = subscribed()
    dead(endpoint, 30)
    job = redeliver_all.start(DEAD, by=world.dave)
    with monkeypatch.context() as patch:
        patch.setattr(audit, "record_all", _breaks)
        assert work() == 0
    assert "failed; it is done again" in caplog.text
    job.refresh_from_db()
    assert (job.cursor, endpoint.deliveries.filter(state="pending").count()) == (0, 0)
    work()
    job.refresh_from_db()
    assert (job.redelivered, job.state) == (30, "finished")


def _breaks(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken")


def test_those_that_must_not_go_out_again_are_left_out_and_counted(world: World) -> None:
    subscribed()
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    Delivery.objects.update(state="dead", ended_at=timezone.now())
    gone, _ = subscribed(name="gone")
    dead(gone, 2)
    Endpoint.objects.filter(pk=gone.pk).update(state="deleted")
    job = redeliver_all.start(DEAD, by=world.dave)
    work()
    job.refresh_from_db()
    assert (job.counted, job.redelivered, job.refused, job.state) == (4, 1, 3, "finished")
    assert Delivery.objects.get(state="pending").revision == 2


def test_those_of_a_paused_endpoint_wait_for_it(world: World) -> None:
    endpoint, _ = subscribed()
    dead(endpoint, 120)
    endpoints.pause(endpoint, by=world.dave)
    job = redeliver_all.start(DEAD, by=world.dave)
    work()
    job.refresh_from_db()
    assert job.state == "finished"
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {"paused"}


def test_what_dies_after_its_start_is_no_part_of_it(world: World) -> None:
    endpoint, _ = subscribed()
    dead(endpoint, 2)
    redeliver_all.start(DEAD, by=world.dave)
    dead(endpoint, 1)
    assert work() == 2


def test_its_filters_are_those_of_the_log(world: World) -> None:
    shop, _ = subscribed(name="shop")
    other, _ = subscribed(name="other")
    dead(shop, 3)
    dead(other, 2)
    dead(other, 2, state="delivered")
    assert redeliver_all.count(Filters(endpoint=other.pk)).number == 4
    job = redeliver_all.start(Filters(endpoint=other.pk, state="dead"), by=world.dave)
    assert (job.counted, work()) == (2, 2)
    assert not shop.deliveries.exclude(state="dead").exists()


def test_those_of_one_request_are_found_without_a_look_at_all_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redeliver_all, "_LOOKED_IN_A_CHUNK", 10)
    endpoint, _ = subscribed()
    dead(endpoint, 50)
    decided(world, requestId="r1")
    Delivery.objects.filter(case__isnull=False).update(state="dead", ended_at=timezone.now())
    (last, *_) = dead(endpoint, 50)
    for request in ("r1", last.webhook_id):
        job = redeliver_all.start(Filters(request=request), by=world.dave)
        with CaptureQueriesContext(connection) as statements:
            assert work() == 1
        assert sum("looked AS MATERIALIZED" in one["sql"] for one in statements) == 1
        job.refresh_from_db()
        assert (job.state, job.redelivered) == ("finished", 1)


def test_nothing_is_started_for_nothing_nor_by_others(world: World) -> None:
    with pytest.raises(NothingMatches):
        redeliver_all.start(DEAD, by=world.dave)
    endpoint, _ = subscribed()
    dead(endpoint, 1)
    for person in (world.alice, world.carol, world.erin, world.mallory):
        with pytest.raises(NotAllowed):
            redeliver_all.start(DEAD, by=person)
    job = redeliver_all.start(DEAD, by=world.dave)
    for verb in (redeliver_all.cancel, redeliver_all.resume):
        with pytest.raises(NotAllowed):
            verb(job, by=world.carol)
    work()
    for verb in (redeliver_all.cancel, redeliver_all.resume):
        verb(job, by=world.dave)
    assert Redelivery.objects.get().state == "finished"
