"""Refuse passwords that are long and still among the first that an attacker tries."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DIFFERENT_AT_LEAST = 5
JUMPS_AT_LEAST = 4  # places where the next character is not the neighbour of the one before
KEYBOARD_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
OUR_NAMES = ("secondlook", "second look")

_NEIGHBOURS = {pair for row in KEYBOARD_ROWS for pair in pairwise(row)}


class NotTooSimple:
    """Django password validator: refuses digits alone, repeats, runs, and a common password with signs around it."""

    def __init__(self) -> None:
        self._common: set[str] = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        if _is_simple(password.lower()) or self._is_common(password.lower()):
            raise ValidationError(
                gettext("This password is among the first that are tried. Take several words that nothing connects."),
                code="password_too_simple",
            )

    def get_help_text(self) -> str:
        return str(_("Not digits alone, no repeats or runs, and no common password with signs around it."))

    def _is_common(self, password: str) -> bool:
        letters = password.strip("0123456789!?.,;:-_+*#@$%&/()=' ")
        return len(letters) >= len(password) / 2 and (letters in self._common or letters in OUR_NAMES)


def _is_simple(password: str) -> bool:
    return (
        password.isdigit()
        or len(set(password)) < DIFFERENT_AT_LEAST
        or _is_repeat(password)
        or sum(not _is_step(*pair) for pair in pairwise(password)) < JUMPS_AT_LEAST
    )


def _is_repeat(password: str) -> bool:
    """One piece again and again, as in `abc1abc1abc1`."""
    return password in (password + password)[1:-1]


def _is_step(one: str, other: str) -> bool:
    return abs(ord(one) - ord(other)) <= 1 or (one, other) in _NEIGHBOURS or (other, one) in _NEIGHBOURS
