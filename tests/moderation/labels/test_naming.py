"""Naming and rating labels, and how a process notices."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts import audit
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation import labels
from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.intake.accept import accept
from moderation.models import CacheVersion, Label
from moderation.policy import BUILT_IN_TAXONOMY
from review.models import ReviewTask
from review.presentation import task_json
from review.workflow.verdicts import description
from tests.factories.bodies import envelope
from tests.factories.labels import label, many
from tests.factories.verdicts import take_lease
from tests.world import World

NAMES: dict[str, Any] = {"name_en": "Hidden contact", "name_zh": "隐藏联系方式", "severity": "high"}


def said(one: Label) -> dict[str, Any]:
    one.refresh_from_db()
    return {"name_en": one.name_en, "name_zh": one.name_zh, "severity": one.severity}


def cache_version() -> int:
    return CacheVersion.objects.filter(pk="labels").values_list("number", flat=True).first() or 0


def test_naming_a_label_is_known_at_once_and_recorded(world: World) -> None:
    one, before = label("fraud/hidden"), cache_version()
    assert labels.in_force().severity(LabelPath("Fraud", "hidden")) is None
    labels.name(one, **NAMES, by=world.dave)
    taxonomy = labels.in_force()
    assert taxonomy.name(LabelPath("Fraud", "hidden")) == "Hidden contact"
    assert taxonomy.severity(LabelPath("Fraud", "hidden", "below")) == "high"
    event = AuditEvent.objects.get(action="label.named")
    assert (event.by, event.on_id) == (world.dave, str(one.pk))
    assert cache_version() > before
    assert event.details == {
        "label": "fraud/hidden",
        "before": {"name_en": "", "name_zh": "", "severity": None, "aliases": []},
        "aliases": [],
        **NAMES,
    }


def test_the_same_again_changes_nothing_and_is_not_recorded(world: World) -> None:
    one = label("fraud/hidden", **NAMES)
    labels.name(one, **NAMES | {"name_en": "  Hidden   contact "}, by=world.dave)
    assert (cache_version(), AuditEvent.objects.filter(action="label.named").count()) == (0, 0)


def test_a_severity_can_be_taken_back_to_that_of_the_level_above(world: World) -> None:
    one = label("ban/hidden", severity="low")
    labels.name(one, name_en="", name_zh="", severity=None, by=world.dave)
    assert labels.in_force().severity(LabelPath("ban", "hidden")) == "critical"


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_name_labels(world: World, name: str) -> None:
    one = label("fraud/hidden")
    with pytest.raises(NotAllowed):
        labels.name(one, **NAMES, by=getattr(world, name))
    assert said(one) == {"name_en": "", "name_zh": "", "severity": None}


@pytest.mark.parametrize(
    "wrong", [{"name_en": "x" * 151}, {"name_zh": "a\x00b"}, {"severity": "absurd"}, {"severity": ""}]
)
def test_what_cannot_be_is_refused(world: World, wrong: dict[str, str]) -> None:
    one = label("fraud/hidden")
    with pytest.raises(ValueError, match=r"name|severity"):
        labels.name(one, **NAMES | wrong, by=world.dave)
    assert said(one)["name_en"] == ""


def test_without_its_record_the_change_does_not_happen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError

    one = label("fraud/hidden")
    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(OSError), transaction.atomic():  # noqa: PT011 - the one above
        labels.name(one, **NAMES, by=world.dave)
    assert (said(one)["name_en"], cache_version()) == ("", 0)


def test_the_categories_hold_where_the_table_is_empty(db: None) -> None:
    Label.objects.all().delete()
    assert labels.in_force() == BUILT_IN_TAXONOMY


def test_what_was_only_seen_is_not_carried_around(db: None) -> None:
    label("fraud/hidden")
    assert ("fraud", "hidden", "") not in labels.in_force().labels


def test_what_is_remembered_costs_one_short_query_even_with_twenty_thousand_labels(db: None) -> None:
    many(20_000)
    assert len(labels.in_force().labels) >= 20_000
    with CaptureQueriesContext(connection) as queries:
        labels.in_force()
    assert (len(queries), "cacheversion" in queries[0]["sql"]) == (1, True)


def test_a_severity_moves_a_task_and_names_are_shown_in_the_readers_language(world: World) -> None:
    labels.name(label("fraud/hidden"), **NAMES, by=world.dave)
    found = [{"riskLevel": "REVIEW", "riskLabel1": "FRAUD", "riskLabel2": "hidden", "probability": 0.2}]
    body = envelope(riskLabel1="FRAUD", riskLabel2="hidden", riskLabel3="", allLabels=found)
    accept(parse_submission(body), app=world.web, by=world.key)
    (term,) = ReviewTask.objects.get().priority
    why = {"code": "priority.high", "label": "FRAUD/hidden"}
    assert term == {"term": "severity", "minutes": 15, "why": why}
    task = take_lease(world.default, by=world.alice)
    for language, name in (("en", "Hidden contact"), ("zh-hans", "隐藏联系方式")):
        with override(language):
            (shown,) = task_json.tasks([task])[0]["labels"]
        assert (shown["name"], shown["severity"]) == (name, "high")
    assert description(LabelPath("FRAUD", "hidden")) == "FRAUD: Hidden contact"
