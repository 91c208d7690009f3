from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.contract.json_text import MAX_APART, MAX_ERRORS, dumps, loads, loads_apart
from moderation.contract.values import MalformedJSON

REFUSED: dict[str, tuple[bytes, str, str]] = {  # what is wrong: (body, pointer, part of the detail)
    "invalid UTF-8": (b'{"a": "\xff"}', "", "Invalid UTF-8 at byte 8"),
    "surrogate as UTF-8": (b'"\xed\xa0\x80"', "", "Invalid UTF-8 at byte 2"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "", "UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf{}", "", "byte order mark"),
    "empty": (b"", "", "line 1, column 1"),
    "trailing comma": (b'{"a": 1,\n "b": 2,}', "", "line 2, column 9"),
    "two values": (b"{} {}", "", "line 1, column 4"),
    "leading zero": (b"01", "", "line 1, column 2"),
    "raw NUL": (b'{"a": "\x00"}', "", "line 1, column 8"),
    "escaped NUL": (b'{"a": ["x", "\\u0000"]}', "/a/1", "NUL"),
    "NUL in a key": (b'{"a\\u0000b": 1}', "/a\ufffdb", "NUL"),
    "lone high surrogate": (b'{"a": {"b": "\\ud83d"}}', "/a/b", "lone surrogate"),
    "lone low surrogate": (b'["\\uDE00"]', "/0", "lone surrogate"),
    "two high surrogates": (b'["\\ud83d\\ud83d\\ude00"]', "/0", "lone surrogate"),
    "two low surrogates": (b'["\\ud83d\\ude00\\ude00"]', "/0", "lone surrogate"),
    "a pair parted by a backslash": (b'["\\ud83d\\\\\\ude00"]', "/0", "lone surrogate"),
    "a low surrogate behind what is no escape": (b'["\\\\ud83d\\ude00"]', "/0", "lone surrogate"),
    "surrogate in a key": (b'{"\\udfff": 1}', "/\ufffd", "lone surrogate"),
    "NaN": (b'{"a": [1, NaN]}', "/a/1", "NaN"),
    "Infinity": (b'{"a": Infinity}', "/a", "Infinity"),
    "minus Infinity": (b"-Infinity", "", "-Infinity"),
    "duplicate key": (b'{"a": {"b~/c": 1, "b~/c": 1}}', "/a/b~0~1c", "more than once"),
    "long whole number": (b'{"a": ' + b"9" * 101 + b"}", "/a", "longer than 100"),
    "long fraction": (b'{"a": 0.' + b"1" * 99 + b"}", "/a", "longer than 100"),
    "number that is written longer than it came": (b"1" * 97 + b"E5", "", "longer than 100"),
    "huge exponent": (b'{"a": 1e999999999}', "/a", "exponent"),
    "exponent no decimal holds": (b'{"a": 1e99999999999999999999999}', "/a", "exponent"),
    "tiny exponent": (b'{"a": 1e-999999999}', "/a", "exponent"),
    "zero with a huge exponent": (b'{"a": 0e999999999}', "/a", "exponent"),
    "65 arrays": (b"[" * 65 + b"]" * 65, "", "line 1, column 65"),
    "65 objects": (b'{"a":' * 65 + b"1" + b"}" * 65, "", "column 321"),
    "10,000 arrays": (b"[" * 10_000 + b"]" * 10_000, "", "Nested deeper than 64"),
    "10,000 arrays, brackets in strings": (b'["]]]",' + b"[" * 10_000, "", "column 71"),
    "a million brackets": (b"[" * 1_000_000, "", "Nested deeper than 64"),
    "16 MB of brackets": (b"[" * 16_000_000, "", "more than 1,000,000"),
    "more values than are read": (b"[" + b"0," * 1_000_000 + b"0]", "", "more than 1,000,000"),
}


@pytest.mark.parametrize(("body", "pointer", "detail"), REFUSED.values(), ids=REFUSED)
def test_text_that_is_not_kept_is_refused_with_its_place(body: bytes, pointer: str, detail: str) -> None:
    with pytest.raises(MalformedJSON) as refused:
        loads(body)
    (error,) = refused.value.errors
    assert error.pointer == pointer
    assert detail in error.detail
    (error.pointer + error.detail).encode()  # an answer can carry it


READ: dict[str, tuple[bytes, Any]] = {
    "64 arrays deep": (b"[" * 64 + b"]" * 64, None),
    "big whole number": (b"9" * 100, int("9" * 100)),
    "fraction": (b"0.1000", Decimal("0.1000")),
    "exponent": (b"-1.5E+300", Decimal("-1.5E+300")),
    "astral character": (b'"\\ud83d\\ude00"', "😀"),
    "escaped backslash before u0000": (b'"\\\\u0000"', "\\u0000"),
    "brackets in strings": (b'"' + b"[{" * 1000 + b'"', "[{" * 1000),
    "many flat objects": (b"[" + b",".join([b'{"a":[]}'] * 500) + b"]", [{"a": []}] * 500),
    "literals": (b"[true, false, null]", [True, False, None]),
}


@pytest.mark.parametrize(("body", "value"), READ.values(), ids=READ)
def test_text_that_only_looks_suspicious_is_read(body: bytes, value: Any) -> None:
    read = loads(body)
    assert value is None or read == value
    assert value is None or type(read) is type(value)


def test_every_flaw_is_named_at_once() -> None:
    with pytest.raises(MalformedJSON) as refused:
        loads(b'{"a": NaN, "b": "\\u0000", "c": [{"d": 1, "d": 2}]}')
    assert [error.pointer for error in refused.value.errors] == ["/a", "/b", "/c/0/d"]


def test_no_more_flaws_are_named_than_an_answer_should_carry() -> None:
    with pytest.raises(MalformedJSON) as refused:
        loads(b"[" + b"NaN," * 1000 + b"0]")
    assert len(refused.value.errors) == MAX_ERRORS


def test_key_order_and_digits_survive_both_ways() -> None:
    text = '{"z":0.10,"a":[1E+5,12345678901234567890123],"é":"\u2028😀"}'
    assert dumps(loads(text.encode())) == text


def test_a_number_that_is_not_finite_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": float("nan")})


_numbers = st.integers(1 - 10**99, 10**99 - 1) | st.decimals(allow_nan=False, allow_infinity=False, places=6)
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_values = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=20,
)


@given(_values)
def test_what_is_written_reads_back_equal(value: Any) -> None:
    assert loads(dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d8e+-.1NaInfity ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = loads(data)
    except MalformedJSON:
        return
    assert loads(dumps(value).encode()) == value


def test_the_flaws_of_more_items_than_a_batch_has_are_not_told_apart() -> None:
    """A million small errors would take a gigabyte."""
    assert len(loads_apart(b"[" + b"NaN," * (MAX_APART - 1) + b"NaN]")) == MAX_APART
    with pytest.raises(MalformedJSON) as refused:
        loads_apart(b"[" + b"NaN," * MAX_APART + b"NaN]")
    assert len(refused.value.errors) == MAX_ERRORS
