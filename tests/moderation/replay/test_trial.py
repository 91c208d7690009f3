"""Trying a policy on stored cases: counted by hand, by the facts of then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.contract import json_text, parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, ResultFacts
from moderation.policy import BUILT_IN, Policy, read
from moderation.policy.places import Place, Queues
from moderation.policy_versions import store
from moderation.replay.trial import Tried, trial
from tests.factories import bodies
from tests.world import World

QUEUES = Queues("default", frozenset({"default", "nudity", "minors"}))
DEFAULT, NUDITY, MINORS = (Place("queued", slug) for slug in ("default", "nudity", "minors"))
RECORDED, FAILED = Place("recorded"), Place("failed")


def post(world: World, count: int = 1, **changes: Any) -> list[Case]:
    return [_post(world, **changes) for _ in range(count)]


def _post(world: World, *, data: dict[str, Any] | None = None, **changes: Any) -> Case:
    body = json_text.loads(json.dumps(bodies.envelope(data=data, **changes)).encode())
    return accept(parse_submission(body), app=world.web, by=world.key).case


def policy(*rules: dict[str, Any]) -> Policy:
    return read(8, {"rules": list(rules)})


def moves(replayed: Tried) -> dict[tuple[Place, Place], int]:
    return {(move.before, move.after): move.count for move in replayed.moves}


def minor(**more: Any) -> dict[str, Any]:
    return {"riskLabel1": "minor", "allLabels": []} | more


@pytest.fixture
def past(world: World) -> None:
    """Eleven cases: 4 porn and 3 minors that wait, 2 minors that are final, 1 final PASS, 1 failure."""
    post(world, 4)
    post(world, 3, **minor())
    post(world, 2, **minor(riskLevel="REJECT", finalResult=1))
    post(world, 1, riskLevel="PASS", riskLabel1="normal", finalResult=1, allLabels=[])
    post(world, 1, code=1911)


def test_the_same_policy_moves_nothing(past: None) -> None:
    replayed = trial(BUILT_IN, queues=QUEUES)
    assert (replayed.cases, replayed.moves, replayed.caught) == (11, (), {})


def test_cases_that_would_go_elsewhere_are_counted(past: None) -> None:
    draft = policy(
        {"when": {"label": ["minor"], "finalResult": [1]}, "queue": "minors"},
        {"when": {"label": ["minor"]}, "queue": "minors"},
        {"when": {"label": ["porn"]}, "record": True},
    )
    replayed = trial(draft, queues=QUEUES)
    assert moves(replayed) == {(DEFAULT, RECORDED): 4, (DEFAULT, MINORS): 3, (RECORDED, MINORS): 2}
    assert (replayed.cases, replayed.moved, replayed.caught) == (11, 9, {1: 2, 2: 3, 3: 4})
    assert [move.count for move in replayed.moves] == [4, 3, 2]


def test_they_are_compared_with_what_the_policy_in_force_makes_of_them(world: World) -> None:
    post(world, 3)
    store.put_in_force({"rules": [{"queue": "nudity", "when": {"label": ["porn"]}}]}, by="tests")
    assert moves(trial(BUILT_IN, queues=QUEUES)) == {(NUDITY, DEFAULT): 3}
    assert moves(trial(policy({"queue": "nudity"}), queues=QUEUES)) == {}


def test_a_queue_that_does_not_exist_is_the_default_one(world: World) -> None:
    post(world)
    assert moves(trial(policy({"queue": "gone"}), queues=QUEUES)) == {}


def test_the_newest_examples_are_named_and_not_more_than_a_few(world: World) -> None:
    made = post(world, 7)
    (move,) = trial(policy({"queue": "nudity"}), queues=QUEUES).moves
    assert move.examples == tuple(case.pk for case in made[:1:-1])


def test_only_the_last_cases_and_of_each_the_newest_result(world: World) -> None:
    request_id = bodies.request_id()
    post(world, 3, **minor())
    post(world, requestId=request_id)
    post(world, 3, **minor())
    post(world, requestId=request_id, **minor(finalResult=1, riskLevel="REJECT"))
    draft = policy({"when": {"label": ["porn"]}, "queue": "nudity"}, {"queue": "minors"})
    assert moves(trial(draft, queues=QUEUES)) == {(DEFAULT, MINORS): 6}
    some = trial(draft, queues=QUEUES, last=5)
    assert (some.cases, moves(some)) == (5, {(DEFAULT, MINORS): 4})


def test_an_empty_house_is_said_to_be_empty(world: World) -> None:
    assert trial(BUILT_IN, queues=QUEUES) == Tried(0, (), {})


def test_the_subject_and_the_listed_words_are_those_of_then(world: World) -> None:
    case = _post(world)
    ResultFacts.objects.filter(case=case).update(decided=7, rejected=5, lists=["house rules"])
    for when, moved in (
        ({"rejected": {"atLeast": 5}}, 1),
        ({"rejected": {"atLeast": 6}}, 0),
        ({"decided": {"atLeast": 7}}, 1),
        ({"words": ["house rules"]}, 1),
        ({"words": ["house"]}, 0),
    ):
        assert trial(policy({"when": when, "queue": "nudity"}), queues=QUEUES).moved == moved


def test_the_request_is_asked_too(world: World) -> None:
    _post(world, data={"level": 3})
    _post(world, data={"level": 1})
    when = {"level": {"atLeast": 3}, "event": ["profile"], "type": ["EROTIC"], "app": ["web"], "lang": ["en"]}
    assert trial(policy({"when": when, "queue": "nudity"}), queues=QUEUES).moved == 1


def test_what_a_section_would_decide_moves_by_its_level(world: World) -> None:
    def section(reject: int) -> Policy:
        thresholds = {"porn": {"review": 700, "reject": reject}, "ad": {"review": 900}}
        return read(8, {"sections": [{"name": "all", "thresholds": thresholds, "intermediate": "decide"}]})

    post(world, 2)
    post(world, 1, riskLabel1="ad", riskLabel2="", riskLabel3="", allLabels=[{"riskLabel1": "ad", "probability": 0.2}])
    rejected, passed = Place("decided", level="REJECT"), Place("decided", level="PASS")
    assert moves(trial(section(730), queues=QUEUES)) == {(DEFAULT, rejected): 2, (DEFAULT, passed): 1}
    assert moves(trial(section(800), queues=QUEUES)) == {(DEFAULT, passed): 1}


def test_what_a_section_decided_stays_where_it_decides_the_same(world: World) -> None:
    body = {"sections": [{"name": "all", "thresholds": {"porn": {"reject": 700}}, "intermediate": "decide"}]}
    store.put_in_force(body, by="tests")
    post(world, 2)
    assert trial(read(8, body), queues=QUEUES).moves == ()
    assert moves(trial(BUILT_IN, queues=QUEUES)) == {(Place("decided", level="REJECT"), DEFAULT): 2}
