"""Spans of OpenTelemetry for a collector, where OTEL_EXPORTER_OTLP_ENDPOINT is set: requests, pictures, the engines'
answers, attempts of deliveries.

A span tells what log lines tell (`log_context`), a route instead of a path, and no query, header, address or body: they
name people and secrets. OpenTelemetry's other variables (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER …) count as usual.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from moderation.runtime import log_context

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SERVICE = "second-look"  # unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise
NANOSECONDS = 1_000_000_000
FLUSH_MILLISECONDS = 2000

_made: list[TracerProvider] = []
"""This process's own, once there is one."""
_making = threading.Lock()

Attribute = str | int | float | bool


def is_wanted() -> bool:
    """Raises ImproperlyConfigured where it is asked for and not installed."""
    asked = next((name for name in ENDPOINTS if os.environ.get(name)), None)
    if asked and not _is_installed():
        raise ImproperlyConfigured(
            f"{asked} is set, but OpenTelemetry is not installed. Install it with `uv sync --frozen --group tracing`,"
            " or take the variable out."
        )
    return bool(asked)


def _is_installed() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:  # of what it stands in
        return False


class Traced:
    """A span that has begun, or nothing where none is wanted."""

    def __init__(self, span: Span | None) -> None:
        self._span = span

    def answered(self, status: str) -> None:
        """With this HTTP status, "" for none."""
        if self._span and status:
            self._span.set_attribute("http.response.status_code", int(status))
        if not status or status >= "500":
            self.fail()

    def fail(self, why: str = "") -> None:
        if self._span:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR, why or None)


@contextmanager
def span(name: str | Callable[[], str], *, parent: str = "", is_request: bool = False) -> Iterator[Traced]:
    """What happens in the block. `parent` is the `traceparent` of a caller who has a trace of its own; a `name` that
    takes time to find is a function.
    """
    tracer = _tracer()
    if tracer is None:
        yield Traced(None)
        return
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    told = name if isinstance(name, str) else name()
    kind = SpanKind.SERVER if is_request else SpanKind.INTERNAL
    around = extract({"traceparent": parent}) if parent else None
    # An exception may quote what came in, so its text stays here.
    with tracer.start_as_current_span(
        told, around, kind, record_exception=False, set_status_on_exception=False
    ) as begun:
        traced = Traced(begun)
        try:
            yield traced
        except BaseException as error:
            traced.fail(type(error).__name__)
            raise
        finally:
            begun.set_attributes(_facts())


def ended(name: str, *, seconds: float, failed: str = "", **more: Attribute) -> None:
    """A span that ends now and took so long; part of the one around this. `failed` is the code of a message."""
    tracer = _tracer()
    if tracer is None:
        return
    now = time.time_ns()
    begun = tracer.start_span(name, start_time=now - round(seconds * NANOSECONDS), attributes=_facts() | more)
    if failed:
        Traced(begun).fail(failed)
    begun.end(now)


def trace_id() -> str:
    """Of the span around this, as collectors show it; "" without one. It makes no provider: log lines ask for it, those
    too that OpenTelemetry writes meanwhile.
    """
    if not _made:
        return ""
    from opentelemetry.trace import format_trace_id, get_current_span

    context = get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else ""


def _facts() -> dict[str, Any]:
    return {name: value for name, value in log_context.facts().items() if value is not None}


def flush() -> None:
    """Send what is gathered, where a process ends without telling Python."""
    for provider in _made:
        provider.force_flush(timeout_millis=FLUSH_MILLISECONDS)


def _tracer() -> Tracer | None:
    """Of the provider that is made with the first span of a process: its thread would not live on in a fork. What is
    left is sent at exit.
    """
    if not _made and is_wanted():
        with _making:
            if not _made:
                _made.append(_provider())
    return _made[0].get_tracer(SERVICE) if _made else None


def _provider() -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create(_resource()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _resource() -> Mapping[str, Attribute]:
    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return {"process.pid": os.getpid()} | ({} if named else {"service.name": SERVICE})


def _forget() -> None:
    global _making
    _making = threading.Lock()  # a thread that is not in this process may have it
    _made.clear()


os.register_at_fork(after_in_child=_forget)
