"""Every condition of a rule, holding and not. Pure: no database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.policy import BUILT_IN_TAXONOMY, Facts, ListedWord, Subject, read
from moderation.policy.condition_bodies import CONDITIONS
from moderation.policy.conditions import NUMBERS, TEXTS, Asked
from tests.factories import bodies

FACE = {"id": "f1", "probability": 0.9, "location": [10, 20, 60, 80]}
PERSON = {"id": "p1", "probability": 0.8, "location": [0, 0, 50, 90]}
OBJECT = {"id": "o1", "name": "flag", "location": [0, 0, 5, 9]}
CODE = {"id": "q1", "name": "qr", "qrContent": "https://example.test", "location": [1, 1, 9, 9]}
DETAIL = {
    "riskSource": 1002,
    "face_num": 14,
    "faces": [FACE],
    "persons": [PERSON],
    "objects": [OBJECT, CODE],
    "ocrText": {"text": "add me 12345"},
    "matchedLists": [
        {"name": "Contacts", "words": [{"word": "12345", "position": [7, 12]}]},
        {"name": "lost", "words": [{"word": "nowhere", "position": [99, 106]}]},
    ],
}
LABELS = [
    {"riskLevel": "REVIEW", "riskLabel1": "Erotic", "riskLabel2": "female_nudity", "probability": 0.7},
    {"riskLevel": "REJECT", "riskLabel1": "Erotic", "riskLabel2": "acts", "riskLabel3": "Drawn", "probability": 0.4},
    {"riskLevel": "PASS", "riskLabel1": "minor", "riskLabel2": "child", "probability": 0.95},
    {"riskLevel": "REVIEW", "riskLabel1": "ad", "probability": 0.85, "confidenceLevel": 2},
    {"riskLevel": "REVIEW", "riskLabel1": "unsure"},
]
RISKS = {"UGC_account_risk": {"b_sexy_risk_tokenid": 1, "b_politics_risk_tokenid": 0}}
RESULT: dict[str, Any] = {
    "riskLevel": "REVIEW",
    "riskLabel1": "sexy",
    "riskLabel2": "beachwear",
    "riskDetail": DETAIL,
    "allLabels": LABELS,
    "tokenLabels": RISKS,
    "businessLabels": [
        {"businessLabel1": "Face", "businessLabel2": "face_count", "businessLabel3": "single_face"},
        {"businessLabel1": "object", "businessDetail": {"face_num": 15, "faces": [FACE]}},
    ],
    "disposal": {"riskLevel": "REVIEW", "riskLabel1": "TNS-2", "riskLabel2": "house_rules"},
    "tokenProfileLabels": [{"label1": "behaviour", "label2": "activity", "label3": "casual"}],
    "tokenRiskLabels": [{"label1": "history", "label2": "violations", "timestamp": None}],
}


def facts(**changes: Any) -> Facts:
    stream = {"streamId": "s-1", "frameTime": 1_700_000_000_123}
    sent = {"level": 2, "lang": "ar", "nickname": "Iris P.", "deviceId": "d-1", "extra": {"room": "room-7"}}
    submission = parse_submission(bodies.envelope(data=sent | {"streamInfo": stream}, **(RESULT | changes)))
    listed = (ListedWord("House rules", "add", 0, 3),)
    return Facts(submission.result, submission.request, "web", Subject(decided=9, rejected=4), listed)


def holds(when: dict[str, Any], about: Facts | None = None) -> bool:
    (rule,) = read(1, {"rules": [{"queue": "q", "when": when}]}).rules
    return Asked(about or facts(), BUILT_IN_TAXONOMY).holds(rule.when)


TABLE: list[tuple[str, Any, bool]] = [
    ("app", ["web"], True),
    ("app", ["ios", "web"], True),
    ("app", ["WEB"], False),
    ("event", ["profile"], True),
    ("event", ["chat"], False),
    ("type", ["EROTIC"], True),
    ("type", ["erotic"], True),
    ("type", ["EROT"], False),
    ("type", ["QRCODE", "advert"], True),
    ("label", ["porn"], True),  # by its alias
    ("label", ["pornography"], True),
    ("label", ["EROTIC"], True),
    ("label", ["porn/*"], True),
    ("label", ["porn/female_nudity"], True),
    ("label", [" porn / female_nudity "], True),
    ("label", ["porn/female_nudity/*"], True),  # which the machine gave no third level
    ("label", ["*/female_nudity/*"], True),
    ("label", ["porn/*/drawn"], True),
    ("label", ["porn/female_nudity/drawn"], False),  # levels of two labels
    ("label", ["porn/female"], False),
    ("label", ["sexy/Beachwear"], True),  # the overall label
    ("label", ["minor"], False),  # which the machine passed
    ("label", ["minor", "ad"], True),
    ("label", ["*/child"], False),
    ("label", ["politics"], False),
    ("riskLevel", ["REVIEW"], True),
    ("riskLevel", ["PASS", "REJECT"], False),
    ("finalResult", [0], True),
    ("finalResult", [1], False),
    ("finalResult", [0, 1], True),
    ("resultType", [0], True),
    ("probability", {"atLeast": 0.85}, True),  # the highest of all that were not passed
    ("probability", {"atLeast": 0.86}, False),
    ("probability", {"atMost": 0.85}, True),
    ("probability", {"atMost": 0.84}, False),
    ("lang", ["ar"], True),
    ("lang", ["en", "zh"], False),
    ("level", {"atLeast": 2}, True),
    ("level", {"atLeast": 3}, False),
    ("level", {"atMost": 1}, False),
    ("subjectRisk", ["UGC_account_risk"], True),
    ("subjectRisk", ["ugc_account_risk/b_sexy_risk_tokenid"], True),
    ("subjectRisk", ["*/b_sexy_risk_tokenid"], True),
    ("subjectRisk", ["*/b_politics_risk_tokenid"], False),  # a flag that is not set
    ("subjectRisk", ["machine_account_risk"], False),
    ("decided", {"atLeast": 9}, True),
    ("decided", {"atLeast": 10}, False),
    ("rejected", {"atLeast": 4}, True),
    ("rejected", {"atLeast": 5}, False),
    ("rejected", {"atMost": 3}, False),
    ("faces", {"atLeast": 14}, True),  # of which the machine sent one box
    ("faces", {"atMost": 13}, False),
    ("persons", {"atLeast": 1, "atMost": 1}, True),
    ("persons", {"atLeast": 2}, False),
    ("objects", {"atMost": 1}, True),
    ("objects", {"atLeast": 2}, False),  # a code is no object
    ("qrCodes", {"atLeast": 1}, True),
    ("qrCodes", {"atMost": 0}, False),
    ("textLength", {"atLeast": 12}, True),
    ("textLength", {"atLeast": 13}, False),
    ("words", ["house rules"], True),  # ours
    ("words", ["contacts"], True),  # the machine's
    ("words", ["LOST"], True),  # whose word has no place in the text
    ("words", ["none"], False),
    ("confidenceLevel", {"atLeast": 2}, True),  # the highest of all that were not passed
    ("confidenceLevel", {"atMost": 1}, False),
    ("businessLabel", ["Face"], True),
    ("businessLabel", ["face/*/single_face"], True),
    ("businessLabel", ["*/gender"], False),
    ("disposal", ["tns-2"], True),
    ("disposal", ["TNS-2/house_rules"], True),
    ("disposal", ["TNS-4"], False),
    ("subjectLabel", ["behaviour"], True),  # of the profile
    ("subjectLabel", ["history/violations"], True),  # of the history
    ("subjectLabel", ["history/none"], False),
    ("nickname", ["Iris P."], True),
    ("nickname", ["iris p."], False),
    ("deviceId", ["d-1"], True),
    ("deviceId", ["d"], False),
    ("room", ["room-7"], True),
    ("room", ["7"], False),
    ("streamId", ["s-1"], True),
    ("streamId", ["s-2"], False),
]


@pytest.mark.parametrize(("key", "wants", "expected"), TABLE)
def test_a_condition(key: str, wants: Any, expected: bool) -> None:
    assert holds({key: wants}) is expected


def test_the_table_knows_every_condition_both_ways() -> None:
    assert {key for key, _, _ in TABLE} == set(CONDITIONS)
    assert {key for key, _, expected in TABLE if expected} == set(CONDITIONS)
    assert {key for key, _, expected in TABLE if not expected} == set(CONDITIONS) - {"resultType"}
    assert set(CONDITIONS) == {"label", "probability", "confidenceLevel", *TEXTS, *NUMBERS}
    assert not holds({"resultType": [0]}, facts(resultType=1))


@pytest.mark.parametrize(
    ("label", "probability", "expected"),
    [
        ("porn", {"atLeast": 0.7}, True),  # not the 0.85 of the ad
        ("porn", {"atLeast": 0.71}, False),
        ("porn/acts", {"atMost": 0.4}, True),
        ("unsure", {"atMost": 1}, False),  # a probability that nobody told is in no range
        ("sexy", {"atLeast": 0}, False),
    ],
)
def test_the_probability_is_the_highest_of_the_labels_that_fit(label: str, probability: Any, expected: bool) -> None:
    assert holds({"label": [label], "probability": probability}) is expected


def test_all_conditions_must_hold() -> None:
    assert holds({"app": ["web"], "label": ["porn"]})
    assert not holds({"app": ["ios"], "label": ["porn"]})
    assert not holds({"app": ["web"], "label": ["politics"]})
    assert holds({})


def test_the_request_may_write_its_type_in_small_letters() -> None:
    about = facts()
    assert about.request
    assert holds({"type": ["EROTIC"]}, replace(about, request=replace(about.request, type="polity_erotic")))


def test_the_machine_may_send_more_boxes_than_it_tells_of() -> None:
    two = DETAIL | {"face_num": 1, "faces": [FACE, FACE | {"id": "f2"}]}
    assert holds({"faces": {"atLeast": 2}}, facts(riskDetail=two))


def test_of_a_text_characters_are_counted_and_not_bytes() -> None:
    about = facts(riskDetail=DETAIL | {"ocrText": {"text": "加微信"}})
    assert holds({"textLength": {"atLeast": 3, "atMost": 3}}, about)


@pytest.mark.parametrize("key", ["event", "type", "lang", "level", "nickname", "deviceId", "room", "streamId"])
def test_what_only_the_request_tells_holds_for_no_bare_result(key: str) -> None:
    wants = {key: {"atLeast": 0} if key == "level" else ["en"]}
    assert not holds(wants, Facts(parse_submission(bodies.result()).result))


@pytest.mark.parametrize("pattern", ["*/*/x", "x", "normal/x"])
def test_a_result_that_names_no_label_fits_no_pattern(pattern: str) -> None:
    nothing = facts(riskLabel1="", riskLabel2="", allLabels=[])
    assert not holds({"label": [pattern]}, nothing)


def test_a_pass_is_known_by_the_label_normal() -> None:
    assert holds({"label": ["normal"]}, facts(riskLevel="PASS", riskLabel1="normal", riskLabel2="", allLabels=[]))
