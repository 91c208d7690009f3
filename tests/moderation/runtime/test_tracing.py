"""Spans are made where a collector is named, and a process does not start that cannot make them."""

from __future__ import annotations

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from moderation.runtime import log_context, tracing


def test_without_a_collector_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing._made.cache_clear()
    with log_context.about(caseId=1), tracing.span("picture") as span:
        span.answered("500")
        assert tracing.trace_id() == ""
    tracing.ended("attempt", seconds=1.0, failed="late")


def test_where_the_packages_are_missing_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr(sys, "path", [])
    for name in [name for name in sys.modules if name.split(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImproperlyConfigured, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set, but .* --group tracing"):
        tracing.is_wanted()
