"""The dispatcher as the beat too: it rings the workers, and leaves when that has ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from celery.signals import before_task_publish

from moderation.celery import app
from moderation.management.commands.deliver_due import beating, one_turn
from moderation.models import Redelivery
from moderation.webhooks import redeliver_all
from moderation.webhooks.delivery_filters import Filters
from tests.factories.endpoints import dead, subscribed, waiting
from tests.moderation.webhooks.receiver import Receiver
from tests.world import World


@pytest.fixture
def rung(tmp_path: Path) -> Iterator[dict[str, Event]]:
    """Set once a task of the schedule was published."""
    names = {entry["task"]: Event() for entry in app.conf.beat_schedule.values()}
    before = app.conf.beat_schedule_filename
    app.conf.beat_schedule_filename = str(tmp_path / "beat-schedule")

    def told(sender: str, **_: Any) -> None:
        names[sender].set()

    before_task_publish.connect(told, weak=False)
    yield names
    before_task_publish.disconnect(told)
    app.conf.beat_schedule_filename = before


def test_it_rings_every_task_of_the_schedule(rung: dict[str, Event]) -> None:
    with beating() as check:
        assert [name for name, event in rung.items() if not event.wait(10)] == []
        check()


def test_while_it_delivers_it_goes_on_with_redeliveries_and_looks_at_the_beat(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    waiting(endpoint)
    (old,) = dead(endpoint)
    receiver.on_request = lambda: time.sleep(2.5) if len(receiver.received) == 1 else None  # it is under way as long

    def look() -> None:
        if receiver.received and not Redelivery.objects.exists():
            redeliver_all.start(Filters(state="dead"), by=world.dave)

    one_turn(look)
    old.refresh_from_db()
    assert (old.state, old.redelivery_id) == ("delivered", Redelivery.objects.get().pk)


def test_it_leaves_when_the_beat_has_ended(rung: dict[str, Event]) -> None:
    with beating() as check:
        assert rung["review.maintain"].wait(10)
        (beat,) = (thread for thread in threading.enumerate() if thread.name == "Beat")
        beat.service.stop(wait=True)  # type: ignore[attr-defined] # Celery's own kind of thread
        beat.join(10)
        with pytest.raises(SystemExit, match="beat has ended"):
            check()
