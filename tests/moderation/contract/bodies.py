"""Bodies of our own making in every shape the contract knows. Each call builds a fresh one."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def face(**fields: Any) -> Body:
    return {
        "id": "f1",
        "name": "Jane Roe",
        "face_ratio": 0.1,
        "probability": 0.91,
        "location": [10, 20, 110, 220],
    } | fields


def label(**fields: Any) -> Body:
    return {
        "riskLevel": "REJECT",
        "riskLabel1": "violence",
        "riskLabel2": "weapons",
        "riskLabel3": "knife",
        "riskDescription": "Violence: weapons: knife",
        "probability": 0.87,
        "confidenceLevel": 2,
        "riskDetail": {"riskSource": 1002, "faces": [face()], "objects": [knife()]},
    } | fields


def knife(**fields: Any) -> Body:
    return {"id": "o1", "name": "knife", "probability": 0.8, "location": [5, 5, 60, 90]} | fields


def image_v4(**fields: Any) -> Body:
    return {
        "requestId": "7c1e5a90b3d24f6688aa0f1e2d3c4b5a",
        "code": 1100,
        "message": "success",
        "riskLevel": "REVIEW",
        "riskLabel1": "violence",
        "riskLabel2": "weapons",
        "riskLabel3": "knife",
        "riskDescription": "Violence: weapons: knife",
        "resultType": 0,
        "finalResult": 0,
        "riskDetail": {
            "riskSource": 1002,
            "face_num": 1,
            "person_num": 2,
            "faces": [face()],
            "persons": [{"id": "p1", "person_ratio": 0.4, "probability": 0.7, "location": [0, 0, 200, 400]}],
            "ocrText": {"text": "call now: 555"},
            "matchedLists": [{"name": "spam words", "words": [{"word": "call", "position": [0, 4]}]}],
            "riskSegments": [{"segment": "555", "position": [10, 13]}],
        },
        "auxInfo": {"segments": 1, "downloadTime": 31, "totalProcessTime": 412, "passThrough": {"post": 7}},
        "allLabels": [label(), label(riskLabel1="ad", riskDetail={"riskSource": 1001})],
        "tokenLabels": {
            "UGC_account_risk": {"b_sexy_risk_tokenid": 1, "b_sexy_risk_tokenid_last_ts": 1700000000123},
            "machine_account_risk": {"b_offer_wall_tokenid": 0, "b_offer_wall_tokenid_last_ts": 0},
        },
    } | fields


def failed(**fields: Any) -> Body:
    return {"requestId": "failed-1", "code": 1911, "message": "image not downloadable"} | fields


def decision_labels(**fields: Any) -> Body:
    return {
        "requestId": "decided-1",
        "decision": "block",
        "labels": [
            decision_label(),
            decision_label(l1="porn", l1_name="Porn", l2="", l2_name="", l3="", l3_name="", confidence=990, bbox=None),
        ],
        "processing_time_ms": 88,
    } | fields


def decision_label(**fields: Any) -> Body:
    return {
        "l1": "violence",
        "l1_name": "Violence",
        "l2": "weapons",
        "l2_name": "Weapons",
        "l3": "knife",
        "l3_name": "Knife",
        "confidence": 640,
        "bbox": [5, 5, 60, 90],
    } | fields


def human_combined(**fields: Any) -> Body:
    return {
        "requestId": "combined-1",
        "code": 1100,
        "message": "success",
        "riskLevel": "REJECT",
        "riskLabel1": "violence",
        "riskLabel2": "weapons",
        "riskLabel3": "knife",
        "riskDescription": "Violence: weapons: knife",
        "finalResult": 1,
        "resultType": 1,
    } | fields


def human_plain(operation: int = 2, **fields: Any) -> Body:
    return {
        "requestId": "plain-1",
        "serviceId": "POST_IMG",
        "result": {
            "operation": operation,
            "description": "knife in hand",
            "descriptions": ["knife in hand"],
            "tips": "",
        },
        "data": {
            "content": "https://pictures.test/1.jpg",
            "tokenId": "user-1",
            "btId": "",
            "appId": "web",
            "room": "",
            "passThrough": {"post": 7},
        },
    } | fields


def image_request(**data: Any) -> Body:
    return {
        "accessKey": "not-to-be-kept",
        "appId": "web",
        "eventId": "avatar",
        "type": "POLITY_EROTIC",
        "businessType": "FACE",
        "callback": "https://platform.test/callback",
        "acceptLang": "en",
        "data": {
            "img": "https://pictures.test/1.jpg",
            "tokenId": "user_1-a",
            "dataId": "post-7",
            "lang": "auto",
            "level": 2,
            "gender": "0",
            "interval": 2,
            "maxFrame": 5,
            "nickname": "x" * 200,
            "extra": {"isIgnoreTls": True, "isTokenSeparate": 1, "room": "r1", "passThrough": {"post": 7}},
            "streamInfo": {
                "streamId": "s1",
                "similarDedup": True,
                "frameTime": 1700000000123,
                "riskNum": 2,
                "timeWindow": 20,
            },
        }
        | data,
    }


def envelope(**fields: Any) -> Body:
    return {"appId": "web", "request": image_request(), "result": image_v4()} | fields


def batch(**fields: Any) -> Body:
    return {
        "requestId": "batch-1",
        "code": 1100,
        "message": "success",
        "auxInfo": {"passThrough": {"album": 3}},
        "imgs": [
            image_v4(requestId="batch-1_a", btId="a", auxInfo={"segments": 1}),
            image_v4(requestId="batch-1_b", auxInfo={"segments": 1}),
            failed(requestId="batch-1_c", btId="c"),
        ],
    } | fields


def query_answer(**fields: Any) -> Body:
    return {
        "contents": [
            {"requestId": "q1", "code": 1100, "Result": image_v4(requestId="q1")},
            {"requestId": "q2", "code": 1100, "result": image_v4(requestId="q2")},
            {"requestId": "q3", "code": 1912, "message": "timed out"},
        ]
    } | fields


SUBMISSIONS = [image_v4, failed, decision_labels, human_combined, human_plain, envelope]
CALLBACKS = [*SUBMISSIONS, batch, query_answer]
