"""Verify what Second Look sends to an endpoint: Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from second_look.errors import WebhookRefused

TOLERANCE_SECONDS = 300


@dataclass(frozen=True)
class Webhook:
    """A genuine one. `id` is the same at every attempt: drop what you know by it. `body` is what was sent; `type` and
    `data` are those of the standard form, and empty in the others.
    """

    id: str
    sent_at: int
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.body.get("type", ""))

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("data", {})
        return found


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance_seconds: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> Webhook:
    """The webhook of these bytes, as they came, before any JSON parser touched them. Raises WebhookRefused."""
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        webhook_id, at = sent["webhook-id"], int(sent["webhook-timestamp"])
        signatures = sent["webhook-signature"].split()
    except (KeyError, ValueError):
        raise WebhookRefused(
            "Its headers webhook-id, webhook-timestamp and webhook-signature are not complete."
        ) from None
    if abs((time.time() if now is None else now) - at) > tolerance_seconds:
        raise WebhookRefused(f"It was signed more than {tolerance_seconds} seconds from now.")
    expected = _signature(f"{webhook_id}.{at}.".encode() + body, secret).encode()
    if not any(hmac.compare_digest(expected, one.encode()) for one in signatures):
        raise WebhookRefused("No signature is of this secret.")
    return Webhook(webhook_id, at, _parsed(body))


def _signature(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise WebhookRefused("Its body is not JSON.") from None
    if not isinstance(found, dict):
        raise WebhookRefused("Its body is no JSON object.")
    return found
