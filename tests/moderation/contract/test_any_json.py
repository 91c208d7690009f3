"""Whatever stands in any field, a body is read or refused, and what is read can be answered and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from moderation.contract import ContractError, final_result, json_text, parse_callback, parse_submission
from moderation.contract.values import FieldError, LabelPath, RiskLevel
from tests.moderation.contract import bodies

HOSTILE = [
    10**400,
    Decimal("1e999999999"),
    Decimal("-1e-999999999"),
    -1,
    0,
    1,
    True,
    "",
    "1",
    "\x00",
    "1e99",
    {},
    [],
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(HOSTILE)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if not isinstance(value, dict | list):  # an earlier replacement took the place away
        return value
    copy = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    if path[0] in copy:
        copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy if isinstance(value, dict) else list(copy.values())


@st.composite
def disturbed(draw: st.DrawFn, made: list[Any]) -> Any:
    body = draw(st.sampled_from(made))()
    for path in draw(st.lists(st.sampled_from(list(places(body))), min_size=1, max_size=3)):
        body = replaced(body, path, draw(values))
    return body


def pointed_at(body: Any, pointer: str) -> bool:
    """Whether the pointer leads to a place in the body, or to a missing field of an object there."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps:
        if isinstance(body, list):
            body = body[int(step)]
        elif isinstance(body, dict) and step in body:
            body = body[step]
        else:
            return isinstance(body, dict) and step == steps[-1]
    return True


def errors_of(parse: Callable[[], object]) -> tuple[FieldError, ...]:
    """What a refusal names, nothing when the body was read; a refusal without a place fails its test."""
    try:
        assert parse()
    except ContractError as refused:
        return refused.errors or (FieldError("/no/place/named", ""),)
    return ()


@given(disturbed(bodies.SUBMISSIONS))
def test_any_value_anywhere_is_read_or_refused_where_it_stands(body: Any) -> None:
    errors = errors_of(lambda: parse_submission(body))
    assert [error for error in errors if not pointed_at(body, error.pointer)] == []


@given(disturbed(bodies.CALLBACKS), st.sampled_from([None, "key"]))
def test_any_callback_is_read_or_refused(body: Any, access_key: str | None) -> None:
    errors = errors_of(lambda: parse_callback(body, access_key=access_key, foreign_apps=("app",)).submissions)
    assert all(error.detail for error in errors)


@given(values)
def test_any_value_at_all_is_read_or_refused(body: Any) -> None:
    for parse in (parse_submission, lambda value: parse_callback(value, access_key=None)):
        with pytest.raises(ContractError):
            parse(body)


@given(disturbed([bodies.image_v4, bodies.decision_labels, bodies.human_combined, bodies.failed]))
def test_whatever_was_read_can_be_answered_and_read_again(body: Any) -> None:
    try:
        machine = parse_submission(body).result
    except ContractError:
        reject()
    answer = final_result(
        machine_raw=machine.raw,
        request_id="r1",
        bt_id="",
        risk_level=RiskLevel.REJECT,
        path=LabelPath("ad"),
        risk_description="Ads",
        result_type=1,
        data_id="",
        pass_through=None,
    )
    ours = parse_submission(answer).result
    assert ours.evidence.boxes == machine.evidence.boxes
    assert ours.evidence.text == machine.evidence.text
    assert ours.labels == machine.labels


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_a_failed_moderation_is_read_whatever_else_it_says(junk: Any) -> None:
    fields = {name: junk for name in bodies.image_v4() if name not in ("requestId", "code", "message")}
    assert parse_submission(bodies.failed(**fields)).result.code == 1911


@given(disturbed([bodies.batch, bodies.query_answer]))
def test_what_a_callback_stores_can_be_replayed(body: Any) -> None:
    try:
        read = parse_callback(body, access_key=None)
    except ContractError:
        reject()
    for submission in read.submissions:
        assert parse_submission(submission.result.raw).result.labels == submission.result.labels


def test_a_read_body_survives_the_way_through_text() -> None:
    body = json_text.loads(json_text.dumps(bodies.envelope()).encode())
    again = json_text.loads(json_text.dumps(body).encode())
    assert parse_submission(again) == parse_submission(body)
