"""Standard Webhooks signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(*, webhook_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a signed webhook. `timestamp` is Unix seconds; several secrets give several signatures, none
    gives none.
    """
    content = f"{webhook_id}.{timestamp}.".encode() + body
    signatures = " ".join(_sign(content, secret) for secret in secrets)
    told = {"webhook-id": webhook_id, "webhook-timestamp": str(timestamp)}
    return told | ({"webhook-signature": signatures} if signatures else {})


def _sign(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
