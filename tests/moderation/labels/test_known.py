"""Which labels the catalogue knows, and what a mistyped one may have meant."""

from __future__ import annotations

from typing import Any

import pytest
from rapidfuzz import process

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.labels import known
from tests.factories.labels import many, seeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    """An earlier test of this process may have emptied it."""
    seeded()


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("porn", True),
        ("erotic", True),  # an alias of porn
        ("violence/graphic_gore_scenes", True),
        ("violence/gorre", False),
        ("violence/Graphic_Gore_Scenes", False),  # goes out as it is written
        ("violense", False),
        ("normal", False),
        ("", False),
    ],
)
def test_a_path_is_known_or_not(path: str, known: bool) -> None:
    given = LabelPath(*path.split("/"))
    assert labels.unknown([given, given]) == ([] if known else [given])


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        ("porn", True),
        ("porn/*", True),
        ("violence/graphic_gore_scenes", True),
        ("Violent/GRAPHIC_GORE_SCENES/*", True),
        ("*/female_nudity", True),
        ("*/*/nvxiongloudian", True),
        ("violence/gorre", False),
        ("*/femal_nudity", False),
        ("porn/graphic_gore_scenes", False),
        ("fraud", False),
    ],
)
def test_a_pattern_fits_a_label_or_none(pattern: str, known: bool) -> None:
    assert labels.unknown_patterns([pattern]) == ([] if known else [pattern])


def test_what_the_machine_has_sent_is_known() -> None:
    labels.register([LabelPath("fraud", "phishing_page")])
    assert labels.unknown([LabelPath("fraud"), LabelPath("fraud", "phishing_page")]) == []
    assert labels.unknown_patterns(["*/phishing_page"]) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("violence/gorre", "violence/graphic_gore_scenes"),
        ("porn/femal_nudity", "porn/female_nudity"),
        ("violense", "violence"),
        ("porn/zzzz", ""),
        ("", ""),
        ("*/zzz", ""),
    ],
)
def test_what_may_have_been_meant(typed: str, meant: str) -> None:
    assert labels.closest(typed) == meant


def test_twenty_thousand_labels_are_compared_word_by_word_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task is locked meanwhile: each typed word, of at most twelve, is compared with each different word once."""
    many(20_000)
    compared: list[int] = []
    extract = process.extract

    def counted(typed: str, words: list[str], **options: Any) -> Any:
        compared.append(len(words))
        return extract(typed, words, **options)

    monkeypatch.setattr(process, "extract", counted)
    assert labels.closest("violence/gorre") == "violence/graphic_gore_scenes"
    assert labels.closest("porn/" + "detector_nomber_" * 500).startswith("porn/")
    assert len(compared) == 1 + known.MAX_TYPED
    assert max(compared) < 2_600  # of 2,500 labels in the category, and no word twice
