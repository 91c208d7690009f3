"""The draft in shadow: evaluated beside the policy in force, counted, and without any consequence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.contract import parse_submission
from moderation.intake.accept import accept, accept_all
from moderation.models import Case, MachineResult, PolicyDraft, ShadowCount, ShadowDifference
from moderation.policy_versions import draft, shadow, store
from moderation.publishing import publish
from tests.factories import bodies
from tests.factories.policy_decisions import scored
from tests.world import World

IN_FORCE: dict[str, Any] = {
    "sections": [{"name": "all", "intermediate": "decide", "thresholds": {"porn": {"review": 400, "reject": 850}}}]
}
DRAFT: dict[str, Any] = {
    "sections": [{"name": "all", "intermediate": "decide", "thresholds": {"porn": {"review": 600, "reject": 700}}}]
}


@pytest.fixture
def drafted(world: World) -> draft.Draft:
    store.put_in_force(IN_FORCE, by=world.dave)
    draft.save(DRAFT, base=1, expected_version=0, by=world.dave)
    return shadow.start(by=world.dave)


def send(world: World, *probabilities: float) -> None:
    names = [f"r{Case.objects.count() + n}" for n, _ in enumerate(probabilities)]
    sent = [bodies.envelope(requestId=name, **scored(one)) for name, one in zip(names, probabilities, strict=True)]
    accept_all([(parse_submission(one), world.web) for one in sent], by=world.key)


def test_both_outcomes_are_counted_and_what_differs_is_noted(world: World, drafted: draft.Draft) -> None:
    send(world, 0.2, 0.5, 0.65, 0.75, 0.9)
    figures = shadow.figures()
    assert figures.counts == {
        ("PASS", "PASS"): 1, ("REVIEW", "PASS"): 1, ("REVIEW", "REVIEW"): 1,
        ("REVIEW", "REJECT"): 1, ("REJECT", "REJECT"): 1,
    }  # fmt: skip
    assert (figures.results, figures.different, figures.since) == (5, 2, drafted.shadow_since)
    assert sum(minute.count for minute in figures.minutes) == 5
    noted = [(one.before, one.after, one.label, one.score, one.revision) for one in shadow.differences(10)]
    assert sorted(noted) == [("REVIEW", "PASS", "porn/nudity", 500, 1), ("REVIEW", "REJECT", "porn/nudity", 750, 1)]


def test_nothing_follows_from_it(world: World, drafted: draft.Draft) -> None:
    send(world, 0.5, 0.75)
    assert list(Case.objects.values_list("state", flat=True)) == ["queued", "queued"]
    assert {result.route["policy"] for result in MachineResult.objects.all()} == {1}


def test_another_queue_is_a_difference_though_the_outcome_is_the_same(world: World) -> None:
    store.put_in_force({"rules": []}, by=world.dave)
    draft.save({"rules": [{"queue": "nudity"}]}, base=1, expected_version=0, by=world.dave)
    shadow.start(by=world.dave)
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    (one,) = shadow.differences(10)
    assert (one.before, one.after, one.queue_before, one.queue_after) == ("REVIEW", "REVIEW", "", "nudity")
    assert shadow.figures().different == 0, "of outcomes"


def test_it_begins_and_ends_with_one_verb_each(world: World, drafted: draft.Draft) -> None:
    assert shadow.start(by=world.dave) == drafted
    assert shadow.stop(by=world.dave).shadow_since is None
    shadow.stop(by=world.dave)
    send(world, 0.5)
    assert shadow.figures().results == 0
    told = list(AuditEvent.objects.filter(action__startswith="policy-draft.shadow").values_list("action", flat=True))
    assert told == ["policy-draft.shadow-started", "policy-draft.shadow-stopped"]


def test_what_was_seen_stays_when_it_is_stopped(world: World, drafted: draft.Draft) -> None:
    send(world, 0.5)
    shadow.stop(by=world.dave)
    assert (shadow.figures().results, len(shadow.differences(10))) == (1, 1)


def test_what_is_put_in_shadow_again_begins_anew(world: World, drafted: draft.Draft) -> None:
    send(world, 0.5, 0.9)
    shadow.stop(by=world.dave)
    shadow.start(by=world.dave)
    assert (shadow.figures().results, shadow.differences(10)) == (0, [])
    send(world, 0.5)
    shadow.stop(by=world.dave)
    assert (shadow.figures().results, len(shadow.differences(10))) == (1, 1)
    shadow.forget_old()
    assert ShadowCount.objects.count() == 1


def test_beside_another_policy_it_begins_anew(world: World, drafted: draft.Draft) -> None:
    send(world, 0.5, 0.9)
    version = store.put_in_force(DRAFT, by=world.dave)
    figures = shadow.figures()
    assert (figures.results, shadow.differences(10), figures.since) == (0, [], version.in_force_at)
    send(world, 0.5)
    assert shadow.figures().counts == {("PASS", "PASS"): 1}
    ShadowCount.objects.update(at=Now() - timedelta(minutes=3))
    shadow.forget_old()
    assert list(ShadowCount.objects.values_list("policy", "count")) == [(2, 1)]
    assert not ShadowDifference.objects.exists()


def test_a_changed_draft_begins_anew(world: World, drafted: draft.Draft) -> None:
    send(world, 0.5)
    again = {"sections": [{"name": "all", "intermediate": "decide", "thresholds": {"porn": {"review": 900}}}]}
    found = draft.save(again, base=1, expected_version=1, by=world.dave)
    assert found.shadow_since
    assert drafted.shadow_since
    assert found.shadow_since > drafted.shadow_since
    assert shadow.figures().results == 0
    send(world, 0.95)
    assert shadow.figures().counts == {("REJECT", "REVIEW"): 1}


@pytest.mark.parametrize("how", ["publish", "discard"])
def test_a_draft_that_is_none_any_more_is_in_no_shadow(world: World, drafted: draft.Draft, how: str) -> None:
    send(world, 0.5)
    if how == "publish":
        publish.publish(confirm=2, by=world.dave)
    else:
        draft.discard(expected_version=drafted.version, by=world.dave)
    assert shadow.in_shadow() is None
    assert (draft.current().shadow_since, shadow.figures().results) == (None, 0)
    with pytest.raises(draft.NothingDrafted):
        shadow.start(by=world.dave)


def test_a_fault_of_the_draft_harms_no_intake(
    world: World, drafted: draft.Draft, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shadow, "route", breaks)
    send(world, 0.5)
    assert (Case.objects.count(), shadow.figures().results) == (1, 0)
    assert "could not be evaluated in shadow" in caplog.text


def test_nor_does_one_that_cannot_be_read(world: World, drafted: draft.Draft, caplog: pytest.LogCaptureFixture) -> None:
    PolicyDraft.objects.update(body={"rules": [{"teleport": 1}]})
    shadow.forget()
    send(world, 0.5)
    assert Case.objects.count() == 1
    assert "cannot be read" in caplog.text


def test_without_a_shadow_no_statement_more_is_sent(world: World) -> None:
    store.put_in_force(IN_FORCE, by=world.dave)
    send(world, 0.5)
    with CaptureQueriesContext(connection) as queries:
        send(world, 0.5)
    assert "shadow" not in " ".join(query["sql"] for query in queries.captured_queries)


def test_minutes_that_are_over_are_summed_up_and_what_is_old_is_dropped(
    world: World, drafted: draft.Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        send(world, 0.5, 0.9)
    send(world, 0.75)
    before = shadow.figures()
    ShadowCount.objects.update(at=Now() - timedelta(minutes=3))
    ShadowCount.objects.create(draft=0, before="PASS", after="PASS", count=9)
    ShadowDifference.objects.create(draft=0, case=Case.objects.earliest("pk"), revision=1, before="PASS", after="PASS")
    monkeypatch.setattr(shadow, "MOST_DIFFERENCES", 2)
    shadow.forget_old()
    assert shadow.figures().counts == before.counts
    assert ShadowCount.objects.count() == 3
    assert list(ShadowCount.objects.values_list("draft", flat=True).distinct()) == [drafted.version]
    assert [one.after for one in ShadowDifference.objects.order_by("pk")] == ["PASS", "REJECT"]
    summed_up = set(ShadowCount.objects.values_list("pk", flat=True))
    shadow.forget_old()
    assert ShadowDifference.objects.count() == 2
    assert set(ShadowCount.objects.values_list("pk", flat=True)) == summed_up, "what is summed up is left alone"


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_start_and_stop_it(world: World, drafted: draft.Draft, name: str) -> None:
    for verb in (shadow.start, shadow.stop):
        with pytest.raises(NotAllowed):
            verb(by=getattr(world, name))
    assert draft.current().shadow_since
