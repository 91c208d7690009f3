"""Health is counted as attempts end, and read from a few rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from moderation import durations
from moderation.messages import english
from moderation.models import AttemptTally
from moderation.webhooks import health
from moderation.webhooks.deliver import deliver_due
from tests.factories.endpoints import dead, subscribed
from tests.moderation.webhooks.answers import decided, make_due
from tests.moderation.webhooks.receiver import Answer, Receiver
from tests.world import World


def test_each_attempt_is_counted_once(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    other, _ = subscribed(name="other")
    receiver.answers = [Answer(503), Answer(503), Answer(200)]
    for _ in range(3):
        decided(world)
    deliver_due()
    make_due()
    deliver_due()
    found = health.of([endpoint.pk, other.pk], now=timezone.now())
    of = found[endpoint.pk]
    assert (of.delivered, of.failed, of.delivered_at_once, of.attempts) == (3, 2, 1, 5)
    assert (of.halves[-1].delivered, of.halves[-1].failed, len(of.halves)) == (3, 2, 48)
    assert english(of.last_failure) == "the receiver answered 503"
    assert of.median_ms is not None
    assert of.backlog.number == 0
    assert found[other.pk].failed == 6
    assert found[other.pk].median_ms is None
    assert (found[other.pk].backlog.number, found[other.pk].share) == (3, 0)
    assert found[other.pk].oldest_at is not None


def test_a_fault_of_ours_is_no_failure_of_the_receiver(world: World, settings: Any) -> None:
    endpoint, _ = subscribed()
    decided(world)
    settings.ENDPOINT_SCHEMES = None  # breaks the code that checks the address
    deliver_due()
    delivery = endpoint.deliveries.get()
    assert "it could not be sent" in english(delivery.why)
    assert delivery.attempts_made == 1
    found = health.of([endpoint.pk], now=timezone.now())[endpoint.pk]
    assert (found.failed, found.last_failure) == (0, None)
    assert not AttemptTally.objects.exists()


def test_only_the_last_day_counts(world: World) -> None:
    endpoint, _ = subscribed()
    now = timezone.now().replace(minute=10)
    for hours, delivered in ((1, 5), (23.5, 7), (24.5, 11)):
        at = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
        AttemptTally.objects.create(endpoint=endpoint, began_at=at, step=24, delivered=delivered)
    dead(endpoint, 2)
    of = health.of([endpoint.pk], now=now)[endpoint.pk]
    assert (of.delivered, sum(half.delivered for half in of.halves), of.dead.number) == (12, 12, 2)
    assert of.median_ms == 70


@pytest.mark.parametrize("milliseconds", [1, 2, 3, 84, 999, 10_000, 20_000])
def test_a_duration_is_kept_to_within_a_tenth(milliseconds: int) -> None:
    read = durations.quantile({durations.step(milliseconds): 1}, 0.5)
    assert read is not None
    assert abs(read - milliseconds) <= max(1, 0.1 * milliseconds)


def test_a_quantile_is_the_step_in_which_it_lies() -> None:
    counts = {durations.step(80): 95, durations.step(400): 5}
    assert durations.quantile(counts, 0.5) == durations.quantile(counts, 0.95)
    assert (durations.quantile(counts, 0.96) or 0) > 300
    assert durations.quantile({}, 0.5) is None
    assert durations.step(0) == 0
