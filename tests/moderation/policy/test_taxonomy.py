"""What labels are called and how severe they are. Pure: no database."""

from __future__ import annotations

import pytest

from moderation.contract.values import LabelPath
from moderation.policy import BUILT_IN_TAXONOMY, Taxonomy
from moderation.policy.sections import keys
from moderation.policy.taxonomy import CATEGORIES, Key, Named, Severity

ONE, TWO, THREE = Named(severity="low"), Named(severity="high"), Named(severity="critical")
NAMED_ONLY = Named("A name", "名称")


@pytest.mark.parametrize(
    ("one", "two", "three", "severity", "level"),
    [
        (ONE, TWO, THREE, "critical", ("ban", "b", "c")),
        (ONE, TWO, NAMED_ONLY, "high", ("ban", "b", "")),
        (ONE, TWO, None, "high", ("ban", "b", "")),
        (ONE, NAMED_ONLY, NAMED_ONLY, "low", ("ban", "", "")),
        (ONE, None, None, "low", ("ban", "", "")),
        (ONE, None, THREE, "critical", ("ban", "b", "c")),
        (NAMED_ONLY, NAMED_ONLY, NAMED_ONLY, None, None),
        (None, None, None, None, None),
        (None, TWO, None, "high", ("ban", "b", "")),
    ],
)
def test_a_label_without_a_severity_has_that_of_the_level_above(
    one: Named | None, two: Named | None, three: Named | None, severity: Severity | None, level: Key | None
) -> None:
    said = {("ban", "", ""): one, ("ban", "b", ""): two, ("ban", "b", "c"): three}
    taxonomy = Taxonomy({key: named for key, named in said.items() if named})
    path = LabelPath("ban", "b", "c")
    assert taxonomy.severity(path) == severity
    assert taxonomy.rated(path) == ((level, severity) if severity else None)


def test_a_severity_is_not_inherited_from_below_or_from_a_sibling() -> None:
    taxonomy = Taxonomy({("a", "b", "c"): THREE, ("a", "x", ""): TWO})
    assert taxonomy.severity(LabelPath("a")) is None
    assert taxonomy.severity(LabelPath("a", "b")) is None
    assert taxonomy.severity(LabelPath("a", "b", "d")) is None


def test_a_level_three_without_a_level_two_inherits_from_level_one() -> None:
    assert BUILT_IN_TAXONOMY.rated(LabelPath("qr", "", "deep")) == (("qr", "", ""), "low")


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [(name, one.risk_label1) for one in CATEGORIES for name in (one.risk_label1, *one.aliases)],
)
def test_level_one_is_known_by_every_alias_in_any_case(sent: str, canonical: str) -> None:
    for written in (sent, sent.upper(), sent.title()):
        assert BUILT_IN_TAXONOMY.canonical(written) == canonical
        assert BUILT_IN_TAXONOMY.severity(LabelPath(written)) == BUILT_IN_TAXONOMY.severity(LabelPath(canonical))


def test_an_unknown_level_one_is_folded_and_the_levels_below_are_kept_as_sent() -> None:
    assert BUILT_IN_TAXONOMY.key(LabelPath("Abuse", "HateSpeech", "A")) == ("abuse", "HateSpeech", "A")


@pytest.mark.parametrize(
    ("path", "language", "name"),
    [
        (LabelPath("Polity"), "en", "Politically Sensitive Content"),
        (LabelPath("Polity"), "zh-hans", "涉政"),
        (LabelPath("a", "b"), "en", "Bee"),
        (LabelPath("a", "b"), "zh-hans", "Bee"),
        (LabelPath("a", "c"), "en", "C"),
        (LabelPath("a", "c"), "zh-hans", "蜜蜂"),
        (LabelPath("a", "b", "not_named"), "en", "Not named"),
    ],
)
def test_a_label_is_called_by_the_name_of_exactly_it(path: LabelPath, language: str, name: str) -> None:
    said = {("a", "b", ""): Named("Bee"), ("a", "c", ""): Named("", "蜜蜂")}
    assert Taxonomy({**BUILT_IN_TAXONOMY.labels, **said}).name(path, language=language) == name


ALIASED = Taxonomy(
    {("ban", "weapon", "gun"): Named("Gun", severity="high"), ("ban", "weapon", ""): Named("Weapon")},
    {
        ("firearm", "", ""): ("ban", "weapon", "gun"),
        ("dangerous", "things", ""): ("ban", "weapon", ""),
        ("dangerous", "", ""): ("violence", "", ""),
    },
)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (LabelPath("Firearm"), ("ban", "weapon", "gun")),
        (LabelPath("firearm", "toy", "x"), ("ban", "weapon", "gun")),
        (LabelPath("dangerous", "Things", "Gun"), ("ban", "weapon", "Gun")),
        (LabelPath("dangerous", "other", "x"), ("violence", "other", "x")),
        (LabelPath("ban", "weapon", "gun"), ("ban", "weapon", "gun")),
        (LabelPath(""), ("", "", "")),
    ],
)
def test_the_longest_alias_stands_for_its_label(path: LabelPath, key: tuple[str, str, str]) -> None:
    assert ALIASED.key(path) == key


def test_a_label_is_looked_up_by_what_was_sent_and_by_what_is_meant() -> None:
    found = keys(LabelPath("dangerous", "Things", "Gun"), ALIASED)
    assert found == (
        *("dangerous/things/gun", "ban/weapon/gun", "dangerous/things", "ban/weapon", "dangerous", "ban"),
        "*",
    )
    assert keys(LabelPath("firearm"), ALIASED) == ("firearm", "ban/weapon/gun", "ban/weapon", "ban", "*")
    assert keys(LabelPath("Erotic", "Nudity"), ALIASED) == ("porn/nudity", "porn", "*")
