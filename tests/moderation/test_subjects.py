"""The record of a subject counts what stands, in its own app."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import App
from moderation import subjects
from moderation.models import Case, FinalResult
from moderation.policy import Subject
from tests.world import World

NOW = timezone.now()


def case_of(token_id: str, app: App, number: int) -> Case:
    return Case.objects.create(app=app, request_id=f"{token_id}-{number}", token_id=token_id, state="final")


def result(
    case: Case, risk_level: str, *, label: str = "ad", revision: int = 1, days_ago: int = 0, voided: bool = False
) -> None:
    at = NOW - timedelta(days=days_ago)
    FinalResult.objects.create(
        case=case,
        revision=revision,
        result_type=1,
        risk_level=risk_level,
        risk_label1=label,
        body="{}",
        decided_at=at,
        release_at=at,
        voided_at=NOW if voided else None,
    )


def test_a_separate_record_counts_what_was_decided_in_its_own_app(world: World) -> None:
    result(case_of("u", world.web, 1), "REJECT", days_ago=3)
    result(case_of("u", world.web, 2), "REJECT", days_ago=1)
    result(case_of("u", world.web, 3), "PASS")
    result(case_of("u", world.other_app, 4), "REJECT")
    result(case_of("v", world.web, 5), "REJECT")
    assert subjects.record_of((world.web.pk, "u")) == Subject(3, 2, NOW - timedelta(days=1), (("ad", 2),))
    assert subjects.record_of((None, "u")) == Subject(4, 3, NOW, (("ad", 3),)), "pooled over every app"


@pytest.mark.parametrize("separate", [False, True])
def test_a_case_says_whether_its_subject_is_known_by_one_app_alone(world: World, separate: bool) -> None:
    case = Case(app=world.web, token_id="u", is_token_separate=separate)
    assert subjects.key_of(case) == (world.web.pk if separate else None, "u")


def test_a_corrected_result_counts_as_corrected_and_one_taken_back_not_at_all(world: World) -> None:
    corrected = case_of("u", world.web, 1)
    result(corrected, "REJECT", days_ago=1)
    result(corrected, "PASS", revision=2)
    result(case_of("u", world.web, 2), "REJECT", voided=True)
    assert subjects.record_of((world.web.pk, "u")) == Subject(1, 0, None)


def test_rejections_are_counted_by_their_category_the_most_frequent_first(world: World) -> None:
    for number, label in enumerate(["porn", "ad", "qr", "ad"]):
        result(case_of("u", world.web, number), "REJECT", label=label, days_ago=number)
    result(case_of("u", world.web, 9), "PASS", label="normal")
    assert subjects.record_of((None, "u")) == Subject(5, 4, NOW, (("ad", 2), ("porn", 1), ("qr", 1)))


def test_nobody_has_no_record(world: World) -> None:
    result(case_of("", world.web, 1), "REJECT")
    assert subjects.records_of([(world.web.pk, ""), (world.web.pk, "unknown")]) == {}


def test_what_waits_hides_nothing_of_what_was_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "NEWEST", 2)
    for number in range(3):
        result(case_of("u", world.web, number), "REJECT", days_ago=3 - number)
    for number in range(3, 9):
        Case.objects.create(app=world.web, request_id=f"u-{number}", token_id="u", state="queued")
    assert subjects.record_of((None, "u")) == Subject(2, 2, NOW - timedelta(days=1), (("ad", 2),))
