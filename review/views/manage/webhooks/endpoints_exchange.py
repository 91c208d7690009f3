"""A test of an endpoint: asked for here, sent by a worker, and shown as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import DurationField, ExpressionWrapper
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.models import Endpoint, EndpointTest
from moderation.outbound.limits import WEBHOOK
from moderation.runtime import encryption
from moderation.runtime.worker_notifier import notify
from moderation.tasks import send_endpoint_tests
from moderation.webhooks import endpoint_tests
from review.presentation.messages import describe
from review.views.manage.webhooks.deliveries_strings import milliseconds, tell
from review.views.stage import HtmxHttpRequest
from review.views.untrusted_body import shown_body, shown_text

SLOW_WORKER_SECONDS = 10  # then the page says that none has taken it
SHOWN_CHARACTERS = 4


@require_POST
@administrators_only
def send(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk, callback_of=None)
    try:
        test = endpoint_tests.ask_for(endpoint, by=signed_in(request))
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect("review:manage_endpoint", pk)
    notify(send_endpoint_tests)
    return redirect("review:manage_endpoint_test", pk, test.pk)


@require_GET
@administrators_only
def exchange(request: HtmxHttpRequest, pk: int, test_id: int) -> HttpResponse:
    """The exchange, or how long it has been under way: the page asks again until it has ended."""
    waited = ExpressionWrapper(Now() - Coalesce("begun_at", "created_at"), output_field=DurationField())
    known = EndpointTest.objects.select_related("endpoint", "created_by").annotate(waited=waited)
    test: Any = get_object_or_404(known, pk=test_id, endpoint=pk)
    context = {
        "test": test,
        "endpoint": test.endpoint,
        **(_ended(test) if test.ended_at else _waiting(test, test.waited)),
    }
    return render(request, f"manage/webhooks/endpoint_test.html{'#exchange' if request.htmx else ''}", context)


def _ended(test: EndpointTest) -> dict[str, Any]:
    secrets = test.endpoint.secrets.order_by("-pk")
    return {
        "told": tell(status=test.status, why=test.why),
        "sentence": describe(test.why),
        "took": milliseconds(test.duration_ms),
        "sent_body": shown_body(test.body.encode()),
        "reply_headers": [tuple(map(shown_text, header)) for header in test.reply_headers],
        "reply": shown_body(test.reply.encode()) if test.reply else None,
        "secret_end": hint(secrets[0].ciphertext) if secrets else "",
    }


def _waiting(test: EndpointTest, waited: timedelta) -> dict[str, Any]:
    seconds = max(0, waited.total_seconds())
    is_lost = test.begun_at is not None and waited > endpoint_tests.LOST_AFTER
    return {
        "waits": True,
        "seconds": int(seconds),
        "limit": int(WEBHOOK.total_seconds),
        "no_worker": test.begun_at is None and seconds > SLOW_WORKER_SECONDS,
        "is_lost": is_lost,
    }


def hint(ciphertext: str) -> str:
    """The end of a secret, by which people tell it from another; "" when it cannot be opened."""
    try:
        return encryption.unseal(ciphertext)[-SHOWN_CHARACTERS:]
    except encryption.WrongKey:
        return ""
