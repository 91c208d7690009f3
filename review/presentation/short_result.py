"""A machine result cut to what a page can hold: the stage is sent the whole of an ordinary one, of megabytes a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.models import MachineResult

LONGEST_TEXT = 64 * 1024  # characters of a result as JSON that are sent whole
MOST_ITEMS = 500  # of one array or object
MOST_VALUES = 20_000  # in all
MOST_CHARACTERS = 100_000  # of one text


def shown_body(machine: MachineResult) -> Any:
    """What the stage is sent of it."""
    return machine.body if len(machine.raw) <= LONGEST_TEXT else shortened(machine.body)


def shortened(result: Mapping[str, Any]) -> Any:
    """The result with the first items of long arrays and objects, and the beginnings of long texts."""
    return _Cut().of(result)


class _Cut:
    def __init__(self) -> None:
        self._room = MOST_VALUES

    def of(self, value: Any) -> Any:
        self._room -= 1
        if isinstance(value, str):
            return value[:MOST_CHARACTERS]
        if isinstance(value, Mapping):
            return {name: self.of(part) for name, part in self._first(value.items())}
        return [self.of(part) for part in self._first(value)] if isinstance(value, list) else value

    def _first(self, items: Any) -> Any:
        """The first of them, as long as there is room."""
        for place, item in enumerate(items):
            if place >= MOST_ITEMS or self._room <= 0:
                return
            yield item
