"""What the clients in other languages are generated from: the machines' calls, in shapes that generators know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from clients.document import for_generators, simple


@cache
def made() -> Any:
    return for_generators(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


def parts(part: Any) -> Iterator[Any]:
    yield part
    children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for child in children:
        yield from parts(child)


def operation(path: str, verb: str = "post") -> Any:
    return made()["paths"][path][verb]


def body(of: Any) -> Any:
    return of["content"]["application/json"]["schema"]


def test_it_has_the_machines_calls_alone() -> None:
    paths = made()["paths"]
    assert {"/image/v4", "/v1/image/check", "/api/v1/results/{request_id}", "/api/v1/policy/draft"} <= set(paths)
    assert not [path for path in paths if path.startswith(("/review/", "/callbacks/"))]
    assert set(made()["components"]["schemas"]) == {"Problem"}
    calls = [call for verbs in paths.values() for call in verbs.values()]
    assert all(call["security"] == [{"accessKey": []}] for call in calls)
    assert {call["tags"][0] for call in calls} == {"image", "results", "policy"}


def test_no_shape_has_alternatives_or_fixed_values() -> None:
    objects = [one for one in parts(made()["paths"]) if isinstance(one, dict)]
    assert len(objects) > 500
    assert [
        one for one in objects if {"oneOf", "enum", "const", "examples"} & set(one) and "properties" not in one
    ] == []


def test_bodies_have_names_that_the_smoke_scripts_use() -> None:
    check = operation("/v1/image/check")
    assert body(check["requestBody"])["title"] == "CheckImageCall"
    answer = body(check["responses"]["200"])
    assert (answer["title"], answer["required"]) == ("CheckImageAnswer", ["request_id", "code"])
    assert {"decision", "labels", "code", "message"} <= set(answer["properties"])
    assert answer["properties"]["code"] == {"type": "integer"}
    assert answer["properties"]["decision"] == {"type": "string"}


TEXT, COUNT = {"type": "string"}, {"type": "integer"}


def an_object(required: list[str], **properties: Any) -> Any:
    return {"type": "object", "required": required, "properties": properties}


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"enum": ["a", "b"]}, TEXT),
        ({"enum": ["a", None]}, {"type": ["null", "string"]}),
        ({"const": 1100}, COUNT),
        ({"enum": [True]}, {"type": "boolean"}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": ["string", "integer"]}, {"description": ""}),
        ({"oneOf": [TEXT, {"type": "array"}], "description": "x"}, {"description": "x"}),
        ({"oneOf": [an_object(["a"], a=TEXT), {"type": "null"}]}, an_object(["a"], a=TEXT)),
        (
            {"oneOf": [an_object(["a", "b"], a=TEXT, b={"const": 1}), an_object(["b"], b={"enum": [2]}, c=TEXT)]},
            an_object(["b"], a=TEXT, b=COUNT, c=TEXT),
        ),
        ({"oneOf": [an_object([], a=TEXT), an_object([], a=COUNT)]}, an_object([], a={})),
    ],
)
def test_a_shape_becomes_a_plain_one(sent: Any, made: Any) -> None:
    assert simple(sent) == made
