"""Compare pictures by 256 bits: whether each pixel of a small copy is lighter than its left neighbour. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_DIFFERENT = 26
"""Bits of 256. Copies that are scaled, compressed anew or a little brighter seldom differ in more, and different
photographs in 72 at least (docs/engine.md).
"""
_LIKENESS = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Known:
    """`bits` is None where only the same bytes are recognised."""

    pk: int
    label: str
    sha256: str
    bits: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    known: Known
    is_exact: bool


def bits_of(likeness: str) -> int | None:
    """None for what is no likeness."""
    return int(likeness, 16) if _LIKENESS.fullmatch(likeness) else None


def matches(known: Sequence[Known], *, sha256: str, likenesses: Iterable[int]) -> list[Match]:
    """Those with the same bytes, else those that look like one of the frames; of each label the first."""
    exact = [Match(one, is_exact=True) for one in known if one.sha256 == sha256]
    frames = list(likenesses)
    found = exact or [Match(one, is_exact=False) for one in known if _is_alike(one.bits, frames)]
    return list({match.known.label: match for match in reversed(found)}.values())[::-1]


def _is_alike(bits: int | None, frames: Sequence[int]) -> bool:
    return bits is not None and any((bits ^ frame).bit_count() <= MOST_DIFFERENT for frame in frames)
