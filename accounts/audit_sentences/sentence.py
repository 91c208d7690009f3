"""A sentence with open places, and which of several is told."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.audit_kinds import Kind

_SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The texts are marked for translation and translated when they are read."""

    kind: Kind
    texts: tuple[Any, ...]
    shorts: tuple[Any, ...] = ()

    def text(self, known: Collection[str]) -> str:
        """The first sentence whose values are all `known`, with its places still open."""
        return _first(self.texts, known)

    def short(self, known: Collection[str]) -> str:
        """As on the thing's own page; "" when it is only told elsewhere."""
        return _first(self.shorts, known)

    def has(self, text: str) -> bool:
        """Whether one of the texts has these words. Its places are none."""
        return any(text.casefold() in _SLOT.sub("\n", str(one)).casefold() for one in self.texts)


def _first(texts: tuple[Any, ...], known: Collection[str]) -> str:
    for text in map(str, texts):
        if all(name == "on" or name in known for name in _SLOT.findall(text)):
            return text
    return str(texts[-1]) if texts else ""


def says(kind: Kind, *texts: Any, short: tuple[Any, ...] = ()) -> Sentence:
    return Sentence(kind, texts, short)
