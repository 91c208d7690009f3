"""Stored messages: a code with its parameters, and turning it into a sentence when it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Self

from moderation.scores import score

_PARAMETER = re.compile(r"\{(\w+)")


class MessageCode(StrEnum):
    """Each member is what is stored and the English sentence for it, whose `{placeholders}` are its parameters."""

    sentence: str
    parameters: frozenset[str]

    def __new__(cls, code: str, sentence: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        member.parameters = frozenset(_PARAMETER.findall(sentence))
        return member


class Message(dict[str, Any]):
    """`{"code": …}` and the code's parameters: numbers, texts, or messages within the message.

    A dict, so that it can be stored as it is. Raises TypeError for missing parameters and for those that the code's
    sentence has no placeholder for.
    """

    def __init__(self, code: MessageCode, **parameters: float | str | Message) -> None:
        if code.parameters != parameters.keys():
            raise TypeError(f"{code} takes {sorted(code.parameters)}, not {sorted(parameters)}")
        super().__init__(code=code.value, **parameters)


Stored = Mapping[str, Any] | str | None
"""A message as read from the database. A text is a sentence from before there were codes, which immutable rows still
have.
"""


def word(
    stored: Stored,
    *,
    codes: tuple[type[MessageCode], ...],
    translate: Callable[[str], str] = str,
    label_name: Callable[[str], str] = str,
) -> str:
    """The sentence for a stored message, "" for none. `translate` returns a sentence in the reader's language,
    `label_name` the name of a label path. An unknown code, or one with other parameters, is shown as it is.
    """
    if not stored:
        return ""
    if isinstance(stored, str):
        return stored
    code = _by_name(codes).get(stored["code"])
    if code is None or code.parameters != stored.keys() - {"code"}:
        return str(stored["code"])
    within = {"codes": codes, "translate": translate, "label_name": label_name}
    filled = {name: _filled(name, value, within) for name, value in stored.items()}
    return translate(code.sentence).format(**filled)


@cache
def _by_name(codes: tuple[type[MessageCode], ...]) -> dict[str, MessageCode]:
    return {one.value: one for kind in codes for one in kind}


def _filled(name: str, value: Any, within: dict[str, Any]) -> Any:
    """The value of a placeholder. A nested sentence loses its full stop."""
    if isinstance(value, Mapping):
        return word(value, **within).rstrip(".。")
    if name == "probability":
        return score(value)
    return within["label_name"](value) if name == "label" else value
