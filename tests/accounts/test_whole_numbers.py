from __future__ import annotations

import pytest

from accounts.whole_numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1_0", "x", "\u0664", "²", "9" * 19, "9" * 5_000])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_fewer_digits_may_be_allowed() -> None:
    assert whole_number("123", digits=3) == 123
    assert whole_number("1234", digits=3) is None
