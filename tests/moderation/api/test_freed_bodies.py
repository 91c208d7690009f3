"""A call's body is freed when the call is answered, not when Python next looks for circles of objects."""

from __future__ import annotations

import gc
import io
import json
import sys
from collections.abc import Iterator
from typing import Any
from weakref import ref

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from moderation.api import api_view
from moderation.callbacks import addresses
from moderation.runtime.freed_requests import FreeingHandler
from moderation.runtime.request_slots import awaited
from tests.factories import bodies
from tests.world import World


class Body(io.BytesIO):
    """One that a weak reference can point at."""


def large(**changes: Any) -> bytes:
    sent = bodies.envelope()
    sent["result"] |= {"auxInfo": {"padding": "x" * 200_000}, **changes}
    return json.dumps(sent).encode()


CALLS = {
    "a result": ("/api/v1/results", large(), 201),
    "a batch": ("/api/v1/results", b"[" + large() + b"," + large() + b"]", 200),
    "a wrong result": ("/api/v1/results", large(riskLevel=7), 422),
    "no JSON": ("/api/v1/results", large()[:-1], 400),
    "no key": ("/api/v1/results?anonymous", large(), 401),
    "a callback": ("/callbacks/known", large(), 200),
    "a callback to quarantine": ("/callbacks/known", large()[:-1], 200),
    "a stranger's callback": ("/callbacks/unknown", large(), 404),
    "the wrong method": ("/api/v1/events", large(), 405),
    "a decision without a session": ("/review/api/decide", large(), 401),
    "nobody's address": ("/api/v1/nothing", large(), 404),
    "a log-in": ("/accounts/login/", b"password=" + b"x" * 200_000, 403),
}


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", CALLS)
def test_the_body_is_freed_with_the_answer(cast: World, name: str, no_collection: None) -> None:
    _, secret = addresses.create(name="service", app=cast.web, by=cast.dave)
    path, sent, expected = CALLS[name]
    path = path.replace("/known", f"/{secret}")
    bearer = {} if "anonymous" in path else {"HTTP_AUTHORIZATION": cast.bearer["Authorization"]}
    handler = FreeingHandler()
    call(handler, path, sent, bearer)  # what is loaded once
    status, body, response = call(handler, path, sent, bearer)
    assert status in (expected, 200)
    assert body() is None
    assert response() is None


def test_a_decision_of_a_person_is_freed_too(cast: World, client: Client, no_collection: None) -> None:
    handler = FreeingHandler()
    client.force_login(cast.dave)
    cookie = {"HTTP_COOKIE": "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())}
    status, body, _ = call(handler, "/review/api/decide", large(), cookie)
    assert status == 403  # without its CSRF header
    assert body() is None


def test_every_call_for_json_is_made_so() -> None:
    made = [view for view in views(get_resolver().url_patterns) if "WrappedAPIView" in str(getattr(view, "cls", ""))]
    assert made
    assert all(view.cls.dispatch is api_view._dispatch for view in made)


def views(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield from getattr(pattern.callback, "views", {"": pattern.callback}).values()


def call(
    handler: FreeingHandler, path: str, sent: bytes, more: dict[str, str]
) -> tuple[int, ref[Body], ref[HttpResponse]]:
    source = Body(sent)
    statuses: list[str] = []

    def start(status: str, headers: Any, error: Any = None) -> Any:
        statuses.append(status)

    response: Any = handler(awaited(environ(path, source, len(sent)) | more), start)
    b"".join(response)
    response.close()
    return int(statuses[0][:3]), ref(source), ref(response)


def environ(path: str, source: Body, length: int) -> dict[str, Any]:
    form = path.startswith("/accounts")
    address, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if form else "application/json",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": source,
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
    }
