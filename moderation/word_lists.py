"""Our own word lists, matched against the recognised text."""

from __future__ import annotations

from moderation.policy import ListedWord


def found_in(text: str) -> tuple[ListedWord, ...]:
    """Every listed word in a text, in the order of its place."""
    return ()
