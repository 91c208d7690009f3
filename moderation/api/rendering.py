"""Answers as JSON whose numbers are the ones that were sent: no Decimal becomes text, none is rounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import simplejson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

_fallback = JSONEncoder().default  # dates, UUIDs and lazy texts, as DRF writes them


class ExactJSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        return simplejson.dumps(
            data, use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_fallback
        ).encode()
