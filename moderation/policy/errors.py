"""Errors in a policy's body: every wrong place at once, in translatable sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mistake:
    """`pointer` is an RFC 6901 JSON pointer into the body. `text` is English with `%(name)s` where `values` go."""

    pointer: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        return self.text % self.values


class PolicyRefused(ValueError):
    """The body is not a policy; `mistakes` names every place that is wrong. Retrying the same body cannot help."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(" ".join(f"{one.pointer or '/'}: {one.detail}" for one in self.mistakes))


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; the page that shows it translates it."""
    return text
