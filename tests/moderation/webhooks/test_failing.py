"""An endpoint that has failed for a day is paused, and the administrators are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.models import AuditEvent
from moderation.messages import LedgerCode, Message, english
from moderation.models import AttemptTally, Endpoint
from moderation.runtime.mail import mail_settings
from moderation.webhooks import endpoints, failing
from tests.factories.endpoints import subscribed, waiting
from tests.world import World

WHY = Message(LedgerCode.DELIVERY_STATUS, status=503)
DAY_LONG = (26, 20, 10, 1)  # hours ago


@pytest.fixture
def endpoint(world: World) -> Endpoint:
    """It was enabled long ago."""
    made, _ = subscribed(name="Shop")
    Endpoint.objects.update(enabled_at=timezone.now() - timedelta(days=30))
    waiting(made)
    return made


def tally(endpoint: Endpoint, hours: float, *, failed: int = 0, delivered: int = 0) -> None:
    at = timezone.now() - timedelta(hours=hours)
    why: dict[str, Any] = {"last_failure": WHY, "last_failure_at": at} if failed else {}
    AttemptTally.objects.create(endpoint=endpoint, began_at=at, step=1, failed=failed, delivered=delivered, **why)


def failed_at(endpoint: Endpoint, hours: Sequence[float], *, each: int = 3) -> None:
    for ago in hours:
        tally(endpoint, ago, failed=each)


def test_a_day_of_failures_pauses_it_and_tells_the_administrators(
    endpoint: Endpoint, world: World, settings: Any
) -> None:
    settings.EMAIL_URL = "smtp://mail"
    failed_at(endpoint, DAY_LONG)
    assert failing.pause_failing() == 1
    endpoint.refresh_from_db()
    assert endpoint.state == "paused"
    assert "nothing was delivered for 26 hours, and 12 attempts failed" in english(endpoint.why)
    assert "the receiver answered 503" in english(endpoint.why)
    assert endpoint.deliveries.get().state == "paused"
    assert AuditEvent.objects.filter(action="endpoint.paused-for-failing", by_name="maintenance").count() == 1
    (sent,) = mail.outbox
    assert (sent.bcc, sent.to) == ([world.dave.email], [])
    assert "Shop" in sent.subject
    assert failing.pause_failing() == 0


@pytest.mark.parametrize(
    ("hours", "each"),
    [
        ((20, 10, 5, 1), 3),  # not a day yet
        ((26, 1), 4),  # fewer than ten
    ],
)
def test_less_than_that_does_not(endpoint: Endpoint, hours: Sequence[float], each: int) -> None:
    failed_at(endpoint, hours, each=each)
    assert failing.pause_failing() == 0


def test_a_success_begins_the_day_anew(endpoint: Endpoint) -> None:
    failed_at(endpoint, DAY_LONG, each=20)
    tally(endpoint, 15, delivered=1)
    assert failing.pause_failing() == 0


def test_a_person_who_resumes_it_begins_the_day_anew(endpoint: Endpoint, world: World) -> None:
    failed_at(endpoint, DAY_LONG)
    assert failing.pause_failing() == 1
    endpoints.resume(endpoint, by=world.dave)
    assert (endpoint.state, endpoint.why) == ("enabled", None)
    assert endpoint.deliveries.get().state == "pending"
    assert failing.pause_failing() == 0


@pytest.mark.parametrize("state", ["paused", "disabled", "deleted"])
def test_one_that_is_not_enabled_stays_as_it_is(endpoint: Endpoint, state: str) -> None:
    failed_at(endpoint, DAY_LONG)
    Endpoint.objects.update(state=state)
    assert failing.pause_failing() == 0


def test_a_mail_server_that_is_away_stops_nothing(
    endpoint: Endpoint, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9?tls=none"
    for name, value in mail_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    failed_at(endpoint, DAY_LONG)
    assert failing.pause_failing() == 1
    assert f"took 0 of 1 messages about the pause of endpoint {endpoint.pk}" in caplog.text


class States(BaseEmailBackend):
    """Remembers in which states the endpoints were when it was to send."""

    seen: ClassVar[list[set[str]]] = []

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self.seen.append(set(Endpoint.objects.values_list("state", flat=True)))
        return len(messages)


def test_a_slow_mail_server_delays_no_other_pause(endpoint: Endpoint, settings: Any) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail", f"{__name__}.States"
    States.seen.clear()
    other, _ = subscribed(name="Other")
    Endpoint.objects.update(enabled_at=timezone.now() - timedelta(days=30))
    for one in (endpoint, other):
        failed_at(one, DAY_LONG)
    assert failing.pause_failing() == 2
    assert States.seen == [{"paused"}] * 2
