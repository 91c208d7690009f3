"""Finding a label by typing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.labels import Found, search
from moderation.models import Label
from tests.factories.labels import label, many, seeded
from tests.world import World


@pytest.fixture(autouse=True)
def product(db: None) -> None:
    seeded()


def found(typed: str) -> list[str]:
    return [str(one.path) for one in labels.matching(typed)]


def test_nothing_typed_offers_the_categories_first() -> None:
    assert set(found("")[:8]) == {"porn", "sexy", "ban", "violence", "ad", "minor", "politics", "qr"}
    assert len(found("  ")) == 20


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("femal", "porn/female_nudity"),
        ("Female Nudity", "porn/female_nudity"),
        ("female_nudity", "porn/female_nudity"),
        ("FemaleNudity", "porn/female_nudity"),
        ("女性裸", "porn/female_nudity"),
        ("裸露", "sexy/general_nudity"),
        ("毒品", "ban/illicit_drugs"),
        ("毒", "ban/illicit_drugs"),
        ("wechat", "qr/in_app_qr_code/wechat_mini_program_standard_qr_code"),
        ("微信 嵌入", "qr/background_embedded_qr_code/background_embedded_wechat_qr_code"),
        ("nvxiong", "porn/female_nudity/nvxiongloudian"),
        ("porn nipple", "porn/female_nudity/nvxiongloudian"),
        ("porn/female_nudity/nvxiongloudian", "porn/female_nudity/nvxiongloudian"),
        ("porn/female_nudity", "porn/female_nudity"),
        ("rzr", "ban/controlled_bladed_weapons/blade_or_razor"),
        ("udity", "porn/female_nudity"),
        ("csam", "minor/csam"),
        ("ＣＳＡＭ", "minor/csam"),
        ("19", "politics/sensitive_political_events/covid_19_pandemic"),
    ],
)
def test_the_label_meant_comes_first(typed: str, first: str) -> None:
    best = labels.matching(typed)[0]
    assert str(best.path) == first or (typed in ("裸露", "udity") and typed in f"{best.name_zh} {best.name_en}")


@pytest.mark.parametrize("typed", ["zzzz", "///", "火星人", "q" * 100, "(((("])
def test_what_fits_nothing_finds_nothing(typed: str) -> None:
    assert found(typed) == []


def test_a_beginning_comes_before_a_word_start_and_that_before_scattered_letters() -> None:
    Label.objects.all().delete()
    best_first = ["zoo/contact_us_about_many_things", "zoo/my_other_contact", "zoo/subcontact", "zoo/cxoxnxtxaxcxt"]
    for path in (*best_first, "zoo/xx"):
        label(path)
    labels.forget()
    assert found("contact") == best_first


def test_letters_that_stand_closer_come_first() -> None:
    Label.objects.all().delete()
    for path in ("zoo/axbxc", "zoo/zabcz_and_a_long_rest", "zoo/ab"):
        label(path)
    labels.forget()
    assert found("abc") == ["zoo/zabcz_and_a_long_rest", "zoo/axbxc"]


def test_at_most_twenty_each_once() -> None:
    many(300)
    paths = found("detector")
    assert (len(paths), len(set(paths))) == (20, 20)


def test_a_label_is_told_as_its_account_spells_it_with_its_names_and_its_severity() -> None:
    label("politics/Symbols", raw_risk_label1="Polity", name_en="Symbols", name_zh="标志")
    labels.forget()
    assert labels.matching("polity symbols")[0] == Found(LabelPath("Polity", "Symbols"), "Symbols", "标志", "high")


def test_a_new_name_is_found_at_once(world: World) -> None:
    one = label("fraud/x1")
    assert found("Sugar daddy") == []
    labels.name(one, name_en="Sugar daddy", name_zh="", severity=None, by=world.dave)
    assert found("Sugar daddy") == ["fraud/x1"]


def test_a_label_that_was_only_seen_is_found_once_the_index_is_no_longer_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("zanahoria") == []
    labels.register([LabelPath("fraud", "zanahoria")])
    assert found("zanahoria") == []
    monkeypatch.setattr(search, "FRESH_SECONDS", 0)
    assert found("zanahoria") == ["fraud/zanahoria"]


def test_what_is_remembered_costs_one_short_query() -> None:
    found("nudity")
    with CaptureQueriesContext(connection) as queries:
        found("nudity")
    assert (len(queries), "cacheversion" in queries[0]["sql"]) == (1, True)
