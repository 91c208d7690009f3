from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from moderation.contract import ContractError, json_text, parse_callback, parse_submission
from moderation.contract.values import Submission
from tests.moderation.contract import bodies

ACCESS_KEY = "Kx7pQ2mN9vT4sW1zY6bC"


def ids(submissions: tuple[Submission, ...]) -> list[tuple[str, str, int]]:
    return [(s.result.request_id, s.result.bt_id, s.result.code) for s in submissions]


def pointers_of(body: Any, access_key: str | None = None) -> list[str]:
    with pytest.raises(ContractError) as refused:
        parse_callback(body, access_key=access_key)
    return [error.pointer for error in refused.value.errors]


def sealed(result: Any, *, access_key: str = ACCESS_KEY, bt_id: str = "", **fields: Any) -> dict[str, Any]:
    text = result if isinstance(result, str) else json.dumps(result)
    return {"checksum": hashlib.sha256(f"{access_key}{bt_id}{text}".encode()).hexdigest(), "result": text} | fields


@pytest.mark.parametrize("make", bodies.SUBMISSIONS)
def test_every_single_shape_is_read_as_the_api_reads_it(make: Callable[[], Any]) -> None:
    assert parse_callback(make(), access_key=None) == (parse_submission(make()),)


def test_batch() -> None:
    read = parse_callback(bodies.batch(), access_key=None)
    assert ids(read) == [("batch-1", "a", 1100), ("batch-1_b", "", 1100), ("batch-1", "c", 1911)]
    assert [s.result.pass_through for s in read] == [{"album": 3}] * 3


def test_batch_items_without_an_id_of_their_own_take_the_batchs() -> None:
    item = bodies.image_v4(btId="a")
    del item["requestId"]
    (read,) = parse_callback(bodies.batch(imgs=[item]), access_key=None)
    assert (read.result.request_id, read.result.bt_id) == ("batch-1", "a")
    assert parse_submission(read.result.raw).result.request_id == "batch-1"  # what is stored can be replayed


def test_a_joined_id_is_taken_apart_when_the_item_comes_alone() -> None:
    (read,) = parse_callback(bodies.image_v4(requestId="batch-1_a", btId="a"), access_key=None)
    assert (read.result.request_id, read.result.bt_id) == ("batch-1", "a")


def test_a_batch_that_failed_as_a_whole() -> None:
    body = bodies.batch(code=1902, message="bad parameters", imgs=[])
    assert ids(parse_callback(body, access_key=None)) == [("batch-1", "", 1902)]


def test_query_answer() -> None:
    read = parse_callback(bodies.query_answer(), access_key=None)
    assert ids(read) == [("q1", "", 1100), ("q2", "", 1100), ("q3", "", 1912)]
    assert [s.result.message for s in read] == ["success", "success", "timed out"]


def test_a_query_answer_whose_inner_results_lack_the_head() -> None:
    inner = bodies.image_v4()
    del inner["requestId"], inner["code"], inner["message"]
    body = {"contents": [{"requestId": "q1", "code": 1100, "message": "ok", "btId": "b", "Result": inner}]}
    (read,) = parse_callback(body, access_key=None)
    assert (read.result.request_id, read.result.bt_id, read.result.message) == ("q1", "b", "ok")
    assert parse_submission(read.result.raw).result == read.result


@pytest.mark.parametrize("access_key", [None, ACCESS_KEY])
@pytest.mark.parametrize("bt_id", ["", "a"])
def test_old_envelope(access_key: str | None, bt_id: str) -> None:
    body = sealed(bodies.image_v4(btId=bt_id), bt_id=bt_id)
    (read,) = parse_callback(body, access_key=access_key)
    assert read == parse_submission(json_text.loads(body["result"].encode()))


def test_old_envelope_with_the_ids_outside() -> None:
    inner = bodies.image_v4()
    del inner["requestId"]
    body = sealed(inner, bt_id="a", btId="a", requestId="old-1")
    assert ids(parse_callback(body, access_key=ACCESS_KEY)) == [("old-1", "a", 1100)]


def test_old_envelope_around_a_batch() -> None:
    assert len(parse_callback(sealed(bodies.batch()), access_key=ACCESS_KEY)) == 3


def test_the_checksum_may_be_written_in_capitals() -> None:
    body = sealed(bodies.image_v4())
    assert parse_callback(body | {"checksum": body["checksum"].upper()}, access_key=ACCESS_KEY)


CHECKSUMS: dict[str, Any] = {
    "of another key": sealed(bodies.image_v4(), access_key="another"),
    "of another item": sealed(bodies.image_v4(btId="a"), bt_id="b"),
    "of another text": sealed(bodies.image_v4()) | {"result": json.dumps(bodies.image_v4(riskLevel="PASS"))},
    "missing": {"result": json.dumps(bodies.image_v4())},
    "empty": sealed(bodies.image_v4(), checksum=""),
    "a number": sealed(bodies.image_v4(), checksum=5),
    "not ASCII": sealed(bodies.image_v4(), checksum="é" * 64),
}


@pytest.mark.parametrize("body", CHECKSUMS.values(), ids=CHECKSUMS)
def test_a_wrong_checksum_is_refused(body: Any) -> None:
    assert pointers_of(body, ACCESS_KEY) == ["/checksum"]


REFUSED: dict[str, tuple[Any, list[str]]] = {
    "an array": ([], [""]),
    "no JSON inside": (sealed("{"), ["/result"]),
    "NaN inside": (sealed('{"a": NaN}'), ["/result/a"]),
    "no object inside": (sealed("[]"), ["/result"]),
    "a lone surrogate inside": (sealed("{}") | {"result": '"\ud800"'}, ["/result"]),
    "an envelope in the envelope": (sealed(sealed(bodies.image_v4())), ["/result/result"]),
    "wrong result inside": (sealed(bodies.image_v4(riskLevel=7)), ["/result/riskLevel"]),
    "items that are text": (bodies.batch(imgs="x"), ["/imgs"]),
    "one item wrong": (
        bodies.batch(imgs=[bodies.image_v4(btId="a"), bodies.image_v4(btId="b", riskLevel=7)]),
        ["/imgs/1/riskLevel"],
    ),
    "items that are nothing": (bodies.batch(imgs=[None, {}]), ["/imgs"]),
    "no contents": ({"contents": []}, ["/contents"]),
    "a content without a result": (
        {"contents": [{"requestId": "q", "code": 1100}]},
        ["/contents/0/result/riskLevel"],
    ),
}


@pytest.mark.parametrize(("body", "pointers"), REFUSED.values(), ids=REFUSED)
def test_a_body_it_cannot_read_is_refused_with_its_place(body: Any, pointers: list[str]) -> None:
    assert pointers_of(body) == pointers
