"""Put words of our own lists among the machine's, in the detail in whose text they stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from moderation.contract.evidence import Details
from moderation.contract.fields import Fields
from moderation.contract.recognised_text import passages_of

Path = tuple[str | int, ...]
Named = tuple[str, str, tuple[Any, ...]]
"""List, word, position."""


def later_passages(v4: Mapping[str, Any]) -> list[tuple[Path, int, int]]:
    """(path of the detail, start, end) of every text behind the first."""
    details = list(Details.of(Fields(dict(v4))))
    found: dict[int, tuple[Path, int, int]] = {}
    for detail, passage in zip(details, passages_of(details), strict=True):
        if passage.start and passage.start not in found:
            found[passage.start] = (_path(detail), passage.start, passage.start + len(passage.text))
    return list(found.values())


def changed_at(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """A copy of the value with the part at that path changed; what is not on the path is shared."""
    if not path:
        return change(value)
    step, below = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int):
        return [changed_at(item, below, change) if at == step else item for at, item in enumerate(value)]
    found = value if isinstance(value, Mapping) else {}
    return {**found, step: changed_at(found.get(step), below, change)}


def with_words(detail: Any, *, named: Sequence[Named]) -> dict[str, Any]:
    """The detail with these words behind those of the machine's lists, without what it says already."""
    detail = detail if isinstance(detail, Mapping) else {}
    sent = detail.get("matchedLists")
    machine = list(sent) if isinstance(sent, list) else []
    said = set(_said(machine, {name for name, _, _ in named}))
    ours: dict[str, list[dict[str, Any]]] = {}
    for name, word, position in dict.fromkeys(named):
        if (name, word, position) not in said:
            ours.setdefault(name, []).append({"word": word, "position": list(position)})
    return {**detail, "matchedLists": machine + [{"name": name, "words": words} for name, words in ours.items()]}


def _said(matched_lists: Sequence[Any], names: Collection[str]) -> Iterator[Named]:
    """The words that the machine's lists of these names hold, with positions that could be ours."""
    for each in matched_lists:
        name, words = (each.get("name"), each.get("words")) if isinstance(each, Mapping) else (None, None)
        if isinstance(name, str) and name in names and isinstance(words, list):
            for word in filter(_is_placed, words):
                yield name, word["word"], tuple(word["position"])


def _is_placed(word: Any) -> bool:
    """Whether it is a word from one place to another."""
    if not isinstance(word, Mapping) or not isinstance(word.get("word"), str):
        return False
    position = word.get("position")
    return isinstance(position, list) and list(map(type, position[:3])) == [int, int]


def _path(detail: Fields) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in detail.pointer.split("/")[1:])
