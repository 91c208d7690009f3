"""What may be said in a queue, and what it means in the contract's words."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import json_text
from moderation.contract.values import LabelPath
from moderation.models import MachineResult
from review.models import Queue
from review.refusals import NotAcceptable
from review.workflow.machine_results import suggestion
from review.workflow.verdicts import Judgement, check_acceptable, description, in_the_contracts_words
from tests.factories import bodies
from tests.world import World


def machine(**changes: Any) -> MachineResult:
    raw = bodies.result(**changes)
    paths = {f"risk_label{n}": raw.get(f"riskLabel{n}", "") for n in (1, 2, 3)}
    return MachineResult(raw=json_text.dumps(raw), **paths)


NOTHING = {"riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "allLabels": []}


def refused(queue: Queue, judgement: Judgement, suggested: MachineResult | None = None) -> str:
    with pytest.raises(NotAcceptable) as problem:
        check_acceptable(judgement, queue=queue, machine=suggested or machine())
    return problem.value.pointer


def test_a_verdict_that_the_queue_does_not_allow_is_refused(world: World) -> None:
    world.nudity.allowed_verdicts = ["PASS"]
    assert refused(world.nudity, Judgement("REJECT", "nudity")) == "/verdict"


def test_an_unknown_reason_is_refused_for_either_verdict(world: World) -> None:
    assert refused(world.nudity, Judgement("REJECT", "no-such-reason")) == "/reason"
    assert refused(world.nudity, Judgement("PASS", "no-such-reason")) == "/reason"


def test_a_reason_of_another_queue_is_unknown(world: World) -> None:
    world.default.reasons.create(code="spam", key=3, name="Spam", risk_label1="ad")
    assert refused(world.nudity, Judgement("REJECT", "spam")) == "/reason"


def test_a_reason_is_demanded_where_the_queue_says_so(world: World) -> None:
    world.nudity.reason_required = True
    assert refused(world.nudity, Judgement("REJECT")) == "/reason"
    assert check_acceptable(Judgement("PASS"), queue=world.nudity, machine=machine()) is None


def test_a_note_is_demanded_where_the_queue_says_so_and_blanks_are_none(world: World) -> None:
    world.nudity.note_required = True
    assert refused(world.nudity, Judgement("REJECT", "nudity", note="  ")) == "/note"
    assert check_acceptable(Judgement("REJECT", "nudity", note="bio"), queue=world.nudity, machine=machine())


def test_a_plain_rejection_needs_a_suggestion(world: World) -> None:
    assert refused(world.nudity, Judgement("REJECT"), machine(**NOTHING)) == "/reason"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, LabelPath("porn", "nudity", "swimwear")),
        (NOTHING, None),
        (NOTHING | {"allLabels": [{"riskLevel": "REVIEW", "riskLabel1": "ad", "probability": 0.4}]}, LabelPath("ad")),
        (NOTHING | {"allLabels": [{"riskLevel": "PASS", "riskLabel1": "ad", "probability": 0.9}]}, None),
        (NOTHING | {"allLabels": [{"riskLevel": "REJECT", "riskLabel1": "normal", "probability": 0.9}]}, None),
        (
            NOTHING
            | {
                "allLabels": [
                    {"riskLevel": "REVIEW", "riskLabel1": "ad", "probability": 0.4},
                    {"riskLevel": "REVIEW", "riskLabel1": "qr", "riskLabel2": "link", "probability": 0.8},
                ]
            },
            LabelPath("qr", "link"),
        ),
    ],
    ids=["its own", "none", "of a label", "passed label", "normal label", "the surest"],
)
def test_what_the_machine_suggests(changes: dict[str, Any], expected: LabelPath | None) -> None:
    assert suggestion(machine(**changes)) == expected


@pytest.mark.parametrize("field", ["verdict", "state", "revision", "request", "queue"])
def test_a_machine_may_send_a_field_that_we_use_for_something_else(field: str) -> None:
    label = {"riskLevel": "REVIEW", "riskLabel1": "ad", "probability": 0.4}
    assert suggestion(machine(**NOTHING | {"allLabels": [label], field: {"x": 1}})) == LabelPath("ad")


def test_a_rejection_is_described_by_its_reason_or_its_levels(world: World) -> None:
    by_reason = in_the_contracts_words(Judgement("REJECT"), world.nudity.reasons.get(code="contact"), machine())
    assert (by_reason.risk_description, by_reason.path) == ("Contact ad", LabelPath("ad"))
    as_suggested = in_the_contracts_words(Judgement("REJECT"), None, machine())
    assert as_suggested.risk_description == "Sexually Explicit Content: Nudity: Swimwear"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (LabelPath("porn"), "Sexually Explicit Content"),
        (LabelPath("unheard_of", "a_b"), "Unheard of: A b"),
        (LabelPath("ad", "", "deep"), "Spam & Advertising Violations: Deep"),
    ],
)
def test_a_description_names_every_level_that_is_there(db: None, path: LabelPath, words: str) -> None:
    assert description(path) == words
