"""A queue at risk is told before its promise breaks, once, and its recovery once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.utils import timezone

from accounts import people
from moderation.models import Delivery
from review.maintenance import maintain
from review.models import ReviewTask, SlaAlert
from review.statistics import alert_mail, sla_alerts
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
    assert "was not sent" in caplog.text
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
