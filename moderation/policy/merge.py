"""Merge two people's changes of one policy: what only one of them changed is taken over from both. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moderation.policy.pieces import (
    PLACE,
    RULES,
    SECTIONS,
    Path,
    Pieces,
    path_id,
    placed,
    put_together,
    take_apart,
)
from moderation.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Merged:
    """`collisions` are the ids, as in `changes`, of what both changed to something else; there `body` has mine. It may
    be a body that cannot be read: each of two new sections is sound, but not both together.
    """

    body: dict[str, Any]
    collisions: tuple[str, ...]


def merge(ancestor: Policy, mine: Policy, theirs: Policy) -> Merged:
    """`ancestor` is what both began with."""
    old = take_apart(ancestor)
    own, other = take_apart(mine, like=old), take_apart(theirs, like=old)
    values, collisions = _merged_values(old, own, other)
    values, torn = _with_whole_sections(values, own)
    order, is_disputed = _merged_order(old, own, other, kept=[path[1] for path in values if path[0] == RULES])
    paths = [*collisions, *torn, *([(RULES, PLACE)] if is_disputed else [])]
    return Merged(put_together(Pieces(values, order)), tuple(dict.fromkeys(map(path_id, paths))))


def _merged_values(old: Pieces, own: Pieces, other: Pieces) -> tuple[dict[Path, Any], list[Path]]:
    values: dict[Path, Any] = {}
    collisions = []
    for path in {**other.values, **own.values, **old.values}:
        before, mine, theirs = (pieces.values.get(path) for pieces in (old, own, other))
        if before != mine != theirs != before:
            collisions.append(path)
        if (kept := theirs if mine == before else mine) is not None:
            values[path] = kept
    return values, collisions


def _with_whole_sections(values: dict[Path, Any], own: Pieces) -> tuple[dict[Path, Any], list[Path]]:
    """A section that one removed while the other changed something in it is as I left it: whole, or gone."""
    keys = dict.fromkeys(path[1] for path in values if path[0] == SECTIONS)
    torn = [key for key in keys if (SECTIONS, key, "name") not in values]
    kept = {path: value for path, value in values.items() if path[0] != SECTIONS or path[1] not in torn}
    kept |= {path: value for path, value in own.values.items() if path[0] == SECTIONS and path[1] in torn}
    return kept, [(SECTIONS, key) for key in torn]


def _merged_order(old: Pieces, own: Pieces, other: Pieces, *, kept: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The order of the rules, and whether both moved them, each to another one."""
    common = set(old.order) & set(own.order) & set(other.order)
    before, mine, theirs = ([key for key in pieces.order if key in common] for pieces in (old, own, other))
    backbone, added = (other.order, own.order) if mine == before else (own.order, other.order)
    kept = set(kept)
    order = [key for key in backbone if key in kept]
    for key in added:
        if key in kept and key not in order:
            order = placed(order, key, as_in=added)
    return tuple(order), before != mine != theirs != before
