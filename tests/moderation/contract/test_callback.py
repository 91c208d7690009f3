from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from moderation.contract import Callback, ContractError, json_text, parse_callback, parse_submission, request_id_of
from moderation.contract.values import Submission
from tests.moderation.contract import bodies

ACCESS_KEY = "Kx7pQ2mN9vT4sW1zY6bC"


def ids(submissions: tuple[Submission, ...]) -> list[tuple[str, str, int]]:
    return [(s.result.request_id, s.result.bt_id, s.result.code) for s in submissions]


def read_all(body: Any, access_key: str | None = None) -> tuple[Submission, ...]:
    read = parse_callback(body, access_key=access_key)
    assert read.refused == ()
    return read.submissions


def pointers_of(body: Any, access_key: str | None = None, foreign_apps: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ContractError) as refused:
        parse_callback(body, access_key=access_key, foreign_apps=foreign_apps)
    return [error.pointer for error in refused.value.errors]


def refused_in(read: Callback) -> list[str]:
    return [error.pointer for error in read.refused]


def sealed(result: Any, *, access_key: str = ACCESS_KEY, bt_id: str = "", **fields: Any) -> dict[str, Any]:
    text = result if isinstance(result, str) else json.dumps(result)
    return {"checksum": hashlib.sha256(f"{access_key}{bt_id}{text}".encode()).hexdigest(), "result": text} | fields


@pytest.mark.parametrize("make", bodies.SUBMISSIONS)
def test_every_single_shape_is_read_as_the_api_reads_it(make: Callable[[], Any]) -> None:
    assert read_all(make()) == (parse_submission(make()),)


def test_batch() -> None:
    read = read_all(bodies.batch())
    assert ids(read) == [("batch-1", "a", 1100), ("batch-1_b", "", 1100), ("batch-1", "c", 1911)]
    assert [s.result.pass_through for s in read] == [{"album": 3}] * 3
    for submission in read[:2]:  # a failed one has nothing to echo
        assert parse_submission(submission.result.raw).result.pass_through == {"album": 3}


def test_an_items_own_pass_through_wins_over_the_batchs() -> None:
    own = bodies.image_v4(btId="a", auxInfo={"passThrough": {"post": 1}})
    (read,) = read_all(bodies.batch(imgs=[own]))
    assert (read.result.pass_through, read.result.raw["auxInfo"]) == ({"post": 1}, {"passThrough": {"post": 1}})


def test_batch_items_without_an_id_of_their_own_take_the_batchs() -> None:
    item = bodies.image_v4(btId="a")
    del item["requestId"]
    (read,) = read_all(bodies.batch(imgs=[item]))
    assert (read.result.request_id, read.result.bt_id) == ("batch-1", "a")
    assert parse_submission(read.result.raw).result.request_id == "batch-1"  # what is stored can be replayed


def test_a_joined_id_is_taken_apart_when_the_item_comes_alone() -> None:
    (read,) = read_all(bodies.image_v4(requestId="batch-1_a", btId="a"))
    assert (read.result.request_id, read.result.bt_id) == ("batch-1", "a")


def test_a_batch_that_failed_as_a_whole() -> None:
    body = bodies.batch(code=1902, message="bad parameters", imgs=[])
    assert ids(read_all(body)) == [("batch-1", "", 1902)]


def test_query_answer() -> None:
    read = read_all(bodies.query_answer())
    assert ids(read) == [("q1", "", 1100), ("q2", "", 1100), ("q3", "", 1912)]
    assert [s.result.message for s in read] == ["success", "success", "timed out"]


def test_a_query_answer_whose_inner_results_lack_the_head() -> None:
    inner = bodies.image_v4()
    del inner["requestId"], inner["code"], inner["message"]
    body = {"contents": [{"requestId": "q1", "code": 1100, "message": "ok", "btId": "b", "Result": inner}]}
    (read,) = read_all(body)
    assert (read.result.request_id, read.result.bt_id, read.result.message) == ("q1", "b", "ok")
    assert parse_submission(read.result.raw).result == read.result


@pytest.mark.parametrize("access_key", [None, ACCESS_KEY])
@pytest.mark.parametrize("bt_id", ["", "a"])
def test_old_envelope(access_key: str | None, bt_id: str) -> None:
    body = sealed(bodies.image_v4(btId=bt_id), bt_id=bt_id)
    (read,) = read_all(body, access_key)
    assert read == parse_submission(json_text.loads(body["result"].encode()))


def test_old_envelope_with_the_ids_outside() -> None:
    inner = bodies.image_v4()
    del inner["requestId"]
    body = sealed(inner, bt_id="a", btId="a", requestId="old-1")
    assert ids(read_all(body, ACCESS_KEY)) == [("old-1", "a", 1100)]


def test_old_envelope_around_a_batch() -> None:
    assert len(read_all(sealed(bodies.batch()), ACCESS_KEY)) == 3


def test_the_checksum_may_be_written_in_capitals() -> None:
    body = sealed(bodies.image_v4())
    assert read_all(body | {"checksum": body["checksum"].upper()}, ACCESS_KEY)


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
    "every item wrong": (
        bodies.batch(imgs=["x", bodies.image_v4(btId="b", riskLevel=7)]),
        ["/imgs/0", "/imgs/1/riskLevel"],
    ),
    "what stands around the items": (bodies.batch(requestId=7), ["/requestId"]),
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


