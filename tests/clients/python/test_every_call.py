"""The client has every call that our OpenAPI document has for machines, in both kinds, without Django."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import httpx
from drf_spectacular.generators import SchemaGenerator

from clients.document import group_of
from second_look import Client, SecondLookError, item, parts
from tests.clients.python.conftest import QUICK

PICTURE: dict[str, Any] = {"image": b"x", "token_id": "u_1", "type": "EROTIC"}
BATCH: dict[str, Any] = {"images": [item("a", image=b"x")], "type": "EROTIC", "token_id": "u_1"}
BACK = {"callback": "https://x.test/back"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "image.check": {"image": b"x"},
    "image.moderate": PICTURE,
    "image.submit": PICTURE | BACK,
    "image.moderate_batch": BATCH,
    "image.submit_batch": BATCH | BACK,
    "image.query": {"request_id": "r"},
    "image.query_many": {"request_ids": ["r"]},
    "results.post": {"result": {}},
    "results.post_batch": {"items": [{}]},
    "results.get": {"request_id": "r"},
    "deliveries.redeliver": {"delivery_id": "7"},
    "policy.save": {"policy": {}, "base": 1},
    "policy.discard": {"version": 1},
    "policy.get_replay": {"replay_id": "7"},
    "policy.roll_back": {"number": 1},
}
PARAMETER = re.compile(r"\{\w+\}")


def described() -> set[tuple[str, str]]:
    """Method and path of each call, as a pattern."""
    document: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    calls = [(path, verb) for path, verbs in document["paths"].items() if group_of(path) for verb in verbs]
    return {(verb.upper(), PARAMETER.sub("[^/]+", path)) for path, verb in calls}


def sent() -> Iterator[tuple[str, str]]:
    """Method and path of what every method of the client sends."""
    received: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append(request)
        return httpx.Response(404)

    client = Client(
        "https://x.test", api_key="k", retries=QUICK, http=httpx.Client(transport=httpx.MockTransport(answer))
    )
    for name, method in methods(client):
        try:
            told = method(**ARGUMENTS.get(name, {}))
            _ = list(told) if inspect.isgenerator(told) else told
        except SecondLookError:
            continue
        raise AssertionError(f"{name} sent nothing")
    return ((one.method, one.url.path) for one in received)


def methods(client: Client) -> Iterator[tuple[str, Any]]:
    for part in ("image", "results", "events", "deliveries", "policy"):
        of = getattr(client, part)
        yield from ((f"{part}.{name}", getattr(of, name)) for name in dir(of) if not name.startswith("_"))


def test_every_call_of_the_document_has_a_method_and_no_method_calls_anything_else() -> None:
    wanted, made = described(), list(sent())
    assert len(wanted) > 15
    answered = [{one for one in wanted if one[0] == verb and re.fullmatch(one[1], path)} for verb, path in made]
    assert all(answered)
    assert set().union(*answered) == wanted


def test_both_kinds_of_client_have_the_same_calls() -> None:
    kinds = {name: kind for name, kind in vars(parts).items() if inspect.isclass(kind) and issubclass(kind, parts.Part)}
    del kinds["Part"]
    assert len(kinds) == 5
    for name, kind in kinds.items():
        other = getattr(parts, f"Async{name}")
        calls = {call: method for call, method in vars(kind).items() if not call.startswith("_")}
        assert calls.keys() == {call for call in vars(other) if not call.startswith("_")}
        for call, method in calls.items():
            assert method.__wrapped__ is vars(other)[call].__wrapped__, f"{name}.{call}"
