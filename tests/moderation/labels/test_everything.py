"""All labels by the keys of their thresholds."""

from __future__ import annotations

from moderation import labels
from moderation.contract.values import LabelPath
from tests.factories.labels import label, seeded


def test_labels_are_kept_by_the_keys_of_their_thresholds(db: None) -> None:
    seeded()
    label("porn/Kissing", raw_risk_label1="Erotic", severity="low")
    labels.forget()
    found = labels.everything()
    assert found["porn/kissing"].path == LabelPath("Erotic", "Kissing")
    assert found["porn/kissing"].severity == "low"
    assert list(found) == sorted(found, key=lambda key: key.split("/"))
    assert labels.threshold_key(LabelPath("Erotic", "Kissing"), labels.in_force()) == "porn/kissing"
