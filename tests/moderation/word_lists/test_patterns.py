"""Patterns that would bring other engines to a halt."""

from __future__ import annotations

from time import thread_time

import pytest

from moderation.word_lists.entries import key_of
from moderation.word_lists.patterns import TEXT_LIMIT
from moderation.word_lists.refusals import WordListRefused
from tests.moderation.word_lists.searching import matcher, matcher_of

PATIENCE_SECONDS = 10  # a backtracking engine would take years
HOSTILE = [r"(a+)+$", r"(a|aa)+$", r"(a|a?)+b", r"(x+x+)+y", r"(.*a){20}", r"([a-z]+)*\d", r"(?:a?){100}a{100}"]
TEXTS = ["a" * TEXT_LIMIT + "!", "x" * TEXT_LIMIT, "a1" * TEXT_LIMIT, "微" * TEXT_LIMIT]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_explodes_elsewhere_is_refused_or_stays_within_its_budget(pattern: str) -> None:
    try:
        search = matcher("pattern", pattern)
    except WordListRefused:
        return
    began = thread_time()
    for text in TEXTS:
        search(text)
    assert thread_time() - began < PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a", "missing"),
        ("[a", "missing"),
        ("a**", "bad repetition"),
        (r"(?=a)b", "cannot be used"),
        (r"(a)\1", "cannot be used"),
        (r"\Qa", "cannot be used"),  # would swallow the pattern behind it
        ("a*", "an empty text"),
        ("a|", "an empty text"),
        (r"\b", "an empty text"),
        ("$", "an empty text"),
        (r"(.*){1,1000}x", "too long"),
        (r"((a{1,100}){1,100}){1,100}", "cannot be used"),
        (r"\pL{1,1000}", "too large"),
        ("x" * 501, "500"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_in_words(pattern: str, why: str) -> None:
    with pytest.raises(WordListRefused, match=why):
        key_of(pattern, kind="pattern")


def test_a_list_that_is_too_slow_for_a_text_is_skipped_and_the_others_are_not() -> None:
    slow = [rf"[ab]*a[ab]{{{150 + number}}}c" for number in range(60)]
    lists = {("slow", "pattern"): slow, ("words", "plain"): ["abba"], ("quick", "pattern"): [r"b{3}\d"]}
    text = "".join("ab"[int(bit)] for bit in bin(3**6300)[2:])[: TEXT_LIMIT - 10] + "abba bbb1"
    found = matcher_of(lists)(text)
    assert [own.name for own in found.skipped] == ["slow"]
    assert {word.list_name for word in found.words} == {"words", "quick"}


def test_patterns_behind_one_gate_keep_to_themselves() -> None:
    many = [f"needle{number}" for number in range(60)] + ["(?s)x.y", "X.Z"]
    found = matcher("pattern", *many)("needle59 x\ny x z")
    assert {word.word for word in found.words} == {"needle5", "needle59", "x\ny", "x z"}


def test_each_of_many_patterns_is_found_by_itself() -> None:
    """Several stand behind one gate; none may be left outside."""
    numbers = range(60)
    search = matcher("pattern", *(rf"w{number}\.x" for number in numbers))
    assert [len(search(f"say w{number}.x").words) for number in numbers] == [1] * 60
