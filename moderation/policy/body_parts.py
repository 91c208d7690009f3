"""Read a policy's body value by value: mistakes are collected with their pointers, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Self

from moderation.contract.fields import json_type
from moderation.contract.json_text import escaped
from moderation.policy.errors import Mistake
from moderation.policy.errors import gettext_noop as _

MAX_ITEMS = 200
MAX_TEXT_CHARACTERS = 128
MAX_NAME_CHARACTERS = 100  # of a rule or a section
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Part:
    """One value of the body. `mistakes` is shared by all; after a mistake a reader returns a harmless "", 0 or None."""

    __slots__ = ("mistakes", "pointer", "value")

    def __init__(self, value: Any, pointer: str, mistakes: list[Mistake]) -> None:
        self.value, self.pointer, self.mistakes = value, pointer, mistakes

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, Mapping)

    def refuse(self, text: str, **values: object) -> None:
        self.mistakes.append(Mistake(self.pointer, text, values))

    def refuse_at(self, steps: str, text: str, **values: object) -> None:
        """Refuse a value below this one."""
        self.mistakes.append(Mistake(f"{self.pointer}/{steps}", text, values))

    def children(self, known: Collection[str]) -> dict[str, Self]:
        """The object's members; unknown ones are refused and left out."""
        if not isinstance(self.value, Mapping):
            self.refuse(_("Got %(type)s; give an object."), type=json_type(self.value))
            return {}
        found = {str(key): self._below(str(key), value) for key, value in self.value.items()}
        for name in [name for name in found if name not in known]:
            found.pop(name).refuse(_("Is not known here; what is known: %(known)s."), known=", ".join(known))
        return found

    def members(self, *, at_most: int) -> dict[str, Self]:
        """The object's members, whatever their names."""
        if not isinstance(self.value, Mapping):
            self.refuse(_("Got %(type)s; give an object."), type=json_type(self.value))
        elif len(self.value) > at_most:
            self.refuse(_("Has %(count)s entries; give at most %(most)s."), count=len(self.value), most=at_most)
        else:
            return {str(key): self._below(str(key), value) for key, value in self.value.items()}
        return {}

    def items(self, *, at_most: int = MAX_ITEMS) -> Iterator[Self]:
        if not isinstance(self.value, list | tuple):
            self.refuse(_("Got %(type)s; give an array."), type=json_type(self.value))
        elif len(self.value) > at_most:
            self.refuse(_("Has %(count)s entries; give at most %(most)s."), count=len(self.value), most=at_most)
        else:
            yield from (self._below(str(index), value) for index, value in enumerate(self.value))

    def text(self, *, at_most: int = MAX_TEXT_CHARACTERS) -> str:
        """The text, stripped; "" after a mistake. An empty text is a mistake."""
        if not isinstance(self.value, str):
            self.refuse(_("Got %(type)s; give a text."), type=json_type(self.value))
            return ""
        if _UNSTORABLE.search(self.value):
            self.refuse(_("Contains a control character or half a character; leave it out."))
            return ""
        if not 0 < len(text := self.value.strip()) <= at_most:
            self.refuse(_("Give a text of 1 to %(most)s characters."), most=at_most)
            return ""
        return text

    def slug(self) -> str:
        text = self.value if isinstance(self.value, str) else ""
        if not _SLUG.fullmatch(text):
            self.refuse(_("Give a queue by its short name: letters, digits, hyphens and underscores."))
            return ""
        return text

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse(_("Give true or false."))
        return self.value is True

    def number(self, low: float, high: float, *, whole: bool = False) -> float | None:
        """A number from `low` to `high`; None after a mistake."""
        value = self.value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and low <= value <= high and (not whole or value == int(value)):
            return int(value) if whole else float(value)
        text = (
            _("Give a whole number from %(low)s to %(high)s.")
            if whole
            else _("Give a number from %(low)s to %(high)s.")
        )
        self.refuse(text, low=low, high=high)
        return None

    def choice(self, choices: Collection[Any]) -> str:
        """One of the choices as text; "" after a mistake. `true` and 1.0 do not count as 1."""
        if any(type(self.value) is type(choice) and self.value == choice for choice in choices):
            return str(self.value)
        self.refuse(_("Give one of %(choices)s."), choices=", ".join(map(str, choices)))
        return ""

    def _below(self, step: str, value: Any) -> Self:
        return type(self)(value, f"{self.pointer}/{escaped(step)}", self.mistakes)
