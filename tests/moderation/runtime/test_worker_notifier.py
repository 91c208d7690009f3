"""Rings leave from a thread of their own: few for many, none lost in a pause, and no broker is waited for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis
from celery import Celery
from django.db import transaction

from moderation.runtime import worker_notifier
from tests.waiting import wait_for

QUEUE = "nobody works this off"


@contextmanager
def belfry(broker: str, settings: Any) -> Iterator[worker_notifier.Notification]:
    with Celery("belfry", broker=broker, set_as_current=False) as app:
        app.conf.update(task_default_queue=QUEUE, broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS)

        @app.task(name="notification", shared=False)
        def notification() -> None: ...

        yield notification


@pytest.fixture
def rope(settings: Any) -> Iterator[worker_notifier.Notification]:
    with belfry(settings.CELERY_BROKER_URL, settings) as notification:
        yield notification


@pytest.fixture
def rung(settings: Any) -> Iterator[Any]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(QUEUE)
        yield lambda: client.llen(QUEUE)
        client.delete(QUEUE)


@pytest.mark.django_db(transaction=True)
def test_many_rings_are_few_and_the_last_one_is_among_them(rope: worker_notifier.Notification, rung: Any) -> None:
    for _ in range(200):
        worker_notifier.notify(rope)
    wait_for(rung, what="the first ring")
    time.sleep(3 * worker_notifier.PAUSE_SECONDS)
    before = rung()
    assert 1 <= before <= 2 * worker_notifier.NOTIFICATIONS_AT_MOST
    worker_notifier.notify(rope)
    wait_for(lambda: rung() == before + 1, what="the ring after a rest")


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_who_rings_nothing_and_later_rings_arrive(
    rope: worker_notifier.Notification, rung: Any, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, belfry(_at(mute), settings) as torn:
        started = time.monotonic()
        for _ in range(100):
            worker_notifier.notify(torn)
        assert time.monotonic() - started < 25  # each would wait half a second for it
        time.sleep(2 * worker_notifier.PAUSE_SECONDS)
    worker_notifier.notify(rope)
    wait_for(rung, what="a ring by the same thread")
    assert [one.name for one in threading.enumerate()].count("worker-notifier") == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_rings_for_nobody(rope: worker_notifier.Notification, rung: Any) -> None:
    with transaction.atomic():
        worker_notifier.notify(rope)
        transaction.set_rollback(True)
    time.sleep(2 * worker_notifier.PAUSE_SECONDS)
    assert rung() == 0


def _at(mute: socket.socket) -> str:
    """A broker that takes connections and says nothing."""
    return f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
