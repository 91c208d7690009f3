"""The vendor's older V2 result, by itself and in the old envelope: read as an image v4 result."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.contract import combined, final_result, parse_callback, parse_submission
from moderation.contract.result_body import machine_result
from moderation.contract.values import LabelPath, Result, RiskLevel, Shape, Span
from moderation.policy import BUILT_IN_TAXONOMY, Facts
from moderation.policy.conditions import TEXTS, Asked
from tests.moderation.contract import bodies

Body = dict[str, Any]

TEXT = "加我 wechat: shop77 买金"
QR = "https://u.wechat.test/77"


def hit(**fields: Any) -> Body:
    described = "广告：联系方式：账号"
    return {
        "description": described,
        "descriptionV2": described,
        "riskType": 300,
        "score": 675,
        "riskLevel": "REJECT",
    } | fields


def image_v2(detail: Any = None, **fields: Any) -> Body:
    return {
        "code": 1100,
        "message": "成功",
        "requestId": "v2-1",
        "score": 850,
        "riskLevel": "REJECT",
        "status": 0,
        "detail": {
            "description": "二维码：微信二维码：微信二维码",
            "hits": [hit(), hit(descriptionV2="二维码：微信二维码：微信二维码", riskType=310, score=850)],
            "matchedItem": "shop77",
            "matchedList": "contacts",
            "model": "M1",
            "qrcontent": QR,
            "riskSource": 1002,
            "riskType": 310,
            "text": TEXT,
            "segments": 3,
        }
        if detail is None
        else detail,
    } | fields


def read(detail: Any = None, **fields: Any) -> Result:
    return parse_submission(image_v2(detail, **fields)).result


def test_its_evidence_is_read() -> None:
    result = read()
    assert (result.shape, result.risk_level, result.path) == (
        Shape.IMAGE_V2,
        RiskLevel.REJECT,
        LabelPath("qr", "微信二维码", "微信二维码"),
    )
    assert [(one.path.risk_label1, one.probability, one.risk_level) for one in result.labels] == [
        ("ad", 0.675, "REJECT"),
        ("qr", 0.85, "REJECT"),
    ]
    assert result.evidence.text.text == TEXT
    assert result.evidence.text.spans == (Span(11, 17, "list", "shop77", "contacts"),)
    assert [(box.kind, box.qr_content) for box in result.evidence.boxes] == [("qr", QR)]
    assert result.segments == 3
    assert result.raw == image_v2()


def test_in_the_old_envelope() -> None:
    sealed = {"checksum": "", "result": json.dumps(image_v2())}
    (submission,) = parse_callback(sealed, access_key=None).submissions
    assert submission.result == read()


def test_a_rule_finds_its_labels_and_lists() -> None:
    asked = Asked(Facts(read()), BUILT_IN_TAXONOMY)
    assert asked.facts.result.labels[0].path.risk_label1 == "ad"
    assert "contacts" in TEXTS["words"](asked.facts)


def test_a_result_without_hits_is_its_own_label() -> None:
    detail = {"description": "涉政文字", "riskType": 100, "model": "M02601"}
    result = read(detail, score=999)
    assert result.path == LabelPath("politics")
    assert [(one.path, one.probability) for one in result.labels] == [(LabelPath("politics"), 0.999)]


def test_a_pass_names_no_risk() -> None:
    result = read({"description": "正常", "riskType": 0, "riskSource": 1000}, riskLevel="PASS", score=0)
    assert (result.path, result.labels) == (LabelPath("normal"), ())


ODD: dict[str, Body] = {
    "nothing in it": {},
    "nulls": dict.fromkeys(("description", "hits", "matchedItem", "qrcontent", "text", "riskType", "score")),
    "texts for numbers": {"riskType": "300", "hits": [hit(score="675", riskType="300")]},
    "hits that are names": {"hits": ["M1", 7, None]},
    "wrong types": {"riskType": [], "description": 7, "hits": {}, "text": 5, "matchedDetail": {"a": 1}, "logos": "x"},
    "a type that nobody numbered": {"riskType": 10**30, "description": "新：标签"},
    "detail that is no JSON": {"matchedDetail": "[{"},
    "detail that is another JSON": {"matchedDetail": '{"a": 1}'},
}


@pytest.mark.parametrize("detail", ODD.values(), ids=ODD)
def test_whatever_is_odd_in_it_is_read_as_far_as_it_goes(detail: Body) -> None:
    assert read({**detail, "x": 1}).risk_level == RiskLevel.REJECT


def test_the_words_in_full_have_their_places() -> None:
    full = [
        {
            "name": "metals",
            "words": ["金", "shop77"],
            "wordPositions": [{"word": "金", "position": "19"}],
        }
    ]
    detail = {"text": TEXT, "matchedDetail": json.dumps(full), "matchedItem": "shop77", "matchedList": "contacts"}
    assert read(detail).evidence.text.spans == (
        Span(11, 17, "list", "shop77", "metals"),
        Span(19, 20, "list", "金", "metals"),
    )


def test_faces_and_logos_with_their_places() -> None:
    detail = {"faces": [bodies.face()], "logos": [{"name": "Brand", "location": [1, 2, 3, 4]}]}
    assert [(box.kind, box.name) for box in read(detail).evidence.boxes] == [("face", "Jane Roe"), ("object", "Brand")]


def test_a_business_label_without_an_array() -> None:
    label = {"businessLabel1": "vehicle", "businessDetail": {"name": "sedan", "location": [1, 2, 3, 4]}}
    result = read(businessLabels=label)
    assert [one.path for one in result.business_labels] == [LabelPath("vehicle")]
    assert "object-1" in [box.id for box in result.evidence.boxes]


def test_it_is_told_as_image_v4_with_its_own_fields_beside() -> None:
    told = machine_result(image_v2())
    assert (told["riskLabel1"], told["riskDetail"]["ocrText"]["text"]) == ("qr", TEXT)
    assert told["detail"] == image_v2()["detail"]
    assert parse_submission(dict(told)).result.labels == read().labels


def test_the_final_result_carries_its_evidence() -> None:
    answer = final_result(
        machine_raw=image_v2(),
        request_id="v2-1",
        bt_id="",
        risk_level=RiskLevel.REJECT,
        path=LabelPath("ad"),
        risk_description="ad",
        result_type=1,
        data_id="",
        pass_through=None,
    )
    assert answer["riskDetail"]["ocrText"] == {"text": TEXT}
    assert answer["allLabels"][0]["riskLabel1"] == "ad"
    assert answer["resultType"] == 1
    assert combined(answer)["riskLabel1"] == "ad"


def test_a_v4_result_with_a_field_called_detail_stays_one() -> None:
    result = parse_submission(bodies.image_v4(detail={"text": "x"})).result
    assert (result.shape, result.raw["detail"]) == (Shape.IMAGE_V4, {"text": "x"})


@pytest.mark.parametrize("detail", ["text", 7, [1]])
def test_a_detail_that_is_no_object_is_an_unknown_field(detail: Any) -> None:
    assert read(detail).shape == Shape.IMAGE_V4


def test_a_failed_one_is_only_its_code() -> None:
    assert read(code=1911).shape == Shape.IMAGE_V4
