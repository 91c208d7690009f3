"""Pagination cursors: opaque texts that are valid only for the list that issued them."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from rest_framework import serializers

LONGEST = 200
_LARGEST = 2**63 - 1


def sealed(kind: str, *numbers: int) -> str:
    text = json.dumps([kind, *numbers], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class CursorField(serializers.CharField):
    """`next` of an earlier response of the same kind of list. Its value is a tuple of `numbers` integers, with 0 for
    leading ones that cursors from before an update lack.
    """

    def __init__(self, *, kind: str, numbers: int, or_numbers: int = 0, **more: Any) -> None:
        super().__init__(max_length=LONGEST, **more)
        self.kind, self.numbers, self.or_numbers = kind, numbers, or_numbers

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            kind, *numbers = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, TypeError, RecursionError):
            kind, numbers = "", []
        if kind == self.kind and self.or_numbers and len(numbers) == self.or_numbers:
            numbers = [0] * (self.numbers - self.or_numbers) + numbers
        if kind != self.kind or len(numbers) != self.numbers or not all(map(_is_number, numbers)):
            raise serializers.ValidationError("This is no cursor of this list. Send `next` of an earlier answer.")
        return tuple(numbers)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST
