from __future__ import annotations

from moderation.known_pictures.alike import MOST_DIFFERENT, Known, bits_of, matches

ONE, OTHER = "1" * 64, "2" * 64
FAR = (1 << 256) - 1


def labels(known: list[Known], sha256: str, *likenesses: int) -> list[str]:
    return [match.known.label for match in matches(known, sha256=sha256, likenesses=likenesses)]


def test_the_same_bytes_are_recognised_without_a_likeness() -> None:
    assert labels([Known(1, "porn", ONE)], ONE) == ["porn"]
    assert labels([Known(1, "porn", ONE)], OTHER, 0) == []


def test_what_differs_in_few_bits_looks_alike() -> None:
    known = [Known(1, "porn", ONE, bits=0)]
    few, many = (1 << MOST_DIFFERENT) - 1, (1 << MOST_DIFFERENT + 1) - 1
    assert labels(known, OTHER, few) == ["porn"]
    assert labels(known, OTHER, many) == []
    assert labels(known, OTHER, FAR, few) == ["porn"]  # one frame of several


def test_each_label_is_told_once_and_the_same_bytes_go_first() -> None:
    known = [Known(1, "porn", ONE, bits=0), Known(2, "porn", "3" * 64, bits=1), Known(3, "ban", OTHER, bits=FAR)]
    assert labels(known, "4" * 64, 0, FAR) == ["porn", "ban"]
    assert labels(known, OTHER, 0) == ["ban"]


def test_only_64_hexadecimal_digits_are_a_likeness() -> None:
    assert bits_of("f" * 64) == FAR
    assert [bits_of(text) for text in ("", "f" * 63, "F" * 64, "g" * 64, "f" * 65)] == [None] * 5
