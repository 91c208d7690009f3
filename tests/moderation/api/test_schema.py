"""The OpenAPI document against what runs: every call is in it, its examples fit it, and so do real errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from moderation.api import problems, urls
from tests.factories import bodies
from tests.moderation.api.calls import RESULTS, post
from tests.moderation.api.test_access import bearer
from tests.moderation.api.test_deliveries import DEAD, delivery, press
from tests.world import World

ALWAYS = {"401", "403", "422", "429", "503"}


@pytest.fixture
def document(client: Client, world: World) -> Any:
    answer = client.get("/api/schema/?format=json", headers=world.bearer)
    assert answer.status_code == 200
    return answer.json()


def calls(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, operations in document["paths"].items():
        if path.startswith("/api/v1/"):
            for method, operation in operations.items():
                yield path, method, operation


def fits(value: Any, schema: Any, document: Any) -> None:
    Draft202012Validator(schema | {"components": document["components"]}).validate(value)


def test_it_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    validate_schema(document)  # type: ignore[no-untyped-call] # drf-spectacular has no types


def methods_of(view: Any) -> set[str]:
    return {method.lower() for method in getattr(view, "views", view.cls().allowed_methods)} - {"options", "head"}


def test_every_call_that_runs_is_in_it_and_no_other(document: Any) -> None:
    described: dict[str, set[str]] = {}
    for path, method, _ in calls(document):
        described.setdefault(path, set()).add(method)
    running = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    views = {pattern.pattern: pattern.callback for pattern in running if pattern.callback != problems.nothing_here}
    names = {str(route): re.sub(r"<\w+:(\w+)>", r"{\1}", str(route)) for route in views}
    assert described == {f"/api/v1/{names[str(route)]}": methods_of(view) for route, view in views.items()}


def test_every_call_is_named_explained_and_signed_in_to(document: Any) -> None:
    named = [operation["operationId"] for _, _, operation in calls(document)]
    assert len(named) == len(set(named)) >= 6
    for _, _, operation in calls(document):
        assert operation["summary"]
        assert operation["security"] == [{"accessKey": []}]
    assert document["components"]["securitySchemes"]["accessKey"]["scheme"] == "bearer"


def test_the_gateways_calls_take_the_key_in_the_header_or_in_the_body(document: Any) -> None:
    for path in ("/image/v4", "/images/v4", "/v4/image/query", "/v1/image/check"):
        assert document["paths"][path]["post"]["security"] == [{"accessKey": []}, {}]


def test_every_error_is_a_problem_document_and_every_kind_is_told(document: Any) -> None:
    for path, method, operation in calls(document):
        answers = operation["responses"]
        errors = {status for status in answers if status >= "400"}
        wanted = ALWAYS | ({"404"} if "{" in path else set())
        wanted |= {"400", "413", "415"} if "requestBody" in operation else set()
        assert wanted <= errors, (path, method)
        for status in errors:
            assert list(answers[status]["content"]) == [problems.CONTENT_TYPE]
            assert answers[status]["description"]
        assert set(answers["429"]["headers"]) == set(answers["503"]["headers"]) == {"Retry-After"}
    assert "409" in document["paths"]["/api/v1/deliveries/{delivery_id}/redeliver"]["post"]["responses"]


def test_every_call_has_examples_and_they_fit(document: Any) -> None:
    callback = document["paths"]["/callbacks/{secret}"]["post"]
    for path, method, operation in [*calls(document), ("/callbacks/{secret}", "post", callback)]:
        successes = [answer for status, answer in operation["responses"].items() if status < "300"]
        for part in [operation["requestBody"], *successes] if "requestBody" in operation else successes:
            content = part["content"]["application/json"]
            shown = [example["value"] for example in content.get("examples", {}).values()]
            assert shown, (path, method)
            for value in shown:
                fits(value, content["schema"], document)


def test_every_answer_of_the_stage_has_an_example_that_fits(document: Any) -> None:
    """That what runs fits as well is held by tests.described."""
    for path, operations in document["paths"].items():
        for operation in operations.values() if path.startswith("/review/api/") else ():
            contents = [answer["content"] for answer in operation["responses"].values() if "content" in answer]
            assert {"401", "403", "422", "503"} <= set(operation["responses"]), path
            for content in (each for one in contents for each in one.values()):
                shown = [example["value"] for example in content.get("examples", {}).values()]
                for value in shown or [content["example"]]:
                    fits(value, content["schema"], document)


def test_the_document_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    reset_generator_stats()
    SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS
    assert "Warning" not in capsys.readouterr().err


def test_the_errors_that_come_are_as_described(client: Client, world: World, document: Any, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    reader, other = bearer(), bearer(app=world.other_app)
    one = delivery(world, **DEAD | {"state": "cancelled"})
    answers = {
        (RESULTS, 400): post(client, "{", world.bearer),
        (RESULTS, 401): post(client, {}, {}),
        (RESULTS, 403): post(client, bodies.envelope(), other),
        (RESULTS, 413): post(client, "{", world.bearer, CONTENT_LENGTH=str(64 * 1024 * 1024 + 1)),
        (RESULTS, 415): post(client, "{", world.bearer, content_type="text/plain"),
        (RESULTS, 422): post(client, {}, world.bearer),
        ("/api/v1/results/{request_id}", 404): client.get(f"{RESULTS}/none", headers=reader),
        ("/api/v1/deliveries/{delivery_id}/redeliver", 404): press(client, world.bearer, 0),
        ("/api/v1/deliveries/{delivery_id}/redeliver", 409): press(client, world.bearer, one),
        ("/api/v1/events", 422): client.get("/api/v1/events?limit=0", headers=world.bearer),
        ("/api/v1/deliveries", 403): client.get("/api/v1/deliveries", headers=reader),
    }
    for (path, status), answer in answers.items():
        assert answer.status_code == status, answer.content
        as_described(answer, document, path)


def as_described(answer: Any, document: Any, path: str) -> None:
    operation = document["paths"][path][answer.wsgi_request.method.lower()]
    told = operation["responses"][str(answer.status_code)]["content"]
    assert list(told) == [answer["Content-Type"]]
    fits(answer.json(), told[answer["Content-Type"]]["schema"], document)
    assert answer.json()["status"] == answer.status_code


def test_what_says_wait_says_how_long(
    client: Client, world: World, document: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INGEST_RATE = 0.01
    headers = bearer()
    busy = [client.get("/api/v1/events", headers=headers) for _ in range(2)][-1]

    def down(*args: Any) -> None:
        raise OperationalError("the database is starting up")

    monkeypatch.setattr("accounts.auth.authentication.find", down)
    away = client.get("/api/v1/events", headers=headers)
    for answer, status in ((busy, 429), (away, 503)):
        assert answer.status_code == status
        assert int(answer["Retry-After"]) > 0
        as_described(answer, document, "/api/v1/events")


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_below_the_interface_nothing_else_answers_and_says_so_as_a_problem(client: Client, method: str) -> None:
    for address in ("/api/v1/nothing", "/api/v1/results/", "/api/v1/deliveries/x/redeliver", "/api/v1/a%0Ab"):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, problems.CONTENT_TYPE)
