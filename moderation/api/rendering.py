"""Render responses as JSON with exact numbers: no Decimal becomes text, none is rounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import simplejson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

_fallback = JSONEncoder().default  # dates, UUIDs and lazy texts, as DRF writes them


class AnswersAnyway(DefaultContentNegotiation):
    """Uses the first renderer when the caller accepts none: a refusal (406) would lose what the caller sent."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class ExactJSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if isinstance(renderer_context, dict):
            renderer_context.clear()  # breaks a reference cycle around the call (see api_view.py)
        if data is None:
            return b""
        return simplejson.dumps(
            data, use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_fallback
        ).encode()
