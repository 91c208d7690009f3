"""Every parameter of image v4, on both sides of its limits; every mistake is named, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts import access_keys
from moderation.models import Case
from tests.moderation.gateway.calling import IMAGE, as_base64, call, picture, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import StubEngine
from tests.world import World

PASS_THROUGH = {"a": "x" * 1015}  # 1,024 characters as JSON
STREAM = {"streamId": "s", "similarDedup": True, "frameTime": 1_732_000_000_000, "timeWindow": 10}


def sent(client: Client, world: World, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return post(client, IMAGE, call(data=data, **changes), world.bearer)


@pytest.mark.parametrize(
    "changes",
    [
        {"appId": "web", "eventId": "e" * 64, "type": "T" * 64, "businessType": "B" * 128},
        {"type": None, "businessType": "LOGO"},
        {"accessKey": "k" * 20},
        {"acceptLang": "zh"},
        {"someField": {"of": "tomorrow"}},
    ],
)
def test_what_the_document_allows_beside_the_picture(
    world: World, client: Client, engine: StubEngine, changes: dict[str, Any]
) -> None:
    assert sent(client, world, **changes)["code"] == 1100


@pytest.mark.parametrize(
    "data",
    [
        {"tokenId": "a" * 64},
        {"dataId": "d" * 128},
        {"deviceId": "d" * 128},
        {"lang": None},
        {"lang": "ar"},
        {"interval": 1, "maxFrame": 1},
        {"interval": 2**31 - 1, "maxFrame": 20},
        {"level": 0},
        {"level": 4},
        {"gender": "2"},
        {"ip": "2001:db8::1"},
        {"nickname": "n" * 151},
        {"nickname": 17},
        {"imgCompareBase": "https://pictures.example/face.jpg"},
        {"receiveTokenId": "r_1-Z"},
        {"extra": {"isIgnoreTls": True, "isTokenSeparate": 1, "room": "r" * 64, "passThrough": PASS_THROUGH}},
        {"streamInfo": STREAM | {"riskNum": 5, "streamId": "s" * 64}},
        {"streamInfo": {"similarDedup": False}},
    ],
)
def test_what_it_allows_in_data(world: World, client: Client, engine: StubEngine, data: dict[str, Any]) -> None:
    answer = sent(client, world, data)
    assert (answer["code"], answer["message"]) == (1100, "success")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"eventId": None}, "eventId"),
        ({"eventId": "e" * 65}, "eventId"),
        ({"eventId": 17}, "eventId"),
        ({"type": None}, "type"),
        ({"type": "T" * 65}, "type"),
        ({"businessType": "B" * 129}, "businessType"),
        ({"callback": "ftp://a.example/x"}, "callback"),
        ({"callback": "http://" + "a" * 1100 + ".example/"}, "callback"),
        ({"callback": "https://user:pw@a.example/"}, "callback"),
        ({"acceptLang": "fr"}, "acceptLang"),
        ({"data": [1]}, "data"),
    ],
)
def test_what_it_does_not(
    world: World, client: Client, engine: StubEngine, changes: dict[str, Any], named: str
) -> None:
    body = call() | changes
    body = {name: value for name, value in body.items() if value is not None}
    refused(post(client, IMAGE, body, world.bearer), named)
    assert not engine.shown


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"img": None}, "data.img"),
        ({"img": ""}, "data.img"),
        ({"img": 17}, "data.img"),
        ({"img": "no base64 §"}, "data.img"),
        ({"img": "https://pictures.example/" + "a" * 1000}, "data.img"),
        ({"img": as_base64(b"")}, "data.img"),
        ({"img": as_base64(b"GIF89a no picture")}, "data.img"),
        ({"backupUrl": "https://pictures.example/" + "a" * 1000}, "data.backupUrl"),
        ({"tokenId": None}, "data.tokenId"),
        ({"tokenId": "a" * 65}, "data.tokenId"),
        ({"tokenId": "ü"}, "data.tokenId"),
        ({"dataId": "d" * 129}, "data.dataId"),
        ({"deviceId": "d" * 129}, "data.deviceId"),
        ({"lang": "fr"}, "data.lang"),
        ({"lang": "auto"}, "data.lang"),
        ({"interval": 0}, "data.interval"),
        ({"interval": 1.5}, "data.interval"),
        ({"maxFrame": 21}, "data.maxFrame"),
        ({"maxFrame": -1}, "data.maxFrame"),
        ({"level": 5}, "data.level"),
        ({"gender": 3}, "data.gender"),
        ({"ip": "1" * 65}, "data.ip"),
        ({"receiveTokenId": "a b"}, "data.receiveTokenId"),
        ({"extra": {"isTokenSeparate": 2}}, "data.extra.isTokenSeparate"),
        ({"extra": {"isIgnoreTls": "yes"}}, "data.extra.isIgnoreTls"),
        ({"extra": {"room": "r" * 65}}, "data.extra.room"),
        ({"extra": {"passThrough": {"a": "x" * 1017}}}, "data.extra.passThrough"),
        ({"extra": {"passThrough": "text"}}, "data.extra.passThrough"),
        ({"streamInfo": STREAM | {"streamId": None}}, "data.streamInfo.streamId"),
        ({"streamInfo": STREAM | {"streamId": "s" * 65}}, "data.streamInfo.streamId"),
        ({"streamInfo": STREAM | {"frameTime": 1_732_000_000}}, "data.streamInfo.frameTime"),
        ({"streamInfo": STREAM | {"frameTime": None}}, "data.streamInfo.frameTime"),
        ({"streamInfo": STREAM | {"timeWindow": None}}, "data.streamInfo.timeWindow"),
        ({"streamInfo": STREAM | {"riskNum": 6}}, "data.streamInfo.riskNum"),
    ],
)
def test_nor_in_data(world: World, client: Client, engine: StubEngine, data: dict[str, Any], named: str) -> None:
    refused(sent(client, world, data), named)
    assert not engine.shown


def refused(answer: dict[str, Any], *named: str) -> None:
    assert answer["code"] == 1902, answer
    assert set(answer) == {"requestId", "code", "message"}
    for name in named:
        assert f"{name}: " in answer["message"]
    assert not Case.objects.exists()


def test_every_mistake_is_named_at_once(world: World, client: Client, engine: StubEngine) -> None:
    body = {"appId": "web", "data": {"lang": "fr", "maxFrame": 21, "streamInfo": {"similarDedup": True}}}
    places = ("eventId", "type", "data.img", "data.tokenId", "data.lang", "data.maxFrame", "data.streamInfo.frameTime")
    refused(post(client, IMAGE, body, world.bearer), *places)


def test_languages_are_recognised_only_where_text_in_any_language_is_asked_for(
    world: World, client: Client, engine: StubEngine
) -> None:
    refused(sent(client, world, {"lang": "auto"}, type="BAN_BOCRX"), "data.lang")
    assert sent(client, world, {"lang": "auto"}, type="BAN_BOCR")["code"] == 1100


def test_some_events_and_types_need_more(world: World, client: Client, engine: StubEngine) -> None:
    refused(sent(client, world, eventId="message"), "data.receiveTokenId")
    refused(sent(client, world, businessType="FACECOMPARE"), "data.imgCompareBase")
    assert sent(client, world, {"receiveTokenId": "r"}, eventId="message")["code"] == 1100


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((20, 20), 1100),
        ((19, 20), 1902),
        ((20, 19), 1902),
        ((6000, 20), 1100),
        ((6001, 20), 1902),
        ((20, 6001), 1902),
        ((6000, 6000), 1100),
        ((6001, 6001), 1902),
    ],
)
def test_sides_of_the_picture(
    world: World, client: Client, engine: StubEngine, size: tuple[int, int], code: int
) -> None:
    answer = sent(client, world, {"img": as_base64(picture(*size))})
    assert answer["code"] == code
    if code == 1902:
        refused(answer, "data.img")


@pytest.mark.parametrize(("more", "code"), [(0, 1100), (1, 1902)])
def test_bytes_of_the_picture(world: World, client: Client, engine: StubEngine, more: int, code: int) -> None:
    start = picture(kind="JPEG")
    data = start + bytes(10 * 1024 * 1024 - len(start) + more)  # what follows a JPEG's end is no part of it
    answer = sent(client, world, {"img": as_base64(data)})
    assert answer["code"] == code
    if code == 1902:
        refused(answer, "data.img")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": "\\u0000"}',
        b"[" * 10_000,
        b'{"a":1,"a":2}',
    ],
)
def test_a_body_that_is_no_call(world: World, client: Client, body: bytes) -> None:
    assert post(client, IMAGE, body, world.bearer)["code"] == 1902


def test_keys_apps_and_types_that_are_not_allowed(world: World, client: Client, engine: StubEngine) -> None:
    none: dict[str, str] = {}
    assert post(client, IMAGE, call(), none)["code"] == 9101
    assert post(client, IMAGE, call(accessKey="unknown"), none)["code"] == 9101
    assert post(client, IMAGE, call(accessKey=17), none)["code"] == 9101
    assert post(client, IMAGE, call(appId="nobody"), world.bearer)["code"] == 9101
    _, of_other = access_keys.issue(name="other", app=world.other_app, scopes=["gateway"], by="tests")
    assert post(client, IMAGE, call(accessKey=of_other))["code"] == 9101
    _, reads = access_keys.issue(name="reads", app=world.web, scopes=["read", "ingest"], by="tests")
    assert post(client, IMAGE, call(accessKey=reads))["code"] == 9101
    _, own = access_keys.issue(name="own", app=world.web, scopes=["gateway"], by="tests")
    assert post(client, IMAGE, call(accessKey=own, appId=None))["code"] == 1100
    set_app(world, allowed_types="EROTIC_POLITY_IMGTEXTRISK")
    assert sent(client, world)["code"] == 1100
    answer = sent(client, world, type="EROTIC_BAN")
    assert (answer["code"], "BAN" in answer["message"], "EROTIC" in answer["message"]) == (9101, True, False)
    set_app(world, allowed_types="")


def test_over_the_keys_rate(world: World, client: Client, engine: StubEngine) -> None:
    app, scopes = world.web, ["gateway"]
    _, key = access_keys.issue(name="slow", app=app, scopes=scopes, by="tests", rate_per_second=0.01, burst=2)
    codes = [post(client, IMAGE, call(accessKey=key))["code"] for _ in range(3)]
    assert codes == [1100, 1100, 1901]


def test_any_content_type_is_read_and_compression_is_not(world: World, client: Client, engine: StubEngine) -> None:
    text = json.dumps(call())
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = client.post(IMAGE, text, content_type=kind, headers=world.bearer)
        assert (answer.status_code, answer.json()["code"]) == (200, 1100)
    packed = client.post(
        IMAGE, text, content_type="application/json", headers=world.bearer | {"Content-Encoding": "gzip"}
    )
    assert (packed.status_code, packed.json()["code"]) == (200, 1902)
