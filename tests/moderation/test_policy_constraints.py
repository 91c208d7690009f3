"""What the constraints of scores, of the gateway and of replays forbid is refused by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Endpoint, FactsBackfill, GatewayCall, LabelScore, ReplayReport
from tests.factories import bodies
from tests.world import World


def refused(constraint: str, make: Callable[..., Any], /, **columns: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**columns)


def make_score(world: World, **columns: Any) -> LabelScore:
    case = accept(parse_submission(bodies.envelope(allLabels=[])), app=world.web, by=world.key).case
    return LabelScore.objects.create(case=case, place=0, label="porn", **columns)


@pytest.mark.parametrize("level", ["pass", "NONE"])
def test_the_level_of_a_score_is_known(world: World, level: str) -> None:
    refused("label_score_level_known", make_score, world=world, risk_level=level)


@pytest.mark.parametrize(
    ("score", "probability"), [(1001, 1.0), (-1, 0.0), (500, 1.1), (500, -0.1), (500, None), (None, 0.5)]
)
def test_a_score_is_that_of_a_probability(world: World, score: int | None, probability: float | None) -> None:
    refused("label_score_of_a_probability", make_score, world=world, score=score, probability=probability)


@pytest.mark.parametrize(("score", "probability"), [(0, 0.0), (1000, 1.0), (None, None)])
def test_and_the_ends_are_scores(world: World, score: int | None, probability: float | None) -> None:
    assert make_score(world, score=score, probability=probability).score == score


def test_a_callback_has_one_endpoint(world: World) -> None:
    same: dict[str, Any] = {"name": "callbacks", "url": "https://a.test/", "callback_of": world.web}
    Endpoint.objects.create(**same)
    refused("endpoint_of_callbacks_once", Endpoint.objects.create, **same | {"name": "again"})
    Endpoint.objects.create(**same | {"name": "no callbacks", "callback_of": None})


def test_a_call_is_taken_in_once(world: World) -> None:
    same: dict[str, Any] = {"app": world.web, "request_id": "r1", "key_name": "k", "request": "{}", "callback": ""}
    GatewayCall.objects.create(**same)
    refused("gateway_call_once", GatewayCall.objects.create, **same)
    GatewayCall.objects.create(**same, bt_id="b1")


def test_there_is_one_backfill(world: World) -> None:
    refused("one_facts_backfill", FactsBackfill.objects.create, id=2, below=0, since=0)


def make_report(**columns: Any) -> ReplayReport:
    bodies_of = {"body": {}, "body_sha256": "a", "in_force": 1, "in_force_body": {}, "figures": {}}
    return ReplayReport.objects.create(**bodies_of, last=10, cursor=1, **columns)


@pytest.mark.parametrize("state", ["finished", "cancelled", "failed"])
def test_what_is_over_says_since_when(world: World, state: str) -> None:
    refused("replay_ended_when_over", make_report, state=state)
    assert make_report(state=state, ended_at=Now()).pk


def test_and_what_is_not_does_not(world: World) -> None:
    refused("replay_ended_when_over", make_report, state="running", ended_at=Now())
    refused("replay_ended_when_over", make_report, state="asleep", ended_at=Now())


@pytest.mark.parametrize("columns", [{"state": "running"}, {"state": "failed", "ended_at": Now()}])
def test_only_a_finished_replay_reports(world: World, columns: dict[str, Any]) -> None:
    refused("replay_reports_when_finished", make_report, **columns, report="{}")


def test_one_replay_of_the_same_is_under_way(world: World) -> None:
    make_report()
    refused("replay_running_once", make_report)
    assert make_report(state="finished", ended_at=Now(), report="{}").pk
