"""Replaying a policy on stored results gives what ingesting them anew under it gives, in a database without them."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from moderation import labels, subjects
from moderation.contract import json_text, parse_submission
from moderation.intake.accept import accept_all
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import Policy, read
from moderation.policy_versions import store
from moderation.replay import counted
from moderation.replay.judge import Judge
from moderation.replay.report import Queues, report
from moderation.replay.tally import Tally
from moderation.word_lists import changes
from tests.factories import bodies
from tests.moderation.replay.judged import by_statement
from tests.world import World

RESULTS, BATCH = 5_000, 500
BEFORE = {
    "rules": [{"queue": "nudity", "when": {"label": ["porn"]}}],
    "sections": [{"name": "live", "scope": {"event": "live"}, "thresholds": {"porn": {"review": 300, "reject": 900}}}],
}
AFTER: dict[str, Any] = {
    "rules": [
        {"queue": "nudity", "when": {"rejected": {"atLeast": 2}, "finalResult": [0, 1]}},
        {"record": True, "when": {"label": ["ad"], "probability": {"atMost": 0.6}}},
        {"queue": "nudity", "when": {"words": ["house rules"]}},
    ],
    "sections": [
        {
            "name": "everywhere",
            "thresholds": {"porn/nudity": {"review": 400, "reject": 850}, "*": {"review": 700}},
            "intermediate": "decide",
        },
        {
            "name": "live of web",
            "scope": {"app": "web", "event": "live"},
            "thresholds": {"porn/nudity/swimwear": {"review": 600}, "ad": {"reject": 950}},
            "otherwise": "REVIEW",
            "afterReject": "confirm",
            "intermediate": "decide",
        },
    ],
}


def some_bodies() -> list[dict[str, Any]]:
    dice = random.Random(12)
    return [a_body(dice) for _ in range(RESULTS)]


def a_body(dice: random.Random) -> dict[str, Any]:
    level, found = dice.choice(["PASS", "REVIEW", "REJECT"]), [a_label(dice) for _ in range(dice.randint(0, 3))]
    own = found[0] if found and dice.random() < 0.7 else {"riskLabel1": dice.choice(["normal", "minor"])}
    text = dice.choice(["", "add me", "call the boss 12345"])
    detail = {"riskSource": 1002, "ocrText": {"text": text}}
    changes = {name: own.get(name, "") for name in ("riskLabel1", "riskLabel2", "riskLabel3")}
    return bodies.envelope(
        data={"tokenId": f"u{dice.randint(0, 20)}", "level": dice.randint(0, 4)},
        riskLevel=level,
        riskDetail=detail,
        allLabels=found,
        finalResult=dice.randint(0, 1),
        code=1100 if dice.random() < 0.97 else 1911,
        **changes,
    ) | ({"request": bodies.request() | {"eventId": "live"}} if dice.random() < 0.5 else {})


def a_label(dice: random.Random) -> dict[str, Any]:
    first, second, third = dice.choice(
        [("porn", "nudity", "swimwear"), ("erotic", "Nudity", "topless"), ("ad", "", ""), ("ban", "weapon", "knife")]
    )
    label: dict[str, Any] = {"riskLabel1": first, "riskLabel2": second, "riskLabel3": third}
    if dice.random() < 0.9:
        label["probability"] = round(dice.random(), 5)
    return label | ({"riskLevel": dice.choice(["PASS", "REVIEW", "REJECT"])} if dice.random() < 0.8 else {})


def ingest(world: World, sent: list[dict[str, Any]]) -> None:
    read_again = [parse_submission(json_text.loads(json.dumps(body).encode())) for body in sent]
    for start in range(0, len(sent), BATCH):
        accept_all([(one, world.web) for one in read_again[start : start + BATCH]], by=world.key)


def judged_before(world: World) -> None:
    """Some subjects have been rejected by people before."""
    for n in range(10):
        case = Case.objects.create(app=world.web, request_id=f"old{n}", state="final", token_id=f"u{n // 3}")
        rejected = {"result_type": 1, "risk_level": "REJECT", "release_at": timezone.now()}
        FinalResult.objects.create(case=case, revision=1, **rejected)


def told(case: str, outcome: str, rule: int) -> tuple[str, str, int]:
    return case, outcome, rule


@pytest.mark.django_db
def test_a_replay_equals_ingesting_anew(world: World) -> None:
    changes.add(changes.create(name="House rules", kind="plain", by=world.dave), ["boss"], by=world.dave)
    judged_before(world)
    sent = some_bodies()
    with transaction.atomic():
        store.put_in_force(BEFORE, by="tests")
        ingest(world, sent)
        replayed = by_statement(read(1, BEFORE), read(2, AFTER))
        names = dict(Case.objects.values_list("pk", "request_id"))
        expected = sorted(told(names[pk], after.outcome, after.rule) for pk, (_, after) in replayed.items())
        was = sorted(told(names[pk], before.outcome, before.rule) for pk, (before, _) in replayed.items())
        assert was == routes()
        load = load_of(read(1, BEFORE), read(2, AFTER), sorted(replayed))
        transaction.set_rollback(True)
    for remembered in (store, labels):
        remembered.forget()
    assert not MachineResult.objects.exists()
    assert subjects.record_of((None, "u1")).rejected
    store.put_in_force(AFTER, by="tests")
    ingest(world, sent)
    assert routes() == expected
    assert load == Counter(MachineResult.objects.filter(route__outcome="queued").values_list("route__queue", flat=True))
    kinds = Counter(outcome for _, outcome, _ in expected)
    assert min(kinds[kind] for kind in ("PASS", "REVIEW", "REJECT", "recorded", "failed")) > RESULTS / 200, kinds
    assert {rule for *_, rule in expected} == {0, 1, 2, 3}


def routes() -> list[tuple[str, str, int]]:
    found = []
    for result in MachineResult.objects.select_related("case"):
        route = result.route
        outcome = {"queued": "REVIEW", "decided": route.get("riskLevel")}.get(route["outcome"], route["outcome"])
        found.append(told(result.case.request_id, outcome, (route["rule"] or {"position": 0})["position"]))
    return sorted(found)


def load_of(before: Policy, after: Policy, pks: list[int]) -> Counter[str]:
    judge, tally = Judge(before, after, labels.in_force()), Tally()
    tally.add(counted.count(judge, pks[0], pks[-1]), judge)
    queues = Queues("default", frozenset({"default", "nudity"}), {})
    counts = Counter[str]()
    for one in report(tally, before, after, queues)["load"]:
        counts[one["queue"]] += one["cases"]["after"]
    return counts
