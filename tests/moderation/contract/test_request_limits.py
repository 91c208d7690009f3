from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import ContractError, parse_submission
from moderation.contract.values import Request, StreamInfo
from tests.moderation.contract import bodies

Body = dict[str, Any]


def read(request: Body | None) -> Request | None:
    return parse_submission(bodies.envelope(request=request)).request


def stream(**fields: Any) -> Body:
    return bodies.image_request(streamInfo=fields)


def extra(**fields: Any) -> Body:
    return bodies.image_request(extra=fields)


def test_a_full_request() -> None:
    request = read(bodies.image_request())
    assert request is not None
    assert "accessKey" not in request.raw
    assert request.raw["data"] == bodies.image_request()["data"]
    assert (request.event_id, request.type, request.business_type) == ("avatar", "POLITY_EROTIC", "FACE")
    assert (request.img, request.token_id, request.data_id) == ("https://pictures.test/1.jpg", "user_1-a", "post-7")
    assert (request.lang, request.level, request.interval, request.max_frame) == ("auto", 2, 2, 5)
    assert (request.room, request.is_ignore_tls, request.is_token_separate) == ("r1", True, True)
    assert request.pass_through == {"post": 7}
    assert request.stream == StreamInfo("s1", True, 1700000000123, 2, 20)


def test_a_small_request_has_the_documents_defaults() -> None:
    request = read({"data": {"img": "https://pictures.test/1.jpg"}})
    assert request is not None
    assert (request.interval, request.max_frame, request.level, request.stream) == (1, 3, None, None)
    assert (request.is_ignore_tls, request.is_token_separate, request.pass_through) == (False, False, None)


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_no_request(nothing: Any) -> None:
    assert read(nothing) is None


ACCEPTED: dict[str, Body] = {
    "longest URL": bodies.image_request(img="https://p.test/".ljust(1024, "x")),
    "base64 of any length": bodies.image_request(img="iVBORw0KGgo" * 1000),
    "data URI of any length": bodies.image_request(img="data:image/png;base64," + "iVBORw0KGgo" * 1000),
    "longest names": bodies.image_request(tokenId="x" * 64, dataId="d" * 128, deviceId="e" * 128, ip="1" * 64),
    "gender of the product documents": bodies.image_request(gender="2"),
    "gender as a number": bodies.image_request(gender=1),
    "gender in words": bodies.image_request(gender="ambiguity"),
    "nickname of any kind": bodies.image_request(nickname={"x": 1}),
    "empty strings": bodies.image_request(tokenId="", lang="", backupUrl=""),
    "numbers as text": bodies.image_request(level="4", interval="3", maxFrame="20"),
    "longest passed-through object": extra(passThrough={"k": "x" * 1016}),
    "flags as numbers": extra(isIgnoreTls=1, isTokenSeparate=0),
    "flags as numbers in text": extra(isIgnoreTls="1", isTokenSeparate="0"),
    "stream without deduplication": stream(streamId="s"),
}


@pytest.mark.parametrize("request_body", ACCEPTED.values(), ids=ACCEPTED)
def test_within_the_limits(request_body: Body) -> None:
    assert read(request_body) is not None


REFUSED: dict[str, tuple[Body, list[str]]] = {
    "long URL": (bodies.image_request(img="https://p.test/".ljust(1025, "x")), ["/data/img"]),
    "long URL of any scheme": (bodies.image_request(img="FTP://p.test/".ljust(1025, "x")), ["/data/img"]),
    "long backup URL": (bodies.image_request(backupUrl="x" * 1025), ["/data/backupUrl"]),
    "long comparison URL": (
        bodies.image_request(imgCompareBase="http://p.test/".ljust(1025, "x")),
        ["/data/imgCompareBase"],
    ),
    "picture a number": (bodies.image_request(img=5), ["/data/img"]),
    "token with a space": (bodies.image_request(tokenId="a b"), ["/data/tokenId"]),
    "token in other letters": (bodies.image_request(tokenId="ü"), ["/data/tokenId"]),
    "token with a line break at its end": (bodies.image_request(tokenId="a\n"), ["/data/tokenId"]),
    "token too long": (bodies.image_request(tokenId="a" * 65), ["/data/tokenId"]),
    "receiver": (bodies.image_request(receiveTokenId="a/b"), ["/data/receiveTokenId"]),
    "long ids": (bodies.image_request(dataId="d" * 129, deviceId="e" * 129), ["/data/dataId", "/data/deviceId"]),
    "long address": (bodies.image_request(ip="1" * 65), ["/data/ip"]),
    "unknown language": (bodies.image_request(lang="fr"), ["/data/lang"]),
    "level 5": (bodies.image_request(level=5), ["/data/level"]),
    "interval 0": (bodies.image_request(interval=0), ["/data/interval"]),
    "21 frames": (bodies.image_request(maxFrame=21), ["/data/maxFrame"]),
    "unknown gender": (bodies.image_request(gender="m"), ["/data/gender"]),
    "data text": (bodies.image_request() | {"data": "x"}, ["/data"]),
    "long head": (
        bodies.image_request()
        | {
            "appId": "a" * 65,
            "eventId": "e" * 65,
            "type": "t" * 65,
            "businessType": "b" * 129,
            "callback": "c" * 1025,
        },
        ["/appId", "/businessType", "/callback", "/eventId", "/type"],
    ),
    "answer language": (bodies.image_request() | {"acceptLang": "fr"}, ["/acceptLang"]),
    "passed-through text": (extra(passThrough="x"), ["/data/extra/passThrough"]),
    "passed-through object too long": (extra(passThrough={"k": "x" * 1017}), ["/data/extra/passThrough"]),
    "flags": (
        extra(isIgnoreTls="yes", isTokenSeparate=2),
        ["/data/extra/isIgnoreTls", "/data/extra/isTokenSeparate"],
    ),
    "long room": (extra(room="r" * 65), ["/data/extra/room"]),
    "deduplication without its fields": (
        stream(similarDedup=True),
        ["/data/streamInfo/frameTime", "/data/streamInfo/streamId", "/data/streamInfo/timeWindow"],
    ),
    "deduplication of a stream without a name": (
        stream(similarDedup=True, streamId="", frameTime=1_790_000_000_000, timeWindow=10),
        ["/data/streamInfo/streamId"],
    ),
    "frame time in seconds": (stream(streamId="s", frameTime=1700000000), ["/data/streamInfo/frameTime"]),
    "too many risks": (stream(streamId="s", riskNum=6), ["/data/streamInfo/riskNum"]),
    "long stream id": (stream(streamId="s" * 65), ["/data/streamInfo/streamId"]),
}


@pytest.mark.parametrize(("request_body", "pointers"), REFUSED.values(), ids=REFUSED)
def test_a_broken_limit_is_named(request_body: Body, pointers: list[str]) -> None:
    with pytest.raises(ContractError) as refused:
        read(request_body)
    assert sorted(error.pointer for error in refused.value.errors) == [f"/request{pointer}" for pointer in pointers]
