"""With OTEL_EXPORTER_OTLP_ENDPOINT a collector hears of a case from every process, and of nobody by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from moderation.models import Delivery
from tests.customer import Customer
from tests.customer import customer as serving
from tests.factories import bodies, pictures
from tests.flow.test_log_lines import DISPATCHER, decide, lines
from tests.flow.test_main_job import post, subscribe
from tests.processes import RunningApp, run_app
from tests.waiting import wait_for
from tests.world import World

CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRET = "planted-secret-7"


@pytest.fixture
def collector() -> Iterator[Customer]:
    with serving() as found:
        yield found


@pytest.fixture
def traced(committed_world: World, collector: Customer, tmp_path: Path) -> Iterator[RunningApp]:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with run_app(tmp_path / "logs", LOG_FORMAT="json", LOG_EACH="true", UNDO_SECONDS="0", **settings) as app:
        app.start_worker()
        app.start("dispatcher", DISPATCHER)
        yield app


def spans(collector: Customer) -> list[dict[str, Any]]:
    found = []
    for one in list(collector.received):
        assert one.path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(one.body).resource_spans:
            about = _attributes(resource.resource.attributes)
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                told = {"trace": span.trace_id.hex(), "name": span.name, "is_error": span.status.code == 2}
                found.append(about | told | _attributes(span.attributes))
    return found


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


def told(collector: Customer, **about: Any) -> list[dict[str, Any]]:
    return [span for span in spans(collector) if about.items() <= span.items()]


def test_a_case_is_told_from_the_call_to_the_delivery(
    traced: RunningApp, committed_world: World, receiver: Customer, collector: Customer
) -> None:
    subscribe(committed_world, receiver)
    receiver.replies = [500]
    body = bodies.envelope(img=receiver.serve("/a.jpg", pictures.still()), tokenId=SECRET)
    headers = {"traceparent": f"00-{CALLERS_TRACE}-b7ad6b7169203331-01"} | committed_world.bearer
    answer = httpx.post(f"{traced.url}/api/v1/results?secret={SECRET}", json=body, headers=headers, trust_env=False)
    case = int(answer.json()["caseId"])
    assert decide(traced, committed_world).status_code == 200

    wait_for(lambda: told(collector, name="picture", caseId=case), what="the span of the picture", tell=traced)
    wait_for(lambda: told(collector, name="attempt", caseId=case), what="the span of the attempt", tell=traced)
    wait_for(lambda: told(collector, name="POST /api/v1/results"), what="the span of the call", tell=traced)
    (called,) = told(collector, name="POST /api/v1/results")
    expected = {"service.name": "second-look", "http.response.status_code": 201, "caseId": case, "is_error": False}
    assert expected.items() <= called.items()
    assert called["trace"] == CALLERS_TRACE
    assert lines(traced, "web", traceId=CALLERS_TRACE, caseId=case)
    attempt = told(collector, name="attempt", caseId=case)[0]
    assert attempt["is_error"]
    assert attempt["webhookId"] == Delivery.objects.get().webhook_id
    assert SECRET.encode() not in b"".join(one.body for one in collector.received)
    processes = {span["process.pid"] for span in spans(collector)}
    assert len(processes) >= 2


def test_nothing_listens_there_and_everything_goes_on(committed_world: World, tmp_path: Path) -> None:
    with run_app(tmp_path / "logs", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as app:
        assert post(app, committed_world, bodies.envelope())["caseId"]
