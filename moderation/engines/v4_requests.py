"""Write the image v4 request that asks an engine over HTTP about one frame."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from moderation.contract import json_text
from moderation.engines.protocol import Ask, Frame

HEADERS = {"Content-Type": "application/json; charset=utf-8"}
MOST_TYPE_CHARACTERS = 64
# What we do ourselves with the answer, or have done with the picture already.
_OURS = ("callback", "imgs")
_OURS_IN_DATA = ("backupUrl", "streamInfo", "interval", "maxFrame")
_OURS_IN_EXTRA = ("passThrough", "isIgnoreTls")
_NEEDED = {"tokenId": "unknown", "lang": "en"}


def request_body(frame: Frame, ask: Ask, *, account: Mapping[str, str]) -> bytes:
    """As the customer asked, with the frame itself as `img`. `account` are `accessKey`, `appId` and `eventId` as the
    engine knows them; empty ones are left as the customer sent them.
    """
    raw = {name: value for name, value in ask.request.raw.items() if name not in _OURS}
    sent = raw.get("data")
    data = {name: value for name, value in sent.items() if name not in _OURS_IN_DATA} if isinstance(sent, dict) else {}
    data = _NEEDED | data | {"img": base64.b64encode(frame.data).decode("ascii")}
    if isinstance(data.get("extra"), dict):
        data["extra"] = {name: value for name, value in data["extra"].items() if name not in _OURS_IN_EXTRA}
    own = {name: value for name, value in account.items() if value}
    body: dict[str, Any] = _types(ask) | raw | own | {"data": data}
    return json_text.dumps(body).encode()


def _types(ask: Ask) -> dict[str, Any]:
    """For a request that came in another form than image v4, and names none."""
    has_own = ask.request.type or ask.request.business_type
    return {} if has_own else {"type": "_".join(sorted(ask.types))[:MOST_TYPE_CHARACTERS]}
