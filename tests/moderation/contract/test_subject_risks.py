from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.values import SubjectRisk
from tests.moderation.contract.bodies import image_v4

SEEN = 1700000000123

TOKEN_LABELS: dict[str, tuple[Any, list[SubjectRisk]]] = {
    "known group": (
        {"UGC_account_risk": {"b_sexy_risk_tokenid": 1, "b_sexy_risk_tokenid_last_ts": SEEN}},
        [SubjectRisk("UGC_account_risk", "b_sexy_risk_tokenid", SEEN)],
    ),
    "flag as text, time as text": (
        {"scene_account_risk": {"i_tout_risk_tokenid": "1", "i_tout_risk_tokenid_last_ts": str(SEEN)}},
        [SubjectRisk("scene_account_risk", "i_tout_risk_tokenid", SEEN)],
    ),
    "flag without a time": (
        {"machine_account_risk": {"b_offer_wall_tokenid": 1}},
        [SubjectRisk("machine_account_risk", "b_offer_wall_tokenid")],
    ),
    "flags not set": ({"UGC_account_risk": {"a": 0, "b": 2, "c": "yes", "d": None, "e": {}, "f": True}}, []),
    "times no calendar holds": (
        {"UGC_account_risk": {"a": 1, "a_last_ts": 10**13, "b": 1, "b_last_ts": -5, "c": 1, "c_last_ts": "soon"}},
        [SubjectRisk("UGC_account_risk", name) for name in "abc"],
    ),
    "unknown group of the same pattern": (
        {"trade_account_risk": {"b_fake": 1, "b_fake_last_ts": SEEN, "score": 1}},
        [SubjectRisk("trade_account_risk", "b_fake", SEEN)],
    ),
    "unknown group of another pattern": ({"version": 1, "new_group": {"score": 1}, "list": [1]}, []),
    "nothing": (None, []),
}


@pytest.mark.parametrize(("token_labels", "risks"), TOKEN_LABELS.values(), ids=TOKEN_LABELS)
def test_flags_that_are_set(token_labels: Any, risks: list[SubjectRisk]) -> None:
    assert list(parse_submission(image_v4(tokenLabels=token_labels)).result.subject_risks) == risks
