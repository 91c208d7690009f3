"""Any JSON value at any field: never a 500, never half a case, and what was accepted comes back as it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.models import Case, MachineResult, PictureFetch
from review.models import ReviewTask
from tests.factories import bodies
from tests.world import World

Path = tuple[str | int, ...]

NUMBERS = st.one_of(
    st.integers(),
    st.integers(min_value=10**20, max_value=10**60),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30),
    st.sampled_from(["1E400", "-0.0", "1.10", "0.12345678901234567890123", "9" * 300]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=40))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[key] = replaced(value[key], tuple(rest), new)
    return copied


def text_of(value: Any) -> str:
    """JSON text in which numbers stand as they are written here."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(key)}:{text_of(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ",".join(map(text_of, value)) + "]"
        case Decimal():
            return str(value)
        case str() if value in ("1E400", "-0.0", "1.10", "0.12345678901234567890123", "9" * 300):
            return value
    return json.dumps(value)


def exact(text: str) -> Any:
    """Numbers as decimals, members in their order."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=list)


def written() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (Case, MachineResult, PictureFetch))


FULL = bodies.envelope(data={"streamInfo": {"streamId": "s", "frameTime": 1_790_000_000_000, "similarDedup": True}})
PLACES = [path for path in paths(FULL) if path]


@pytest.mark.django_db
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(place=st.sampled_from(PLACES), value=VALUES, as_batch=st.booleans())
def test_any_value_at_any_field(client: Client, world: World, place: Path, value: Any, as_batch: bool) -> None:
    sent = replaced({**FULL, "result": {**FULL["result"], "requestId": bodies.request_id()}}, place, value)
    text, before = text_of(sent), written()
    body = f"[{text}]" if as_batch else text
    answer = client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    assert answer.status_code < 500, answer.content
    accepted = answer.status_code in (200, 201) and "errors" not in answer.json().get("items", [{}])[0]
    kept = [after - earlier for after, earlier in zip(written(), before, strict=True)]
    assert kept in ([1, 1, 1], [0, 1, 0], [0, 0, 0]) if accepted else kept == [0, 0, 0]
    if accepted and kept == [1, 1, 1]:
        case = Case.objects.latest("pk")
        assert (case.state == "queued") == ReviewTask.objects.filter(case=case).exists()
        check_comes_back(client, world, case, text)


def check_comes_back(client: Client, world: World, case: Case, text: str) -> None:
    url = f"/api/v1/results/{case}?appId={case.app.app_id}"
    told = client.get(url, headers=world.bearer)
    assert told.status_code == 200
    ((_, result),) = [pair for pair in exact(told.content.decode()) if pair[0] == "machineResult"]
    ((_, posted),) = [pair for pair in exact(text) if pair[0] == "result"]
    assert result == posted
