"""A code with its parameters, as it is stored; and how it becomes a sentence when somebody reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Self

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

    A dict, so that it can be stored as it is. It refuses parameters that the code's sentence has no place for, and does
    not do without one that it has.
    """

    def __init__(self, code: MessageCode, **parameters: float | str | Message) -> None:
        if code.parameters != parameters.keys():
            raise TypeError(f"{code} takes {sorted(code.parameters)}, not {sorted(parameters)}")
        super().__init__(code=code.value, **parameters)


Stored = Mapping[str, Any] | str | None
"""A message as it comes from the database. A text is a sentence from before there were codes, as rows that never
change still have it.
"""


def word(
    stored: Stored,
    *,
    codes: tuple[type[MessageCode], ...],
    translate: Callable[[str], str] = str,
    label_name: Callable[[str], str] = str,
) -> str:
    """The sentence for a stored message, "" for none. `translate` gives a sentence in the reader's language,
    `label_name` the name of a label path. A code that is not known here, or not with these parameters, is shown as it
    is.
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
    """A sentence within a sentence leaves its full stop to the whole."""
    if isinstance(value, Mapping):
        return word(value, **within).rstrip(".。")
    return within["label_name"](value) if name == "label" else value