def test_one_bad_item_does_not_lose_the_good_ones() -> None:
    wrong = bodies.image_v4(requestId="batch-1_b", btId="b", riskLevel=7, resultType="x")
    items = [bodies.image_v4(requestId="batch-1_a", btId="a"), wrong, "text", bodies.failed(btId="d"), None]
    read = parse_callback(bodies.batch(imgs=items), access_key=None)
    assert ids(read.submissions) == [("batch-1", "a", 1100), ("batch-1", "d", 1911)]
    assert refused_in(read) == ["/imgs/1/riskLevel", "/imgs/1/resultType", "/imgs/2"]


def test_one_bad_content_does_not_lose_the_good_ones() -> None:
    body = bodies.query_answer()
    body["contents"][0]["Result"] = "text"
    read = parse_callback(body, access_key=None)
    assert ids(read.submissions) == [("q2", "", 1100), ("q3", "", 1912)]
    assert set(refused_in(read)) == {"/contents/0/Result", "/contents/0/Result/riskLevel"}


def test_a_bad_item_in_the_old_envelope_is_pointed_at_inside_it() -> None:
    body = bodies.batch(imgs=[bodies.image_v4(btId="a"), bodies.image_v4(btId="b", riskLevel=7)])
    read = parse_callback(sealed(body), access_key=ACCESS_KEY)
    assert (len(read.submissions), refused_in(read)) == (1, ["/result/imgs/1/riskLevel"])


FOREIGN: dict[str, tuple[Any, list[str]]] = {
    "the bare result": (bodies.image_v4(appId="app"), ["/appId"]),
    "the envelope": (bodies.envelope(appId="app", request=None), ["/appId"]),
    "the request": (
        {"appId": "web", "request": bodies.image_request() | {"appId": "app"}, "result": bodies.image_v4()},
        ["/request/appId"],
    ),
    "the result in an envelope": ({"result": bodies.image_v4(appId="app"), "appId": "web"}, ["/result/appId"]),
    "the reviewers' body": (bodies.human_plain(data={"appId": "app"}), ["/data/appId"]),
    "the old envelope": (sealed(bodies.image_v4(), appId="app"), ["/appId"]),
    "inside the old envelope": (sealed(bodies.image_v4(appId="app")), ["/result/appId"]),
    "the batch": (bodies.batch(appId="app"), ["/appId"]),
    "the query answer": (bodies.query_answer(appId="app"), ["/appId"]),
}


@pytest.mark.parametrize(("body", "pointers"), FOREIGN.values(), ids=FOREIGN)
def test_what_names_an_app_of_somebody_else_is_refused(body: Any, pointers: list[str]) -> None:
    assert pointers_of(body, foreign_apps=("app", "shop")) == pointers


def test_what_names_an_app_that_is_not_registered_here_is_read() -> None:
    assert parse_callback(bodies.image_v4(appId="theirs"), access_key=None, foreign_apps=("app",)).submissions


TWO_APPS: dict[str, tuple[Any, str]] = {
    "envelope and request": (bodies.envelope(appId="app"), "/request/appId"),
    "envelope and result": (bodies.envelope(request=None, result=bodies.image_v4(appId="app")), "/result/appId"),
    "request and result": (bodies.envelope(appId=None, result=bodies.image_v4(appId="app")), "/result/appId"),
    "the reviewers' body": (bodies.human_plain(appId="app"), "/data/appId"),
    "the reviewers' body in an envelope": (
        bodies.envelope(appId="app", request=None, result=bodies.human_plain()),
        "/result/data/appId",
    ),
}


@pytest.mark.parametrize(("body", "pointer"), TWO_APPS.values(), ids=TWO_APPS)
def test_two_apps_in_one_body_are_refused_at_either_door(body: Any, pointer: str) -> None:
    assert pointers_of(body) == [pointer]
    with pytest.raises(ContractError) as refused:
        parse_submission(body)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_two_apps_in_what_only_a_callback_has_are_refused() -> None:
    assert pointers_of(sealed(bodies.image_v4(appId="app"), appId="web")) == ["/result/appId"]
    batch = bodies.batch(appId="web")
    batch["imgs"][1]["appId"] = "app"
    assert refused_in(parse_callback(batch, access_key=None)) == ["/imgs/1/appId"]
    query = bodies.query_answer(appId="web")
    query["contents"][0]["Result"]["appId"] = "app"
    assert refused_in(parse_callback(query, access_key=None)) == ["/contents/0/Result/appId"]


def test_an_item_that_names_an_app_of_somebody_else_is_refused_alone() -> None:
    body = bodies.batch()
    body["imgs"][1]["appId"] = "app"
    read = parse_callback(body, access_key=None, foreign_apps=("app",))
    assert (len(read.submissions), refused_in(read)) == (2, ["/imgs/1/appId"])
    query = bodies.query_answer()
    query["contents"][0]["Result"]["appId"] = "app"
    assert refused_in(parse_callback(query, access_key=None, foreign_apps=("app",))) == ["/contents/0/Result/appId"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (bodies.image_v4(requestId="r1"), "r1"),
        (bodies.batch(), "batch-1"),
        ({"reques-tId": "r2"}, "r2"),
        ({"requestId": "x" * 129}, ""),
        ({"requestId": ["r"]}, ""),
        (["r1"], ""),
        (None, ""),
    ],
)
def test_the_request_id_to_answer_with_is_found_where_it_can_be(body: Any, found: str) -> None:
    assert request_id_of(body) == found
