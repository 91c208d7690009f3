"""Long passwords that are tried first are refused; ordinary ones and phrases in any language are not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.auth.password_strength import NotTooSimple
from tests.world import PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "837462910473",
        "000000000000",
        "aaaaaaaaaaab",
        "abcdefghijklm",
        "nmlkjihgfedcba",
        "qwertyuiopasdf",
        "QWERTZUIOPasdf",
        "abc1abc1abc1",
        "moderator1moderator1",
        "password2026!",
        "!!Sunshine2026",
        "SecondLook2026",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="among the first that are tried"):
        NotTooSimple().validate(password)
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "kT9w2vQx-Zr7m", "правильная лошадь скоба", "天空下着雨我们在家喝热茶吧", "7 blue herons"],
)
def test_what_nobody_tries_first_passes(password: str) -> None:
    NotTooSimple().validate(password)
    validate_password(password)
