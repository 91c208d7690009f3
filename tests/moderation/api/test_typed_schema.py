"""The OpenAPI schema of a type."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from moderation.api.typed_schema import Also, schema_of


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


class Inner(TypedDict):
    n: Annotated[int, Also(minimum=0)]


class Outer(Inner):
    name: str | None
    inner: Inner | None
    parts: list[Inner]
    level: Level | None
    anything: NotRequired[dict[str, Any]]


INNER = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 0}}}


def test_a_typed_dict_is_an_object_with_what_it_inherits() -> None:
    assert schema_of(Outer) == {
        "type": "object",
        "required": ["n", "name", "inner", "parts", "level"],
        "properties": {
            "n": {"type": "integer", "minimum": 0},
            "name": {"type": ["string", "null"]},
            "inner": {"oneOf": [INNER, {"type": "null"}]},
            "parts": {"type": "array", "items": INNER},
            "level": {"enum": ["low", "high", None]},
            "anything": {"type": "object"},
        },
    }


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Literal["a", "b"], {"enum": ["a", "b"]}),
        (Annotated[Any, Also({"$ref": "#/x"})], {"$ref": "#/x"}),
        (
            Annotated[list[float], Also(minItems=4)] | None,
            {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4},
        ),
        (bool, {"type": "boolean"}),
    ],
)
def test_what_an_object_is_made_of(kind: Any, schema: dict[str, Any]) -> None:
    assert schema_of(kind) == schema


def test_a_choice_of_two_types_is_refused() -> None:
    with pytest.raises(TypeError, match="one type or None"):
        schema_of(int | str)
