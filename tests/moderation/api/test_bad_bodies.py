"""Bad input: a 4xx that names every place, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from moderation.models import Case
from tests.factories import bodies
from tests.moderation.api.calls import pointers, post
from tests.world import World

GOOD = json.dumps(bodies.envelope(note="HERE"))


def with_(value: str) -> str:
    return GOOD.replace('"HERE"', value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (" ", "line 1"),
        ("{", "line 1"),
        ('{"a": 1,}', "line 1"),
        (b"\xff\xfe{}", "byte 1"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        (b'{"a": "\xc3"}', "byte 8"),
        ("[" * 10_000, "Nested deeper"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "Nested deeper"),
    ],
    ids=["blank", "cut off", "comma", "UTF-16", "byte order mark", "bad UTF-8", "deep", "deep and closed"],
)
def test_what_is_no_json_is_a_400_that_says_where(client: Client, world: World, body: Any, words: str) -> None:
    answer = post(client, body, world.bearer)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert words in answer.json()["errors"][0]["detail"]


UNKEEPABLE = {
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"\ud800"',
    "surrogates in the wrong order": r'"\udc00\ud800"',
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "400 digits": "1" * 400,
    "1e400": "1e400",
    "twice": '{"k":1,"k":2}',
}


@pytest.mark.parametrize("value", list(UNKEEPABLE.values()), ids=list(UNKEEPABLE))
def test_what_cannot_be_kept_is_a_400_that_points_at_it(client: Client, world: World, value: str) -> None:
    answer = post(client, with_(value), world.bearer)
    assert answer.status_code == 400
    assert pointers(answer) <= {"/result/note", "/result/note/k"}
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["null", "7", '"text"', "true"])
def test_what_is_no_object_or_array_is_a_422(client: Client, world: World, body: str) -> None:
    assert post(client, body, world.bearer).status_code == 422


def test_missing_and_wrong_fields_are_named_all_at_once(client: Client, world: World) -> None:
    body = bodies.envelope(data={"tokenId": "no spaces", "level": 9})
    body["result"] |= {"riskLevel": "MAYBE", "finalResult": 2, "code": "none"}
    del body["result"]["requestId"]
    answer = post(client, body, world.bearer)
    assert answer.status_code == 422
    assert pointers(answer) == {
        "/request/data/tokenId",
        "/request/data/level",
        "/result/riskLevel",
        "/result/finalResult",
        "/result/code",
        "/result/requestId",
    }


@pytest.mark.parametrize("field", ["state", "queue", "caseId", "verdict", "revision"])
def test_what_is_decided_here_is_refused(client: Client, world: World, field: str) -> None:
    answer = post(client, bodies.envelope() | {field: "final"}, world.bearer)
    assert (answer.status_code, pointers(answer)) == (422, {f"/{field}"})


@pytest.mark.parametrize("app_id", ["nobody", "a\0b", ""])
def test_an_app_that_is_not_registered_is_a_422_that_says_so(client: Client, world: World, app_id: str) -> None:
    for query, body in [(f"?appId={app_id}".replace("\0", "%00"), bodies.result())]:
        answer = post(client, body, world.bearer, query=query)
        assert (answer.status_code, pointers(answer)) == (422, {"/appId"})
    assert not Case.objects.exists()


def test_a_key_of_several_apps_must_name_one(client: Client, world: World) -> None:
    answer = post(client, bodies.result(), world.bearer)
    assert (answer.status_code, pointers(answer)) == (422, {"/appId"})


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_another_media_type_is_a_415(client: Client, world: World, kind: str) -> None:
    assert post(client, GOOD, world.bearer, content_type=kind).status_code == 415


def test_a_charset_beside_the_media_type_is_fine(client: Client, world: World) -> None:
    assert post(client, GOOD, world.bearer, content_type="application/json; charset=utf-8").status_code == 201


def test_a_compressed_body_is_a_415(client: Client, world: World) -> None:
    assert post(client, b"\x1f\x8b", {**world.bearer, "Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("field", ["requestId", "btId"])
@pytest.mark.parametrize("value", ["a\nb", "x" * 129, 7, {"x": 1}])
def test_an_id_that_cannot_be_one_is_refused(client: Client, world: World, field: str, value: Any) -> None:
    answer = post(client, bodies.envelope(**{field: value}), world.bearer)
    assert (answer.status_code, pointers(answer)) == (422, {f"/result/{field}"})
