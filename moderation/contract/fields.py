"""Read one JSON object field by field.

Errors are collected with their pointers and reading goes on, so that a sender sees every error at once. Odd but
readable values are noted. `null`, `{}` and `[]` stand for "nothing" in any optional field: the machine sends all three
where a value is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Self

from moderation.contract.json_text import MAX_ERRORS, escaped
from moderation.contract.values import ContractError, FieldError

MAX_INT32 = 2**31 - 1
MAX_ID_CHARACTERS = 128
MAX_ROUNDING_ERROR = Decimal("0.05")  # of a probability; a number farther outside 0 to 1 is of another scale

# Other spellings of a key seen in real bodies, read when the right one is missing.
SPELLINGS = {
    "requestId": ("reques-tId", "request_id"),
    "riskSource": ("riskSocrce",),
    "riskLabel2": ("lable2", "riskLable2"),
    "qrContent": ("qrcontent",),
}

NOTHING: tuple[Any, ...] = (None, {}, [])
_MOST_ERRORS = 10 * MAX_ERRORS  # some are recorded twice; after so many, arrays are read no further
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_JSON_TYPES = {str: "a string", bool: "true or false", dict: "an object", list: "an array", type(None): "null"}


class Fields:
    """One JSON object being read. `errors` is shared by the whole body, `notes` by one result."""

    __slots__ = ("_above", "_step", "errors", "notes", "values")

    def __init__(
        self,
        values: dict[str, Any],
        *,
        pointer: str = "",
        above: Fields | None = None,
        errors: list[FieldError] | None = None,
        notes: dict[str, None] | None = None,
    ) -> None:
        """`pointer` is where the object stands below `above`, or in the body."""
        self.values = values
        self._above, self._step = above, pointer
        self.errors = [] if errors is None else errors
        self.notes = {} if notes is None else notes

    @property
    def pointer(self) -> str:
        """Composed on access, because a body without errors never needs it."""
        return f"{self._above.pointer}{self._step}" if self._above else self._step

    def refuse(self, name: str, detail: str) -> None:
        self.errors.append(FieldError(f"{self.pointer}/{escaped(name)}", detail))

    def is_refused(self, name: str) -> bool:
        return any(error.pointer == f"{self.pointer}/{escaped(name)}" for error in self.errors)

    def note(self, text: str) -> None:
        self.notes[text] = None

    def check(self) -> None:
        """Raise ContractError when there are errors."""
        if self.errors:
            raise self.refusal()

    def refusal(self) -> ContractError:
        return ContractError(*list(dict.fromkeys(self.errors))[:MAX_ERRORS])

    def sent(self, name: str) -> tuple[str, Any]:
        """(key as sent, value); the value is None when the field is missing or empty."""
        value = self.values.get(name)
        if value or (value is not None and value not in NOTHING):
            return name, value
        if name not in SPELLINGS:  # the common case
            return name, None
        for spelling in SPELLINGS[name]:
            value = self.values.get(spelling)
            if value not in NOTHING:
                self.note(f"{spelling} was read as {name}")
                return spelling, value
        return name, None

    def text(self, name: str, *, limit: int | None = None) -> str:
        value = self.values.get(name)
        if value and type(value) is str and (limit is None or len(value) <= limit):  # the common case
            return value
        key, value = self.sent(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(key, f"Got {json_type(value)}; send a string.")
            return ""
        if limit is not None and len(value) > limit:
            self.refuse(key, f"Is {len(value)} characters long; send at most {limit}.")
        return value

    def shown_text(self, name: str) -> str:
        """Text that is only shown or compared (an evidence id, a name): a number is read as its digits."""
        _, value = self.sent(name)
        if isinstance(value, str):
            return value
        number = as_number(value)
        return self.text(name) if number is None else str(number)

    def identifier(self, name: str, *, required: bool = False, limit: int = MAX_ID_CHARACTERS) -> str:
        key, value = self.sent(name)
        if required and value in (None, ""):
            self.refuse(key, f"Missing; send a string of 1–{limit} characters.")
        text = self.text(name, limit=limit)
        if _CONTROL.search(text):
            self.refuse(key, "Holds a control character; send it without.")
        return text

    def whole(self, name: str, *, low: int = 0, high: int = MAX_INT32) -> int | None:
        key, value = self.sent(name)
        if value is None:
            return None
        number = as_number(value)
        if number is None or not low <= number <= high or number != int(number):
            self.refuse(key, f"Got {json_type(value)}; send a whole number from {low} to {high}.")
            return None
        return int(number)

    def probability(self, name: str) -> float | None:
        key, value = self.sent(name)
        if value is None:
            return None
        number = as_number(value)
        if number is None or not -MAX_ROUNDING_ERROR <= number <= 1 + MAX_ROUNDING_ERROR:
            self.refuse(key, "Send a number from 0 to 1.")
            return None
        if not 0 <= number <= 1:
            self.note(f"a {name} is a little below 0 or above 1; it was read as the nearest of the two")
        return float(min(max(number, 0), 1))

    def flag(self, name: str) -> bool:
        key, value = self.sent(name)
        if value is None or value in (True, False):  # 1 and 0 equal them
            return bool(value)
        number = as_number(value)  # "1" and "0" are read as they are
        if number not in (0, 1):
            self.refuse(key, f"Got {json_type(value)}; send true or false.")
        return number == 1

    def choice(self, name: str, choices: tuple[str, ...], *, required: bool = False) -> str:
        key, value = self.sent(name)
        if value in choices:
            return str(value)
        if required or value not in (None, ""):
            self.refuse(key, f"Send one of {', '.join(choices)}.")
        return ""

    def child(self, name: str) -> Self:
        """The object in that field; one without fields when there is none."""
        key, value = self.sent(name)
        if value is not None and not isinstance(value, dict):
            self.refuse(key, f"Got {json_type(value)}; send an object.")
            value = None
        return self.inside(key, value or {})

    def children(self, name: str, *, only: Iterable[int] | None = None) -> Iterator[Self]:
        """The objects of the array in that field; empty items are skipped. `only` are the places to read, else all."""
        if name not in self.values and name not in SPELLINGS:  # the common case
            return iter(())
        return self._children(name, only)

    def _children(self, name: str, only: Iterable[int] | None) -> Iterator[Self]:
        key, value = self.sent(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.refuse(key, f"Got {json_type(value)}; send an array of objects.")
            return
        for index in range(len(value)) if only is None else only:
            item = value[index]
            if isinstance(item, dict) and item:
                yield self.inside(f"{key}/{index}", item)
            elif item not in NOTHING:
                self.refuse_item(f"{key}/{index}", item)
            if len(self.errors) >= _MOST_ERRORS:
                return

    def refuse_item(self, step: str, item: Any) -> None:
        self.errors.append(FieldError(f"{self.pointer}/{step}", f"Got {json_type(item)}; send an object."))

    def length(self, name: str) -> int:
        """How many items that are not empty the array in that field holds; 0 when it is none."""
        value = self.sent(name)[1]
        return sum(map(bool, value)) if isinstance(value, list) else 0

    def inside(self, step: str, values: dict[str, Any]) -> Self:
        """Those values as a `Fields` at that step below this object."""
        return type(self)(values, pointer=f"/{step}", above=self, errors=self.errors, notes=self.notes)


def as_number(value: Any) -> int | Decimal | None:
    """The exact finite number of a JSON number, or of a string that spells one; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float):
        value = Decimal(str(value))
    return value if isinstance(value, Decimal) and value.is_finite() else None


def json_type(value: Any) -> str:
    """The JSON type of a value in words: "a string", "a number", …"""
    return _JSON_TYPES.get(type(value), "a number")
