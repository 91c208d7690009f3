"""A verdict in the customer's own labels: which entry counts, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract.values import LabelPath, RiskLevel
from moderation.disposal.mapping import Own, disposal, is_unmapped, key_for
from moderation.policy import BUILT_IN_TAXONOMY as TAXONOMY

OWN = {
    "porn": Own("TNS-1"),
    "porn/nudity": Own("TNS-2", "body", risk_description="Bodies", risk_level="REVIEW"),
    "porn/nudity/art": Own("TNS-3", "body", "art"),
    "*": Own("other", risk_level="PASS"),
}
PASSED = {"riskLevel": "PASS", "riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal"}


def said(path: LabelPath, *, level: RiskLevel = RiskLevel.REJECT, own: Any = OWN) -> Any:
    return disposal(own, level=level, path=path, taxonomy=TAXONOMY)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (LabelPath("porn", "nudity", "art"), "porn/nudity/art"),
        (LabelPath("porn", "nudity", "beach"), "porn/nudity"),
        (LabelPath("porn", "nudity"), "porn/nudity"),
        (LabelPath("porn", "acts", "art"), "porn"),
        (LabelPath("Erotic", "Nudity", "ART"), "porn/nudity/art"),
        (LabelPath("ad", "nudity", "art"), "*"),
        (LabelPath("normal"), "*"),
        (LabelPath(""), "*"),
    ],
)
def test_the_most_specific_entry_counts(path: LabelPath, key: str) -> None:
    assert key_for(OWN, path, TAXONOMY) == key


def test_an_entry_without_a_level_has_the_decided_one_and_describes_itself() -> None:
    assert said(LabelPath("porn", "nudity", "art")) == {
        "riskLevel": "REJECT",
        "riskLabel1": "TNS-3",
        "riskLabel2": "body",
        "riskLabel3": "art",
        "riskDescription": "TNS-3: body: art",
    }


def test_an_entry_says_its_own_level_and_description() -> None:
    told = said(LabelPath("porn", "nudity", "beach"))
    assert (told["riskLevel"], told["riskLabel3"], told["riskDescription"]) == ("REVIEW", "", "Bodies")
    assert said(LabelPath("ad"))["riskLevel"] == "PASS"


def test_what_waits_for_a_person_does_not_pass() -> None:
    review = RiskLevel.REVIEW
    levels = [said(path, level=review)["riskLevel"] for path in (LabelPath("ad"), LabelPath("porn", "nudity"))]
    assert levels == ["REVIEW", "REVIEW"]
    assert said(LabelPath("ad"), level=review, own={"*": Own("x", risk_level="REJECT")})["riskLevel"] == "REJECT"


@pytest.mark.parametrize("path", [LabelPath("normal"), LabelPath("porn", "nudity")])
def test_a_pass_is_normal_whatever_is_mapped(path: LabelPath) -> None:
    assert said(path, level=RiskLevel.PASS) == PASSED


def test_without_an_entry_or_a_default_nothing_is_said() -> None:
    assert said(LabelPath("ad"), own={"porn": OWN["porn"]}) is None
    assert said(LabelPath("porn"), own={}) is None
    assert said(LabelPath("porn"), own={}, level=RiskLevel.PASS) is None


def test_the_default_does_not_count_as_mapped() -> None:
    assert is_unmapped(OWN, LabelPath("ad", "contact"), TAXONOMY)
    assert not is_unmapped(OWN, LabelPath("porn", "acts"), TAXONOMY)
