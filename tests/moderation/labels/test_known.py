"""Which labels the catalogue knows, and what a mistyped one may have meant."""

from __future__ import annotations

import pytest

from moderation import labels
from moderation.contract.values import LabelPath
from tests.factories.labels import seeded

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
