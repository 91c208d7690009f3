"""Derive OpenAPI 3.1 schemas from types, so that a response and its description are one declaration."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Any: {},
}


class Also:
    """What an annotation adds to the schema of its type."""

    def __init__(self, schema: Schema | None = None, /, **more: Any) -> None:
        self.schema = (schema or {}) | more


def schema_of(kind: Any) -> Schema:
    """`kind` is a TypedDict, or what one is made of: str, int, float, bool, list, Literal, an Enum, `… | None`.
    Annotated adds to it: `Annotated[int, Also(minimum=0)]`.
    """
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_typeddict(kind):
        return _object(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        added: Also = arguments[1]
        return schema_of(arguments[0]) | added.schema
    if origin in (list, tuple):
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return _optional(arguments)
    return {"type": "object"}  # a mapping with arbitrary keys


def _object(kind: Any) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    required = [name for name, hint in hints.items() if get_origin(hint) is not NotRequired]
    properties = {name: schema_of(hint if name in required else get_args(hint)[0]) for name, hint in hints.items()}
    return {"type": "object", "required": required, "properties": properties}


def _optional(arguments: tuple[Any, ...]) -> Schema:
    if NoneType not in arguments or len(arguments) != 2:
        raise TypeError(f"say {arguments} as one type, or as one type or None")
    given = schema_of(next(one for one in arguments if one is not NoneType))
    if "enum" in given:
        return given | {"enum": [*given["enum"], None]}
    if isinstance(given.get("type"), str) and given["type"] != "object":
        return given | {"type": [given["type"], "null"]}
    return {"oneOf": [given, {"type": "null"}]}
