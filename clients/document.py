"""The OpenAPI document as generators of typed clients get on with it: the machines' calls alone, in plain shapes.

An answer that is one of several objects becomes one object with the fields of all: its `code` says which it is. Values
of an enumeration become plain ones, so that a value which comes later is no error in a client of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]
GROUPS: Mapping[str, str] = {
    "/image/v4": "image",
    "/images/v4": "image",
    "/v4/image/query": "image",
    "/v1/image/check": "image",
    "/api/v1/results": "results",
    "/api/v1/events": "results",
    "/api/v1/deliveries": "results",
    "/api/v1/policy": "policy",
}
"""Which class of a client has the calls below a path."""
_SHOWN_ONLY = ("example", "examples", "default")
_TYPES = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))


def for_generators(document: Schema) -> Schema:
    paths = {path: _call(path, calls) for path, calls in document["paths"].items() if group_of(path)}
    known = {name: simple(schema) for name, schema in document["components"]["schemas"].items()}
    components = {"schemas": {name: known[name] for name in _named(paths)}}
    components["securitySchemes"] = {"accessKey": document["components"]["securitySchemes"]["accessKey"]}
    return {**document, "paths": paths, "components": components}


def group_of(path: str) -> str:
    """ "" for a path that is not called by machines."""
    return next((group for start, group in GROUPS.items() if f"{path}/".startswith(f"{start}/")), "")


def simple(schema: Any) -> Any:
    """The same shape without alternatives, enumerations and examples."""
    if isinstance(schema, list):
        return [simple(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: simple(value) for name, value in schema.items() if name not in _SHOWN_ONLY}
    if "oneOf" in kept:
        return _joined(kept)
    values = kept.pop("enum", None) or [kept.pop("const", None)]
    if "type" not in kept and values != [None]:
        kept["type"] = _type_of(values)
    return {"description": kept.get("description", "")} if _has_several(kept) else kept


def _call(path: str, calls: Schema) -> Schema:
    return {verb: _operation(call, group_of(path)) for verb, call in calls.items()}


def _operation(call: Schema, group: str) -> Schema:
    told: Schema = simple(call) | {"tags": [group], "security": [{"accessKey": []}]}
    name = told["operationId"][0].upper() + told["operationId"][1:]
    _entitle(told.get("requestBody", {}), f"{name}Call")
    for status, answer in told["responses"].items():
        if status.startswith("2"):
            _entitle(answer, f"{name}Answer")
    return told


def _entitle(body: Schema, title: str) -> None:
    """What the class of this body is called."""
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if "properties" in schema:
        schema["title"] = title


def _joined(schema: Schema) -> Schema:
    """One object with the fields of all; anything, where one of them is no object; null is for all of them."""
    several = [one for one in schema.pop("oneOf") if one.get("type") != "null"]
    if any("properties" not in one for one in several):
        return {"description": schema.get("description", "")}
    names = {name: None for one in several for name in one["properties"]}
    properties = {
        name: _one([one["properties"][name] for one in several if name in one["properties"]]) for name in names
    }
    required = set.intersection(*(set(one.get("required", ())) for one in several))
    return {"type": "object", "properties": properties, "required": [one for one in names if one in required]}


def _one(found: list[Schema]) -> Schema:
    """The shape that fits all of these."""
    first, *others = found
    if all(one == first for one in others):
        return first
    types = {str(one.get("type")) for one in found}
    return {"type": first["type"]} if types == {str(first.get("type"))} and "type" in first else {}


def _type_of(values: list[Any]) -> Any:
    names = sorted({next((name for kind, name in _TYPES if isinstance(one, kind)), "null") for one in values})
    return names[0] if len(names) == 1 else names


def _has_several(schema: Schema) -> bool:
    """Whether it may be of several types, beside null."""
    types = schema.get("type")
    return isinstance(types, list) and len(set(types) - {"null"}) > 1


def _named(part: Any) -> Iterator[str]:
    """The components that are referred to."""
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference.rpartition("/")[2]
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)
