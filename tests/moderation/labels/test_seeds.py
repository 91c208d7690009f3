"""What a new installation knows of labels."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from moderation.policy.taxonomy import CATEGORIES
from tests.factories.labels import SEEDS, label, seeded

pytestmark = pytest.mark.django_db


def test_the_migration_writes_every_category_sub_category_and_detector() -> None:
    Label.objects.all().delete()
    import_module("moderation.migrations.0005_labels").seed(apps, None)
    levels = Counter(bool(row.risk_label2) + bool(row.risk_label3) for row in Label.objects.exclude(risk_label2=""))
    assert (Label.objects.filter(risk_label2="", risk_label3="").count(), levels) == (8, {1: 47, 2: 48})
    assert Label.objects.get(risk_label2="", risk_label3="other_qr_codes").name_en == "Other QR Codes"


def test_the_categories_are_those_that_policy_has_built_in() -> None:
    seeded()
    ours = {
        (row.risk_label1, row.name_en, row.name_zh, row.severity)
        for row in Label.objects.filter(risk_label2="", risk_label3="")
    }
    assert ours == {(one.risk_label1, one.name_en, one.name_zh, one.severity) for one in CATEGORIES}


def test_only_categories_are_rated_and_everything_below_inherits() -> None:
    seeded()
    assert not Label.objects.exclude(risk_label2="", risk_label3="").exclude(severity=None).exists()
    assert labels.in_force().severity(LabelPath("minor", "csam", "child_nudity")) == "critical"
    assert labels.in_force().severity(LabelPath("QRCode", "linear_barcode")) == "low"


def test_every_seed_has_two_names_and_readable_identifiers() -> None:
    for seed in SEEDS:
        assert seed["name_en"].isprintable()
        assert re.search(r"[\u4e00-\u9fff]", seed["name_zh"]), seed
        for level in ("risk_label1", "risk_label2", "risk_label3"):
            assert re.fullmatch(r"[a-z0-9_]*", seed[level]), seed


def test_every_detector_stands_under_a_sub_category_that_is_there() -> None:
    paths = {(seed["risk_label1"], seed["risk_label2"], seed["risk_label3"]) for seed in SEEDS}
    assert len(paths) == len(SEEDS)
    assert {(one, two, "") for one, two, _ in paths} | {(one, "", "") for one, *_ in paths} <= paths


@pytest.mark.parametrize(
    "broken",
    [
        {"risk_label1": "", "raw_risk_label1": ""},
        {"risk_label1": "normal", "raw_risk_label1": "normal"},
        {"severity": "absurd"},
        {"source": "elsewhere"},
        {"source": "product"},
        {"first_seen_at": None},
    ],
)
def test_the_table_refuses_what_is_no_label(broken: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        label("fraud", **broken)


def test_a_path_is_one_row() -> None:
    label("fraud/a/b")
    with pytest.raises(IntegrityError), transaction.atomic():
        label("fraud/a/b")
