"""Labels are registered as they are first seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.labels import registration
from moderation.models import CacheVersion, Label
from tests.factories.labels import label, seeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty(db: None) -> None:
    Label.objects.all().delete()


def register(*paths: str) -> None:
    labels.register(LabelPath(*path.split("/")) for path in paths)


def kept() -> set[str]:
    return {str(one) for one in Label.objects.all()}


def test_a_label_is_registered_with_the_levels_above_it() -> None:
    register("abuse/hate/slur", "qr/link")
    assert kept() == {"abuse", "abuse/hate", "abuse/hate/slur", "qr", "qr/link"}
    one = Label.objects.get(risk_label3="slur")
    assert (one.name_en, one.name_zh, one.severity, one.source) == ("", "", None, "seen")
    assert one.first_seen_at is not None


def test_level_one_is_folded_and_kept_as_first_seen_and_the_others_are_kept_as_sent() -> None:
    register("Polity/PoliticalSymbols", "politics/PoliticalSymbols", "politics/political_symbols")
    assert kept() == {"politics", "politics/PoliticalSymbols", "politics/political_symbols"}
    assert Label.objects.get(risk_label2="PoliticalSymbols").raw_risk_label1 == "Polity"
    assert Label.objects.get(risk_label2="political_symbols").raw_risk_label1 == "politics"


def test_a_level_three_without_a_level_two_stays_one() -> None:
    register("ad//deep")
    assert set(Label.objects.values_list("risk_label1", "risk_label2", "risk_label3")) == {
        ("ad", "", ""),
        ("ad", "", "deep"),
    }


def test_what_is_no_label_is_not_registered() -> None:
    register("normal", "Normal/normal/normal", "", "/below/nothing", " ")
    assert kept() == set()


def test_a_level_one_that_is_too_long_once_folded_is_not_registered() -> None:
    register("İ" * 128)
    assert kept() == set()


@pytest.mark.parametrize("odd", ["a\x00b", "a\nb", "x" * 129, "\ud800"])
def test_what_cannot_be_read_is_judged_but_not_registered(odd: str) -> None:
    register(f"{odd}/below", "fraud/fine")
    assert {"fraud", "fraud/fine"} == kept()
    register(f"fraud/{odd}")
    assert {"fraud", "fraud/fine"} == kept()


def test_what_an_administrator_said_stays(world: Any) -> None:
    one = label("fraud/hidden", name_en="Hidden", severity="high")
    register("FRAUD/hidden")
    one.refresh_from_db()
    assert (one.name_en, one.severity, one.raw_risk_label1) == ("Hidden", "high", "fraud")


def test_a_new_label_changes_nothing_for_policy() -> None:
    labels.in_force()
    register("fraud/hidden")
    assert not CacheVersion.objects.filter(pk="labels").exists()


def test_a_known_label_costs_no_query(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        register("fraud/hidden", "qr")
    with CaptureQueriesContext(connection) as queries:
        register("Fraud/hidden", "qrcode", "normal", "")
    assert len(queries) == 0


def test_what_was_rolled_back_is_not_taken_for_known(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        register("fraud/hidden")
        transaction.set_rollback(True)
    assert kept() == set()
    register("fraud/hidden")
    assert kept() == {"fraud", "fraud/hidden"}


def test_endless_inventions_are_kept_up_to_a_limit_and_then_cost_nothing(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded()  # which do not count
    monkeypatch.setattr(registration, "MAX_SEEN", 50)
    for number in range(20):
        with django_capture_on_commit_callbacks(execute=True):
            register(*(f"fraud/{number}-{n}" for n in range(10)))
    assert Label.objects.filter(source="seen").count() == 50
    assert len(registration._MEMORY.known) <= 100
    with CaptureQueriesContext(connection) as queries:
        register("fraud/one-more")
    assert len(queries) == 0
    monkeypatch.setattr(registration._MEMORY, "full_until", 0.0)
    Label.objects.filter(risk_label2="0-1").delete()
    register("fraud/one-more")
    assert Label.objects.filter(risk_label2="one-more").exists()


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "MAX_SEEN", 50)
    for number in range(1000):
        registration._MEMORY.add([("fraud", str(number), "")])
    assert len(registration._MEMORY.known) <= 100


def test_a_thousand_results_with_twenty_labels_each_are_one_insert() -> None:
    paths = [LabelPath("Ban", f"two_{n % 7}", f"three_{n % 101}") for n in range(20_000)]
    with CaptureQueriesContext(connection) as queries:
        labels.register(paths)
    assert (len(queries), Label.objects.count()) == (2, 1 + 7 + 7 * 101)
