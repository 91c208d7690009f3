"""Spans are made where a collector is named, and a process does not start that cannot make them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from moderation.runtime import log_context, tracing
from tests.processes import ROOT

SPAN_WITH_A_LINE = """
import logging, os
from moderation.runtime import logs, tracing
lines = logging.StreamHandler()
lines.setFormatter(logs.JsonLines())
logging.basicConfig(handlers=[lines])
with tracing.span("x"):
    logging.warning("within")
lines.flush()
os._exit(0)  # nothing listens there: no need to wait for that
"""


def test_without_a_collector_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    assert tracing._made == []
    with log_context.about(caseId=1), tracing.span("picture") as span:
        span.answered("500")
        assert tracing.trace_id() == ""
    tracing.ended("attempt", seconds=1.0, failed="late")


def test_a_mistyped_variable_is_told_and_hangs_nothing() -> None:
    """OpenTelemetry logs it while it starts, and each line asks for its trace."""
    env = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_SAMPLER": "mistyped"}
    argv = [sys.executable, "-c", SPAN_WITH_A_LINE]
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert "mistyped" in told[0]["message"]
    assert len(next(line["traceId"] for line in told if line["message"] == "within")) == 32


def test_where_the_packages_are_missing_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr(sys, "path", [])
    for name in [name for name in sys.modules if name.split(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImproperlyConfigured, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set, but .* --group tracing"):
        tracing.is_wanted()
