"""Matching sent text with found lines: every letter goes to at most one line, and to the right one."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.contract.geometry import FoundLine, Outline
from moderation.contract.text_lines import FULL, width
from moderation.text_locator.align import Aligned, align
from moderation.text_locator.places import places_of

HEIGHT = 30
LETTERS = st.text(alphabet="abcdefgh 0123456789加微信群领福利转账优惠红包", min_size=0, max_size=30)
PAGE = ("Add me on Telegram @shop_2024", "加微信领取优惠券", "Call 555 0134 for details", "今天晚上七点见面")


def line(text: str, row: int, *, drawn: str | None = None) -> FoundLine:
    """A found line that reads `text` where `drawn` stands, each row lower than the one before."""
    length = HEIGHT * 0.8 * sum(map(width, drawn or text)) / FULL
    return FoundLine(text, Outline((10, 50 * row, 10 + length, 50 * row + HEIGHT), probability=0.9))


def lines(*texts: str) -> list[FoundLine]:
    return [line(text, row) for row, text in enumerate(texts)]


def read(aligned: Sequence[Aligned], sent: str) -> dict[str, str]:
    """What of the sent text lies on each found line."""
    return {one.text: "".join(sent[place] for place in sorted(one.places)) for one in aligned}


def row_of(sent: str, word: str, found: Sequence[FoundLine], *, nth: int = 0) -> list[int]:
    """The rows on which a word of the text was placed."""
    start = -1
    for _ in range(nth + 1):
        start = sent.index(word, start + 1)
    places = list(places_of(sent, [(start, start + len(word))], align(sent, found)))
    return [round(outline.location[1] / 50) for place in places for outline in place.outlines]


def test_equal_text_is_placed_letter_by_letter() -> None:
    sent = "\n".join(PAGE)
    found = read(align(sent, lines(*PAGE)), sent)
    assert found == {text: text.replace(" ", "") for text in PAGE}


@pytest.mark.parametrize(
    "sent",
    [
        "ADD ME ON TELEGRAM @SHOP_2024\n加微信领取优惠券",  # case
        "AddmeonTelegram@shop_2024加微信领取优惠券",  # no blanks, lines joined
        "Acld rne on Te1egrarn @sh0p_2O24\n加徽信领取优惠卷",  # misread
        "加微信领取优惠券 Add me on Telegram @shop_2024",  # another order
        "Ａｄｄ ｍｅ ｏｎ Ｔｅｌｅｇｒａｍ ＠ｓｈｏｐ＿２０２４\n加微信领取优惠券",  # full width
        "Add me on\nTelegram @shop_2024\n加微信\n领取优惠券",  # lines broken elsewhere
    ],
)
def test_text_that_was_read_otherwise_is_placed_on_its_lines(sent: str) -> None:
    found = read(align(sent, lines(*PAGE[:2])), sent)
    assert len(found[PAGE[0]]) >= 22
    assert len(found[PAGE[1]]) >= 7
    assert found[PAGE[0]][-3:] in sent
    assert set(found[PAGE[1]]) <= set("加微徽信领取优惠券卷")


def test_letters_at_the_end_of_a_line_go_to_the_line_they_stand_on() -> None:
    """The text lost a letter of each line and misread the last ones: they are no part of the line below."""
    sent = "Hallo yes it is still thene\nOrly twiee"
    found = read(align(sent, lines("Hello, yes, it is still there", "Only twice!")), sent)
    assert found == {"Hello, yes, it is still there": "Halloyesitisstillthene", "Only twice!": "Orlytwiee"}


def test_a_found_line_that_holds_two_lines_of_the_text_is_shared() -> None:
    sent = "Price 30\nopen all night\nTel 5550142"
    found = lines("Price 30 Tel 5550142", "open all night")
    assert row_of(sent, "5550142", found) == [0]
    assert row_of(sent, "30", found) == [0]
    assert row_of(sent, "night", found) == [1]


def test_a_word_on_two_lines_has_two_parts() -> None:
    sent = "message me on telegram now please"
    assert row_of(sent, "telegram now", lines("message me on telegram", "now please")) == [0, 1]


def test_equal_lines_are_taken_from_the_top_down() -> None:
    sent = "SALE\nshoes\nSALE\nhats"
    found = lines("SALE", "shoes", "SALE", "hats")
    assert row_of(sent, "SALE", found) == [0]
    assert row_of(sent, "SALE", found, nth=1) == [2]


def test_text_that_is_not_on_the_picture_is_not_placed() -> None:
    sent = "transfer to account 5510 0042 77"
    assert align(sent, lines("今天晚上七点见面", "Meet me at seven")) == []


def test_a_short_word_is_not_found_by_chance() -> None:
    assert align("ok", lines("book of the oak")) == [] or row_of("ok", "ok", lines("book of the oak")) == [0]
    assert align("vx: q77", lines("extra quality 77 years")) == []


ARABIC = ("عرض خاص اليوم", "واتساب 05550199", "خصم كبير على كل شيء")


def unread(*texts: str) -> list[FoundLine]:
    """As the recogniser reads Arabic: nothing, or the digits alone in the box of the whole line."""
    return [line("".join(filter(str.isascii, text)).strip(), row, drawn=text) for row, text in enumerate(texts)]


def test_lines_that_cannot_be_read_are_placed_by_their_order() -> None:
    sent, found = "\n".join(ARABIC), unread(*ARABIC)
    assert [row_of(sent, word, found) for word in ("خاص", "واتساب", "كبير")] == [[0], [1], [2]]


def test_they_are_placed_among_lines_that_can_be_read() -> None:
    texts = (ARABIC[0], "Telegram @quickdeal88", *ARABIC[1:])
    sent, found = "\n".join(texts), unread(ARABIC[0], "Telegram @quickdeal88", *ARABIC[1:])
    assert row_of(sent, "واتساب", found) == [2]
    assert row_of(sent, "@quickdeal88", found) == [1]


def test_where_they_are_not_as_many_none_is_placed() -> None:
    sent = "\n".join(ARABIC)
    assert align(sent, unread(*ARABIC[:2])) == []
    assert align(sent.replace("\n", " "), unread(*ARABIC)) == []


def test_lines_of_quite_other_lengths_are_in_another_order() -> None:
    long = "السلام عليكم، هل ما زلت مهتماً بالعرض؟"
    assert align(f"{long}\nلا", unread("لا", long)) == []
    assert len(align(f"{long}\nلا", unread(long, "لا"))) == 2


@given(LETTERS.map(str.strip), st.lists(LETTERS, max_size=8), st.integers(0, 10**6))
def test_each_letter_of_both_sides_is_used_at_most_once(extra: str, texts: list[str], seed: int) -> None:
    parts = [*texts, extra]
    Random(seed).shuffle(parts)
    sent = "\n".join(parts)
    aligned = align(sent, lines(*texts))
    places = [place for one in aligned for place in one.places]
    assert len(places) == len(set(places))
    for one in aligned:
        assert all(0 <= place < len(sent) for place in one.places)
        assert all(0 <= start < end <= len(one.text) for start, end in one.places.values())


@given(st.lists(st.sampled_from([*PAGE, "转账给你优惠", "Visit shop.example/sale"]), unique=True, min_size=1))
def test_lines_of_the_picture_in_any_order_are_placed_whole(texts: list[str]) -> None:
    sent = "\n".join(reversed(texts))
    assert read(align(sent, lines(*texts)), sent) == {text: text.replace(" ", "") for text in texts}


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_survived(sent: str, texts: list[str]) -> None:
    aligned = align(sent, [FoundLine(text, Outline((0, 0, 100, 20))) for text in texts])
    for place in places_of(sent, [(0, len(sent))], aligned):
        assert place.outlines
