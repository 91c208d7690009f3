"""A policy's statement says of every stored result what `policy.route` says of its facts: of thousands of made-up
results, by made-up policies with rules and sections.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from accounts import registration
from accounts.models import App
from moderation import labels
from moderation.contract.narrowing import Narrowing
from moderation.contract.values import (
    BusinessLabel,
    Disposal,
    Evidence,
    LabelPath,
    RecognisedText,
    StreamInfo,
    SubjectLabel,
    SubjectRisk,
    UnresolvedWord,
)
from moderation.models import Case, MachineResult
from moderation.policy import Facts, ListedWord, Policy, PolicyRefused, Subject, read
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY, Named, Taxonomy
from moderation.replay.statement import OUTCOMES
from moderation.stored_facts.write import Standing
from moderation.stored_facts.write import replace as store
from tests.moderation.policy.test_evaluate_any import a_body, a_label, a_path, some_facts
from tests.moderation.replay.judged import by_route, by_statement
from tests.world import World

RESULTS, POLICIES = 500, 40
PATTERNS = ("porn", "*/a", "erotic/b", "own/*/x", "ad/a/y", "porn/b/*")
PATHS = ("g", "*/n", "g/n", "g/x/c", "*/*/c", "h/n")
ODD = (
    LabelPath("porn", "", "x"),
    LabelPath("po/rn", "a"),
    LabelPath(""),
    LabelPath("", "a"),
    LabelPath("own", "A~1", "x"),
)
TAXONOMY = Taxonomy(
    {
        **BUILT_IN_TAXONOMY.labels,
        ("ad", "A", ""): Named(severity="critical"),
        ("porn", "b", "x"): Named(severity="low"),
    },
    aliases={("own", "a", ""): ("porn", "b", ""), ("ad", "b", "x"): ("own", "", "")},
)


@pytest.fixture
def stored(world: World) -> dict[int, Facts]:
    dice = random.Random(7)
    apps = [world.web, registration.register_app(App(app_id="ios", name="iOS"), by="tests")]
    cases = Case.objects.bulk_create(
        Case(app=apps[n % 2], request_id=f"r{n}", state=Case.State.RECORDED) for n in range(RESULTS)
    )
    facts = {case.pk: more_facts(dice, app_id=case.app.app_id) for case in cases}
    result = MachineResult(received_at=timezone.now())
    store([Standing(case, 1, facts[case.pk], result) for case in cases])
    return facts


def more_facts(dice: random.Random, *, app_id: str) -> Facts:
    """With everything that rules can ask for."""
    facts = some_facts(dice)
    result, some = facts.result, dice.random
    found = [a_label(dice) for _ in range(dice.randint(0, 4))]
    found = [replace(one, path=dice.choice(ODD)) if some() < 0.1 else one for one in found]
    found = [replace(one, confidence_level=dice.choice([None, 0, 1, 2])) for one in found]
    own = dice.choice(found).path if found and some() < 0.6 else dice.choice([a_path(dice), *ODD])
    text = RecognisedText("x" * dice.randint(0, 9), unresolved=(UnresolvedWord("list", "w", dice.choice("LM")),))
    result = replace(
        result,
        labels=tuple(found),
        path=own,
        risk_level=dice.choice([result.risk_level, result.risk_level, None]),
        evidence=Evidence(
            text=text if some() < 0.5 else RecognisedText(),
            face_num=dice.choice([None, 1, 3]),
            person_num=dice.choice([None, 2]),
            counts={"object": dice.randint(0, 2), "qr": dice.randint(0, 1)},
        ),
        subject_risks=tuple(
            SubjectRisk(dice.choice(["g", "G", "", "h"]), dice.choice("nN")) for _ in range(dice.randint(0, 2))
        ),
        business_labels=tuple(BusinessLabel(some_path(dice)) for _ in range(dice.randint(0, 2))),
        subject_labels=tuple(SubjectLabel("risk", some_path(dice)) for _ in range(dice.randint(0, 1))),
        disposal=Disposal("REJECT", some_path(dice)) if some() < 0.3 else None,
        stream_id=dice.choice(["", "s1"]),
    )
    request = facts.request and replace(
        facts.request,
        nickname=dice.choice(["", "nick"]),
        device_id=dice.choice(["", "d1"]),
        room=dice.choice(["", "room"]),
        stream=StreamInfo("s2") if some() < 0.3 else None,
    )
    listed = (ListedWord("House", "w", 0, 1),) if some() < 0.3 else ()
    narrowing = a_narrowing(dice) if some() < 0.3 else None
    return Facts(result, request, app_id, Subject(dice.randint(0, 3), dice.randint(0, 3)), listed, narrowing)


def a_narrowing(dice: random.Random) -> Narrowing:
    """What a call asked of policy."""
    keys = ("porn", "porn/a", "erotic", "own/b/x", "ad/a", "*")
    labels = tuple(dice.sample(keys[:-1], k=dice.choice([0, 0, 2, 3])))
    thresholds = {key: dice.randint(0, 1000) for key in dice.sample(keys, k=dice.randint(0, 3))}
    return Narrowing(labels, thresholds, may_loosen=dice.random() < 0.5)


def some_path(dice: random.Random) -> LabelPath:
    return LabelPath(
        dice.choice(["g", "G", "", "h", "g/x"]), dice.choice(["n", "x", ""]), dice.choice(["", "c", "C/d"])
    )


def a_policy(dice: random.Random, number: int) -> Policy:
    while True:
        sections = a_body(dice) if dice.random() < 0.8 else {}
        rules = [a_rule(dice) for _ in range(dice.randint(0, 6))]
        try:
            return read(number, {"rules": rules, **sections})
        except PolicyRefused:
            continue


def a_rule(dice: random.Random) -> dict[str, Any]:
    keys = dice.sample(list(WHEN), k=dice.randint(1, 2))
    return {"when": {key: WHEN[key](dice) for key in keys}} | dice.choice([{"record": True}, {"queue": "q"}])


def a_range(low: float, high: float) -> Any:
    def made(dice: random.Random) -> dict[str, float]:
        ends = sorted(
            round(dice.uniform(low, high), 3) if high <= 1 else dice.randint(int(low), int(high)) for _ in "ab"
        )
        both = dict(zip(("atLeast", "atMost"), ends, strict=True))
        return dice.choice([both, {"atLeast": ends[0]}, {"atMost": ends[1]}])

    return made


def some_of(*texts: Any) -> Any:
    return lambda dice: dice.sample(texts, k=dice.randint(1, min(2, len(texts))))


WHEN: dict[str, Any] = {
    "label": some_of(*PATTERNS),
    "probability": a_range(0, 1),
    "confidenceLevel": a_range(0, 2),
    "riskLevel": some_of("PASS", "REVIEW", "REJECT"),
    "finalResult": some_of(0, 1),
    "resultType": some_of(0, 1),
    "app": some_of("web", "ios", "gone"),
    "event": some_of("live", "post"),
    "type": some_of("EROTIC", "POLITY"),
    "lang": some_of("en", "zh"),
    "level": a_range(0, 4),
    "subjectRisk": some_of("g", "*/n", "g/n", "h/n"),
    "decided": a_range(0, 3),
    "rejected": a_range(0, 3),
    "faces": a_range(0, 4),
    "persons": a_range(0, 3),
    "objects": a_range(0, 2),
    "qrCodes": a_range(0, 1),
    "textLength": a_range(0, 9),
    "words": some_of("house", "l", "m"),
    "businessLabel": some_of(*PATHS),
    "disposal": some_of(*PATHS),
    "subjectLabel": some_of(*PATHS),
    "nickname": some_of("nick", "other"),
    "deviceId": some_of("d1"),
    "room": some_of("room"),
    "streamId": some_of("s1", "s2"),
}


def test_it_says_what_route_says(stored: dict[int, Facts]) -> None:
    differ, kinds = [], set()
    for seed in range(POLICIES):
        dice = random.Random(seed)
        before, after = a_policy(dice, 1), a_policy(dice, 2)
        for case, told in by_statement(before, after, TAXONOMY).items():
            wanted = tuple(by_route(stored[case], policy, TAXONOMY) for policy in (before, after))
            kinds |= {(one.outcome, one.rule > 0) for one in wanted}
            if told != wanted:
                differ.append((seed, case, told, wanted, stored[case]))
    assert not differ, (len(differ), differ[0])
    by_no_rule = {(outcome, False) for outcome in OUTCOMES}
    assert kinds == by_no_rule | {("REVIEW", True), ("recorded", True)}


def test_it_says_so_of_more_label_conditions_than_fit_one_number(stored: dict[int, Facts]) -> None:
    rules = [{"when": {"label": [f"porn/a/{n}", "never"]}, "queue": "q"} for n in range(130)]
    rules += [{"when": {"label": ["ad/a/y", "own/b"], "probability": {"atLeast": 0.5}}, "queue": "q"}]
    policy = read(1, {"rules": rules})
    for case, (told, _) in by_statement(policy, policy, labels.in_force()).items():
        assert told == by_route(stored[case], policy, labels.in_force())
