"""Which words are found in which texts, and where exactly."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.word_lists.characters import fold_unit, special
from moderation.word_lists.entries import key_of
from moderation.word_lists.folding import Folded, fold
from moderation.word_lists.matching import MATCHES_LIMIT, Matcher
from moderation.word_lists.patterns import TEXT_LIMIT
from moderation.word_lists.refusals import WordListRefused
from tests.moderation.word_lists.searching import Places, matcher, matcher_of, places

PLAIN, WHOLE, PATTERN = "plain", "whole", "pattern"

TABLE: list[tuple[str, list[str], str, Places]] = [
    # case, width, compatibility forms
    (PLAIN, ["free"], "Get it FREE, for Free", [("free", 7, 11), ("free", 17, 21)]),
    (PLAIN, ["free"], "ＦＲＥＥ ｆｒｅｅ", [("free", 0, 4), ("free", 5, 9)]),
    (PLAIN, ["ＦＲＥＥ"], "carefree", [("ＦＲＥＥ", 4, 8)]),
    (PLAIN, ["strasse"], "die Straße", [("strasse", 4, 10)]),
    (PLAIN, ["Straße"], "DIE STRASSE!", [("Straße", 4, 11)]),
    (PLAIN, ["fix"], "a ﬁx here", [("fix", 2, 4)]),
    (PLAIN, ["f"], "ﬁ", []),  # half a character is no match
    (PLAIN, ["s"], "ß", []),
    (PLAIN, ["café"], "CAFE\u0301 au lait", [("café", 0, 5)]),
    (PLAIN, ["cafe\u0301"], "café", [("cafe\u0301", 0, 4)]),
    (PLAIN, ["cafe"], "cafe\u0301", []),
    (PLAIN, ["ガス"], "ｶﾞｽ", [("ガス", 0, 3)]),
    (PLAIN, ["①号"], "一1号", [("①号", 1, 3)]),
    (PLAIN, ["..."], "so…and", [("...", 2, 3)]),
    (PLAIN, ["free"], "fr\u200bee\u00ad!", [("free", 0, 5)]),  # invisible characters hide nothing
    (PLAIN, ["add me"], "ADD\nME add\u3000me", [("add me", 0, 6), ("add me", 7, 13)]),
    # astral characters, in text, in words, before them
    (PLAIN, ["vip"], "😀😀vip", [("vip", 2, 5)]),
    (PLAIN, ["😀x"], "a😀X", [("😀x", 1, 3)]),
    (PLAIN, ["𝓯𝓻𝓮𝓮"], "free", [("𝓯𝓻𝓮𝓮", 0, 4)]),
    (PLAIN, ["𠮷野家"], "去𠮷野家吃", [("𠮷野家", 1, 4)]),
    # Arabic, Chinese
    (PLAIN, ["كتاب"], "هذا كتاب جديد", [("كتاب", 4, 8)]),
    (PLAIN, ["لا"], "\ufefb", [("لا", 0, 1)]),  # a ligature of two letters
    (PLAIN, ["微信"], "请加微信：abc", [("微信", 2, 4)]),
    # overlapping and nested
    (PLAIN, ["aa"], "aaa", [("aa", 0, 2), ("aa", 1, 3)]),
    (PLAIN, ["sex", "sexy"], "sexy", [("sex", 0, 3), ("sexy", 0, 4)]),
    # whole words
    (WHOLE, ["ass"], "class ass, as-ASS ass_ 2ass", [("ass", 6, 9), ("ass", 14, 17)]),
    (WHOLE, ["ass"], "ass", [("ass", 0, 3)]),
    (WHOLE, ["vip"], "加vip微信 vips", [("vip", 1, 4)]),  # Chinese gives a word no edge
    (WHOLE, ["微信"], "加微信吧", [("微信", 1, 3)]),
    (WHOLE, ["微信vip"], "加微信vip吧 微信vips", [("微信vip", 1, 6)]),
    (WHOLE, ["12345"], "微信12345 123456 QQ12345", [("12345", 2, 7)]),
    (WHOLE, ["+1"], "call+1 555 +12", [("+1", 4, 6)]),  # a sign is an edge by itself
    (WHOLE, ["كتاب"], "كتابهم كتاب كتاب\u064f", [("كتاب", 7, 11), ("كتاب", 12, 16)]),
    (WHOLE, ["кот"], "кот котик скот", [("кот", 0, 3)]),
    (WHOLE, ["राम"], "राम रामायण", [("राम", 0, 3)]),
    (WHOLE, ["카톡"], "카톡 카톡으로", [("카톡", 0, 2)]),
    (WHOLE, ["เงิน"], "ขอเงินด้วย", [("เงิน", 2, 6)]),
    (WHOLE, ["free"], "ＦＲＥＥｓ ＦＲＥＥ", [("free", 6, 10)]),
    # patterns: what was found is the word
    (PATTERN, [r"\d{5,11}"], "微信１２３４５，qq 99", [("１２３４５", 2, 7)]),
    (PATTERN, [r"微信[:：]?\s*[a-z]\w+"], "😀加微信： Ab_1", [("微信： Ab_1", 2, 10)]),
    (PATTERN, [r"(free|gratis) money"], "GRATIS\nMoney", [("GRATIS\nMoney", 0, 12)]),
    (PATTERN, [r"f\w"], "ﬁ", [("ﬁ", 0, 1)]),
    (PATTERN, [r"f$"], "ﬀ", [("ﬀ", 0, 1)]),  # the character that it touches
    (PATTERN, [r"a|ab", r"ab"], "ab", [("a", 0, 1), ("ab", 0, 2)]),
    (PATTERN, [r"Straße"], "STRASSE", [("STRASSE", 0, 7)]),
]


@pytest.mark.parametrize(("kind", "words", "text", "expected"), TABLE)
def test_words_are_found_exactly_where_they_stand(kind: str, words: list[str], text: str, expected: Places) -> None:
    assert places(matcher(kind, *words)(text)) == expected


def test_every_list_says_its_own_and_kinds_do_not_disturb_each_other() -> None:
    search = matcher_of({("a", PLAIN): ["ass"], ("b", WHOLE): ["ass", "class"], ("c", PATTERN): ["cl.ss"]})
    found = [(word.list_name, word.word) for word in search("class").words]
    assert found == [("b", "class"), ("c", "class"), ("a", "ass")]


def test_no_list_and_no_text_find_nothing() -> None:
    assert Matcher([]).is_empty
    assert Matcher([])("text").words == ()
    assert matcher(PLAIN, "a")("").words == ()


_ODD = "aAbßﬁﬀＦｶﾞ\u0301\u0323\u0345\u200b\u1161\u11a8\u1100ㄱㅏ\ufe0f…\u064fبİIı①½ \n\u3000微信😀𝓯"
_TEXT = st.text(st.one_of(st.sampled_from(_ODD), st.characters(exclude_categories=["Cs"])), max_size=12)


@settings(max_examples=500, deadline=None)
@given(
    _TEXT, _TEXT, _TEXT, st.sampled_from([str, str.upper, str.casefold, str.title]), st.sampled_from(["NFKC", "NFKD"])
)
def test_what_is_found_is_the_word_but_for_case_and_width(
    before: str, word: str, after: str, by: Any, form: Any
) -> None:
    try:
        search = matcher(PLAIN, word)
    except WordListRefused:
        return
    text = before + unicodedata.normalize(form, by(word)) + after
    for found in search(text).words:
        assert fold(text[found.start : found.end]) == fold(found.word)
    if not before and not after and fold(text) == fold(word):
        assert search(text).words


@settings(max_examples=500, deadline=None)
@given(_TEXT, st.data())
def test_places_in_the_folded_text_are_places_in_the_original(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    if start == end:
        return
    if place := folded.exactly(start, end):
        assert fold(text[slice(*place)]) == folded.text[start:end]
    assert folded.text[start:end] in fold(text[slice(*folded.around(start, end))])


def test_what_is_folded_in_one_go_folds_as_each_of_its_signs_does() -> None:
    """Every sign that is not special, in one text of all of them: one for one, and none looks at its neighbour."""
    plain = "".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if not special().match(sign))
    assert fold(plain) == "".join(map(fold_unit, plain))
    assert len(fold(plain)) == len(plain) > 800_000
    backwards = plain[::-1]
    assert fold(backwards) == "".join(map(fold_unit, backwards))


@pytest.mark.parametrize(
    ("word", "why"),
    [("", "no word"), ("a\nb", "line breaks"), ("\u200b", "visible"), ("x" * 101, "100"), ("\ufdfa" * 90, "500")],
)
def test_a_word_that_cannot_be_one_is_refused(word: str, why: str) -> None:
    with pytest.raises(WordListRefused, match=why):
        key_of(word, kind=PLAIN)


def test_a_text_is_searched_up_to_its_limit_and_no_list_is_drowned_by_another() -> None:
    search = matcher_of({("many", PLAIN): ["a", "aa"], ("one", PLAIN): ["z"]})
    found = search("a" * (TEXT_LIMIT - 1) + "z" + "z").words
    assert len(found) == MATCHES_LIMIT
    assert found[0].start == 0
    assert [(word.start, word.word) for word in found if word.list_name == "one"] == [(TEXT_LIMIT - 1, "z")]
    assert list(found) == sorted(found, key=lambda word: (word.start, word.end))
