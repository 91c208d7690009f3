"""The card of a case: its name, score and state, and a picture under its reader's own filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, ResultFacts
from moderation.policy_versions import store
from review import preferences
from review.cases import outcome_counts
from review.cases.search import Filters
from review.models import Queue, ReviewTask
from review.presentation import case_card
from review.presentation.case_card import CaseCard
from review.workflow import defer
from review.workflow.assign import ask_second_opinion
from tests.factories import bodies, tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.review.pictures import with_pictures
from tests.world import World


def card(world: World, by: Any = None) -> CaseCard:
    cases = Case.objects.select_related("app", "picture_fetch__picture")
    (found,) = case_card.of_cases(list(cases), user=by or world.alice)
    return found


def prefer(world: World, **filter_: Any) -> None:
    preferences.save({"filter": {"blur": 0, "grayscale": False, "categories": {}} | filter_}, by=world.alice)


@pytest.fixture
def task(world: World) -> ReviewTask:
    (made,) = tasks.waiting(world.nudity, app=world.web)
    with_pictures(Case.objects.all())
    return made


def test_a_waiting_case(world: World, task: ReviewTask) -> None:
    shown = card(world)
    assert (shown.path, shown.score) == ("porn/nudity/swimwear", 740)
    assert shown.label
    assert shown.full_label.endswith(shown.label)
    assert (shown.state.mark, shown.state.said, shown.state.tone, shown.state.who) == ("◐", "waiting", "", "")
    assert shown.state.when.startswith("due in ")


def test_who_has_it_and_how_it_came_there(world: World, task: ReviewTask) -> None:
    leased = take_lease(world.nudity, by=world.bob)
    assert (card(world).state.said, card(world).state.who) == ("leased", "Bob")
    defer.escalate(lease_key_of(leased), by=world.bob, note="art?")
    shown = card(world)
    assert (shown.state.mark, shown.state.said, shown.state.who) == ("↑", "escalated", "Bob")
    assert shown.origin is not None
    assert shown.origin.note == "art?"


def test_a_decided_case_tells_its_verdict_in_shape_and_word(world: World, task: ReviewTask) -> None:
    decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    shown = card(world)
    assert (shown.state.mark, shown.state.said, shown.state.who, shown.is_open) == ("●", "rejected", "Bob", False)


def test_a_case_decided_with_another_tells_the_verdict_too(world: World) -> None:
    leader, follower = tasks.waiting(world.nudity, app=world.web, count=2)
    ReviewTask.objects.filter(pk=follower.pk).update(state="grouped", grouped_with=leader)
    decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    cases = Case.objects.filter(pk__in=[leader.case_id, follower.case_id]).select_related("app")
    shown = case_card.of_cases(list(cases), user=world.alice)
    assert [(one.state.said, one.state.who) for one in shown] == [("rejected", "Bob")] * 2
    counted = outcome_counts.count(Filters(), user=world.alice)
    assert counted is not None
    assert counted.by_kind == {"rejected": 2}


def test_so_does_one_that_policy_decided_alone(world: World) -> None:
    section = {"name": "all", "thresholds": {"porn": {"reject": 700}}, "intermediate": "decide"}
    store.put_in_force({"sections": [section]}, by="tests")
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    (shown,) = case_card.of_cases(list(Case.objects.select_related("app", "picture_fetch__picture")), user=world.dave)
    assert (shown.level, shown.state.mark, shown.state.kind) == ("REVIEW", "●", "reject")


def test_a_second_opinion_shows_no_verdict(world: World, task: ReviewTask) -> None:
    leased = take_lease(world.nudity, by=world.bob)
    ask_second_opinion(lease_key_of(leased), to=world.alice, by=world.bob, note="sport?", view="REJECT")
    shown = card(world)
    assert shown.origin is not None
    assert (shown.origin.kind, shown.origin.earlier, shown.decision) == ("second-opinion", "", None)
    assert "REJECT" not in repr(shown.state)


def test_a_case_past_its_time_is_overdue(world: World, task: ReviewTask) -> None:
    ReviewTask.objects.update(due_at="2026-01-01T00:00Z")
    assert (card(world).state.tone, card(world).state.when[:8]) == ("bad", "overdue ")


def test_the_picture_is_clear_only_for_who_has_no_filter(world: World, task: ReviewTask) -> None:
    assert card(world).picture.url.endswith("/thumbnail")
    for blur, address in ((1, "/blurred?strength=1"), (2, "/blurred?strength=2"), (3, "/blurred")):
        prefer(world, blur=blur)
        assert card(world).picture.url.endswith(address)
    assert card(world, world.bob).picture.url.endswith("/thumbnail")


def test_the_blur_of_its_queue_covers_the_picture_for_who_has_no_filter(world: World, task: ReviewTask) -> None:
    Queue.objects.filter(pk=world.nudity.pk).update(blur=2)
    assert card(world).picture.url.endswith("/blurred?strength=2")
    waits = ReviewTask.objects.select_related("queue", "owner", "leased_by", "noted_by", "case__picture_fetch__picture")
    assert [one.picture.blur for one in case_card.of_tasks(list(waits), user=world.alice)] == [2]
    prefer(world, blur=0)
    assert card(world).picture.url.endswith("/thumbnail")


def test_the_strictest_filter_of_all_its_labels_counts(world: World, task: ReviewTask) -> None:
    prefer(world, categories={"ad": {"blur": 3, "grayscale": True}})
    assert card(world).picture.blur == 0
    Case.objects.all().delete()
    said = [*bodies.result()["allLabels"], {"riskLabel1": "ad", "probability": 0.2, "riskLevel": "PASS"}]
    tasks.waiting(world.nudity, app=world.web, says={"allLabels": said})
    with_pictures(Case.objects.all())
    assert (card(world).picture.blur, card(world).picture.grayscale) == (3, True)


@pytest.mark.parametrize("stored", [None, 7])
def test_while_its_labels_are_not_stored_the_strictest_filter_lies_over_it(
    world: World, task: ReviewTask, stored: int | None
) -> None:
    """Of no result yet, or of another one."""
    prefer(world, categories={"ad": {"blur": 2, "grayscale": False}})
    if stored is None:
        ResultFacts.objects.all().delete()
    ResultFacts.objects.update(revision=stored)
    shown = card(world)
    assert (shown.picture.blur, shown.score, shown.path) == (2, None, "porn/nudity/swimwear")


@pytest.mark.parametrize(
    "path", [("Porn", "Nudity", "a/b~c"), ("色情", "", ""), ("ad", "", "third"), ("porn", "nudity", ""), ("*", "", "")]
)
def test_the_score_is_of_its_own_label_however_that_is_spelt(world: World, path: tuple[str, str, str]) -> None:
    levels = dict(zip(("riskLabel1", "riskLabel2", "riskLabel3"), path, strict=True))
    other = {"riskLabel1": "porn", "riskLabel2": "nudity", "riskLabel3": "other", "probability": 0.9}
    said = [
        {**one, "riskLevel": "REVIEW"}
        for one in (other, {**levels, "probability": 0.3}, {**levels, "probability": 0.4})
    ]
    tasks.waiting(world.nudity, app=world.web, says={**levels, "allLabels": said})
    assert card(world).score == 400


def test_any_number_of_cards_costs_the_same_queries(world: World) -> None:
    prefer(world, categories={"ad": {"blur": 3, "grayscale": True}})
    counts = []
    for _ in range(2):
        tasks.waiting(world.nudity, app=world.web, count=10)
        cases = list(Case.objects.select_related("app", "picture_fetch__picture"))
        case_card.of_cases(cases, user=world.alice)
        with CaptureQueriesContext(connection) as asked:
            assert len(case_card.of_cases(cases, user=world.alice)) == len(cases)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7
