"""Patterns, run by RE2: its time is linear in the text, so no text can stall a list (no catastrophic backtracking).

They search the folded text (lower case, half width, any white space a space) and ignore case. RE2 has no look-around
and no back references. Many large patterns on a long text are still slow, so each list has a time budget per text.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from time import thread_time
from typing import Any

import re2
from django.utils.translation import gettext

from moderation.word_lists.folding import Place, fold
from moderation.word_lists.refusals import WordListRefused

TEXT_LIMIT = 10_000  # code points of a text that are searched
BUDGET_SECONDS = 0.05  # of processor time, for one list in one text
_ONE_SEARCH_SECONDS = 0.02  # … and for one pattern, when it is saved, in the slowest of the probe texts
_LARGEST_PROGRAM_BYTES = 256 * 1024
_LARGEST_GATE_BYTES = 128 * 1024
_BEHIND_ONE_GATE = 25
_MATCHES_MEASURED = 20
_TIMES_MEASURED = 3  # one slow search can be caused by the garbage collector
_PROBE = random.Random(1)  # noqa: S311 - texts to measure with


class TooSlow(Exception):
    """The patterns of a list used up their budget for this text."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Patterns, and one combined pattern that matches when any of them can."""

    gate: Any
    patterns: Sequence[Any]


def compile_all(patterns: Sequence[str]) -> tuple[_Group, ...]:
    """Compile the patterns for `places`. Every pattern was checked when it was saved."""
    batches = [patterns[at : at + _BEHIND_ONE_GATE] for at in range(0, len(patterns), _BEHIND_ONE_GATE)]
    return tuple(_Group(_gate(batch), [_compiled(pattern) for pattern in batch]) for batch in batches)


def places(groups: Sequence[_Group], text: str, *, at_most: int) -> Iterator[Place]:
    """Where the patterns match in a folded text, `at_most` for each. Raises TooSlow once the budget is used up."""
    deadline = thread_time() + BUDGET_SECONDS
    for group in groups:
        _check_time(deadline)
        if group.gate is not None and not group.gate.search(text):
            continue
        for pattern in group.patterns:
            _check_time(deadline)
            yield from _matches(pattern, text, at_most, deadline)


def check(pattern: str) -> None:
    """Raises WordListRefused for a pattern that cannot be parsed, matches an empty text, or takes too long."""
    try:
        compiled = _compiled(pattern)
        _compiled(f"(?:{pattern})")  # a construct left open would swallow the neighbouring patterns
    except re2.error as error:
        raise WordListRefused(gettext("This pattern cannot be used: %(why)s.") % {"why": error}) from None
    probes = _probes(pattern)
    if any(found.start() == found.end() for text in ("", *probes) if (found := compiled.search(text))):
        raise WordListRefused(gettext("This pattern matches an empty text, so it would match everywhere."))
    if any(_is_slow(compiled, text) for text in probes):
        raise WordListRefused(gettext("This pattern takes too long on a long text. Make it simpler."))


def _compiled(pattern: str, largest: int = _LARGEST_PROGRAM_BYTES) -> Any:
    options = re2.Options()
    options.case_sensitive, options.never_capture, options.log_errors = False, True, False
    options.max_mem = largest
    return re2.compile(_folded(pattern), options)


def _folded(pattern: str) -> str:
    """Fold the characters beyond ASCII as in a folded text: a full-width bracket is no operator. ASCII stays."""
    signs = unicodedata.normalize("NFC", pattern)
    return "".join(sign if sign.isascii() else re2.escape(fold(sign)) for sign in signs)


def _gate(patterns: Sequence[str]) -> Any | None:
    try:
        return _compiled("|".join(f"(?:{pattern})" for pattern in patterns), _LARGEST_GATE_BYTES)
    except re2.error:  # together they are too large: each is searched by itself
        return None


def _matches(pattern: Any, text: str, at_most: int, deadline: float) -> Iterator[Place]:
    for match in islice(pattern.finditer(text), at_most):
        if match.start() < match.end():
            yield match.span()
        _check_time(deadline)


def _check_time(deadline: float) -> None:
    if thread_time() > deadline:
        raise TooSlow


def _is_slow(compiled: Any, text: str) -> bool:
    return all(_seconds(compiled, text) > _ONE_SEARCH_SECONDS for _ in range(_TIMES_MEASURED))


def _seconds(compiled: Any, text: str) -> float:
    began = thread_time()
    list(islice(compiled.finditer(text), _MATCHES_MEASURED))
    return thread_time() - began


def _probes(pattern: str) -> list[str]:
    """Long texts of the pattern's letters: each of them repeated, and all of them mixed."""
    letters = list(dict.fromkeys(sign for sign in fold(pattern) if sign.isalnum()))[:8] or ["a"]
    repeated = [letter * TEXT_LIMIT for letter in {*letters, "a", "0", " "}]
    return [*repeated, "".join(_PROBE.choices([*letters, " "], k=TEXT_LIMIT))]
