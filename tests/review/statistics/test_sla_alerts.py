"""A queue at risk is told before its promise breaks, once, and its recovery once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.utils import timezone

from accounts import people
from accounts.models import App
from moderation.models import Delivery
from review.maintenance import maintain
from review.models import Queue, ReportCount, ReviewTask, SlaAlert
from review.statistics import alert_mail, sla_alerts
from review.statistics.reports.slots import slot_of
from tests.factories import endpoints, tasks
from tests.stage import signed_in
from tests.world import World


def check() -> int:
    caches["process"].clear()
    return sla_alerts.check()


def due_in(minutes: float) -> None:
    ReviewTask.objects.update(due_at=timezone.now() + timedelta(minutes=minutes))


@pytest.fixture
def waits(world: World) -> World:
    """A case in *nudity*, which promises an hour, due in forty minutes."""
    tasks.waiting(world.nudity, app=world.web)
    due_in(40)
    return world


def told() -> list[bool]:
    return ["recovered" in one.payload for one in Delivery.objects.order_by("pk")]


def test_it_is_told_before_the_promise_breaks_and_once(waits: World) -> None:
    endpoints.subscribed(types=["queue.sla-at-risk"])
    assert check() == 0
    due_in(14)  # three quarters of the hour are over
    assert check() == 1
    assert (check(), check()) == (0, 0)
    due_in(-5)
    assert check() == 0
    due_in(17)  # not yet calm
    assert check() == 0
    due_in(30)
    assert check() == 1
    assert check() == 0
    assert told() == [False, True]


def pace(queue: Queue, *, came: int, went: int, waiting: int) -> None:
    """So many came and were decided in this quarter; so many wait, none of them due soon."""
    slot = slot_of(timezone.now())
    ReportCount.objects.update_or_create(queue=queue, slot=slot, by=None, defaults={"arrived": came, "cases": went})
    at, wanted = timezone.now() - timedelta(hours=3), waiting - ReviewTask.objects.filter(queue=queue).count()
    if wanted > 0:
        app = App.objects.get(app_id="web")
        tasks.waiting(queue, app=app, count=wanted, entered_at=at, due_at=at + timedelta(days=1))
    ReviewTask.objects.filter(pk__in=ReviewTask.objects.order_by("-pk")[: max(0, -wanted)]).delete()
    due_in(600)


def test_a_pace_that_breaks_the_promise_is_told_and_flutters_not(world: World) -> None:
    pace(world.nudity, came=200, went=240, waiting=28)  # thirty an hour, of the last eight hours
    assert check() == 0
    pace(world.nudity, came=200, went=240, waiting=32)
    assert check() == 1
    pace(world.nudity, came=200, went=240, waiting=28)  # not yet calm
    assert check() == 0
    pace(world.nudity, came=200, went=240, waiting=20)
    assert check() == 1


def test_that_nobody_decides_any_more_is_no_recovery(world: World) -> None:
    pace(world.nudity, came=200, went=240, waiting=32)
    assert check() == 1
    pace(world.nudity, came=200, went=0, waiting=32)
    assert check() == 0
    pace(world.nudity, came=200, went=480, waiting=32)
    assert check() == 1


def test_an_empty_queue_has_recovered(waits: World) -> None:
    due_in(1)
    assert check() == 1
    ReviewTask.objects.all().delete()
    assert check() == 1
    assert not SlaAlert.objects.get().at_risk


def test_administrators_and_the_queues_leads_get_mail(
    waits: World, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_URL = "smtp://mail"
    people.add(email="other@example.test", name="Other", role="lead", password="correct horse staple", by="tests")
    due_in(1)
    with django_capture_on_commit_callbacks(execute=True):
        check()
    assert sorted(one.to[0] for one in mail.outbox) == ["carol@example.test", "dave@example.test"]
    assert mail.outbox[0].subject == "Nudity is about to break its SLA"
    assert "Waiting: 1, of which overdue: 0" in mail.outbox[0].body
    assert "wx_" not in mail.outbox[0].body
    due_in(60)
    with django_capture_on_commit_callbacks(execute=True):
        check()
    assert mail.outbox[-1].subject == "Nudity keeps its SLA again"


def test_mail_that_fails_is_logged_and_nothing_else(
    waits: World, settings: Any, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail", "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    due_in(1)
    with django_capture_on_commit_callbacks(execute=True):
        assert check() == 1
    assert "took 0 of 2 messages about the SLA of queue nudity" in caplog.text
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "", "django.core.mail.backends.locmem.EmailBackend"
    assert alert_mail.send(SlaAlert.objects.get()) == 0


def test_maintenance_looks_once_a_minute(waits: World) -> None:
    caches["process"].clear()
    due_in(1)
    maintain()
    assert SlaAlert.objects.get().at_risk
    due_in(60)
    caches["process"].delete("lines")
    maintain()
    assert SlaAlert.objects.get().at_risk


def test_the_board_says_so_and_that_it_recovered(waits: World) -> None:
    due_in(1)
    check()
    caches["process"].clear()
    html = signed_in(waits.dave).get("/").content.decode()
    assert 'data-alert="nudity"' in html
    assert "is about to break its SLA" in html
    due_in(60)
    check()
    caches["process"].clear()
    html = signed_in(waits.alice).get("/").content.decode()
    assert "keeps its SLA again since" in html
    assert 'data-alert="nudity"' not in signed_in(waits.mallory).get("/").content.decode()
