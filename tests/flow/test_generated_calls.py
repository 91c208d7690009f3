"""Calls made up from the OpenAPI document, sent to a real web process: whatever comes, no 5xx, and every answer is
one that the document describes. GENERATED_CALLS=2000 sends so many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, checks
from schemathesis.core.result import Ok

from moderation.callbacks import addresses
from moderation.models import Delivery
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_SECONDS
from tests.world import World, build

Call = APIOperation[Any, Any, Any, Any]
MadeUp = Case[Any]
CALLS = int(os.environ.get("GENERATED_CALLS", "300"))
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def house(transactional_db: None, settings: Any) -> World:
    """Cases that wait and cases that were decided, with their deliveries."""
    settings.UNDO_SECONDS = 0
    world = build()
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web, count=30)
    tasks.waiting(world.nudity, app=world.other_app, count=3)
    for _ in range(8):
        decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    Delivery.objects.filter(pk__in=Delivery.objects.all()[:3]).update(state="dead", ended_at="2026-01-01T00:00Z")
    return world


@pytest.fixture
def web(house: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with run_app(tmp_path_factory.mktemp("web") / "logs") as running:
        yield running


@pytest.mark.timeout(PATIENCE_SECONDS + 4 * CALLS)
def test_whatever_is_called_the_answer_is_as_described(house: World, web: RunningApp) -> None:
    document = schemathesis.openapi.from_url(f"{web.url}/api/schema/?format=json", headers=house.bearer)
    calls: list[Call] = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    ours = [call for call in calls if call.path.startswith(("/api/v1/", "/callbacks/"))]
    known: dict[str, list[Any]] = {
        "request_id": list(house.web.case_set.values_list("request_id", flat=True)[:10]),
        "secret": [addresses.create(name="theirs", app=house.web, by="tests")[1]],
        "delivery_id": list(Delivery.objects.values_list("pk", flat=True)),
    }
    assert len(ours) >= 7
    for call in ours:
        for mode in GenerationMode:
            send(call, mode, known, house.bearer, times=CALLS // (2 * len(ours)) + 1)


def send(
    call: Call,
    mode: GenerationMode,
    known: dict[str, list[Any]],
    headers: dict[str, str],
    *,
    times: int,
) -> None:
    made_up = call.as_strategy(mode)
    names = [name for name in known if f"{{{name}}}" in call.path]
    if names:
        of_something = st.fixed_dictionaries({name: st.sampled_from(known[name]) for name in names})
        made_up = st.one_of(made_up, st.builds(about, made_up, of_something))

    @settings(
        max_examples=times,
        deadline=None,
        derandomize="GENERATED_CALLS" not in os.environ,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made_up)
    def check(case: MadeUp) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=PATIENCE_SECONDS)

    check()


def about(case: MadeUp, parameters: dict[str, Any]) -> MadeUp:
    """The same call, about something that there is."""
    case.path_parameters = parameters
    return case
