"""Endpoints and deliveries in every state, for the pages that show them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from moderation.messages import LedgerCode, Message
from moderation.models import Attempt, AttemptTally, EndpointTest
from moderation.webhooks import endpoints, redeliver_all
from moderation.webhooks.custom_headers import Header
from moderation.webhooks.delivery_filters import Filters
from tests.factories.endpoints import dead, subscribed
from tests.world import World

REFUSED = Message(LedgerCode.DELIVERY_STATUS, status=503)


def furnish_deliveries(world: World) -> dict[str, dict[str, Any]]:
    """Returns the arguments of the pages' addresses."""
    headers = [Header("X-Tenant", "shop"), Header("X-Key", "only a test", secret=True)]
    shop, _ = subscribed(name="Shop backend", url="https://127.0.0.1:9/moderation", headers_wanted=headers)
    endpoints.rotate_secret(shop, by="tests")
    now = timezone.now()
    for half in range(48):
        failed = half % 7 if half < 30 else 0
        why: dict[str, Any] = {"last_failure": REFUSED, "last_failure_at": now - half * timedelta(minutes=30)}
        counts = {"delivered": 20 + half % 11, "delivered_at_once": 18, "failed": failed, "step": 25}
        at = now.replace(minute=0, second=0, microsecond=0) - half * timedelta(minutes=30)
        AttemptTally.objects.create(endpoint=shop, began_at=at, **counts, **(why if failed else {}))
    rows = dead(shop, 12, why=REFUSED)
    rows += dead(shop, 5, state="delivered", type="result.corrected", attempts_made=1)
    rows += dead(shop, 3, state="pending", ended_at=None, attempts_made=4, due_at=now + timedelta(hours=1), why=REFUSED)
    for row in rows:
        made = {"status": 200 if row.state == "delivered" else 503, "why": row.why, "reply": '{"error": "draining"}'}
        for number in range(1, min(row.attempts_made, 4) + 1):
            at = now - timedelta(minutes=60 - 10 * number)
            Attempt.objects.create(delivery=row, number=number, started_at=at, duration_ms=210, **made)
    away, _ = subscribed(name="Away")
    why_paused = Message(LedgerCode.ENDPOINT_FAILING, hours=25, failures=31, why=REFUSED)
    endpoints.pause_for_failing(away.pk, why=why_paused)
    test = EndpointTest.objects.create(
        endpoint=shop,
        webhook_id="msg_test",
        created_by=world.dave,
        url=shop.url,
        body='{"type": "endpoint.test", "data": {}}',
        begun_at=now,
        ended_at=now,
        sent_headers=[["content-type", "application/json"], ["webhook-id", "msg_test"]],
        duration_ms=84,
        status=401,
        why=Message(LedgerCode.DELIVERY_STATUS, status=401),
        reply_headers=[["content-type", "text/plain"]],
        reply="The signature does not hold.",
    )
    job = redeliver_all.start(Filters(state="dead"), by=world.dave)
    redeliver_all.cancel(job, by=world.dave)
    of_shop = {"pk": shop.pk}
    return {
        "review:manage_endpoint": of_shop,
        "review:manage_endpoint_edit": of_shop,
        "review:manage_endpoint_delete": of_shop,
        "review:manage_endpoint_test": of_shop | {"test_id": test.pk},
        "review:redelivery": {"pk": job.pk},
    }
