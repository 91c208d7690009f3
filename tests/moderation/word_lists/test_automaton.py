"""Every word at every place, overlapping ones too, whichever library searches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.word_lists.automaton import Search, by_bytes, by_characters, search_for

_SIGNS = st.text("aab微信信😀é", min_size=1, max_size=4)


@given(st.lists(_SIGNS, min_size=1, max_size=8), st.text("aab微信信😀é ", max_size=40))
def test_what_searches_where_daachorse_has_no_wheel_finds_the_same(words: list[str], text: str) -> None:
    assert sorted(by_bytes(words)(text)) == sorted(by_characters(words)(text)) == every_place(words, text)


@pytest.mark.parametrize("search", [by_bytes(["信", "a"]), by_characters(["信", "a"]), search_for(["信", "a"])])
def test_places_are_counted_in_characters(search: Search) -> None:
    assert list(search("😀信a")) == [(1, 2, 0), (2, 3, 1)]


def every_place(words: list[str], text: str) -> list[tuple[int, int, int]]:
    """By looking at each place for each word."""
    return sorted(
        (start, start + len(word), index)
        for index, word in enumerate(words)
        for start in range(len(text))
        if text.startswith(word, start)
    )
