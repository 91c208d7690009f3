"""Bodies that keep to the documents are read through types: the same result as reading them field by field."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.contract.fields import Fields
from moderation.contract.image_v4 import read_by_field
from moderation.contract.typed.results import read_typed
from moderation.contract.values import Result
from tests.factories import bodies as factories
from tests.moderation.contract import bodies
from tests.moderation.contract.test_any_json import disturbed, replaced, scalars

OUTLINE = [1, 2, 30, 40]
FULL = factories.result(
    btId="7",
    riskDetail={
        "riskSource": 1002,
        "faces": [{"id": "f1", "name": "A", "probability": 0.5, "location": OUTLINE}, {"location": OUTLINE}],
        "objects": [{"id": "o1", "name": "qr code", "qrContent": "https://a.example", "location": OUTLINE}],
        "persons": None,
        "face_num": 12,
        "ocrText": {
            "text": "add me 12345\n加我微信",
            "lines": [{"text": "add me 12345", "start": 0, "location": OUTLINE, "probability": 0.9}],
            "matchedLists": [{"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}]}],
        },
        "riskSegments": [{"segment": "add me"}, {"segment": "nowhere", "position": [0, 3]}],
    },
    allLabels=[
        {
            "riskLevel": "REJECT",
            "riskLabel1": "porn",
            "probability": 0.9,
            "confidenceLevel": 2,
            "riskDetail": {"riskSource": 1001, "faces": [{"id": "f1", "name": "B", "location": OUTLINE}]},
        },
        {
            "riskLabel1": "normal",
            "riskLabel2": "normal",
            "riskSource": 1002,
            "riskDetail": {"ocrText": {"text": "other"}},
        },
    ],
    auxInfo={"segments": 3, "streamId": "s1", "qrContent": "https://b.example", "passThrough": {"post": 1}},
    tokenLabels={"UGC_account_risk": {"b_spam": 1, "b_spam_last_ts": 1_700_000_000_000}},
    tokenProfileLabels=[{"label1": "age", "timestamp": 1}],
    disposal={"riskLevel": "REJECT", "riskLabel1": "own"},
)
WELL_FORMED = {
    "v4": bodies.image_v4(),
    "of the factories": factories.result(),
    "full": FULL,
    "pass": factories.result(riskLevel="PASS", riskLabel1="", riskLabel2="", riskLabel3="", allLabels=[]),
    "bare": {"requestId": "r", "code": 1100, "riskLevel": "PASS"},
    "head of a reviewer": {"requestId": "r", "code": 1100, "riskLevel": "REJECT", "riskLabel1": "ad", "resultType": 1},
}


def both(body: Any) -> tuple[Result | None, Result, bool]:
    """The result read through types, the one read field by field with its notes, and whether both refuse the same."""
    typed, by_field = Fields(deepcopy(body)), Fields(deepcopy(body))
    read, slowly = read_typed(typed), read_by_field(by_field)
    is_refused_alike = typed.errors == by_field.errors
    if read is not None:
        read = replace(read, evidence=replace(read.evidence, notes=tuple(typed.notes)))
    return read, replace(slowly, evidence=replace(slowly.evidence, notes=tuple(by_field.notes))), is_refused_alike


@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_body_that_keeps_to_the_documents_is_read_through_types(name: str) -> None:
    read, by_field, is_refused_alike = both(WELL_FORMED[name])
    assert (read, is_refused_alike) == (by_field, True)


@settings(max_examples=1000)
@given(disturbed([lambda body=body: body for body in WELL_FORMED.values()]))
def test_whatever_stands_anywhere_both_ways_agree(body: Any) -> None:
    read, by_field, is_refused_alike = both(body) if isinstance(body, dict) else (None, None, True)
    assert read in (None, by_field)
    assert read is None or is_refused_alike


UNKNOWN = st.sampled_from(
    ["lable2", "riskLable2", "request_id", "riskSocrce", "qrcontent", "detail", "result", "decision", "businessLabels"]
)


@given(st.sampled_from(list(WELL_FORMED)), st.sampled_from([(), ("riskDetail",), ("allLabels", 0)]), UNKNOWN, scalars)
def test_keys_that_are_read_for_others_are_not_passed_over(name: str, at: Any, key: str, value: Any) -> None:
    place: Any = WELL_FORMED[name]
    for step in at:
        place = place[step] if (step in place if isinstance(place, dict) else len(place) > step) else {}
    read, by_field, _ = both(replaced(WELL_FORMED[name], at, {**place, key: value}))
    assert read in (None, by_field)
