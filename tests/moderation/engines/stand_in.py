"""A stand-in for the services behind our engines, in a process of its own: `python stand_in.py PORT`.

Written from their public documentation. `/image/v4` checks a request as the vendor's document says and answers it;
`/aws` checks a signature as Amazon's says and answers three operations; every other path misbehaves in its own way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

ACCESS_KEY, KEY_ID, SECRET, REGION = "stand-in-key", "AKIASTANDIN000000001", "stand/in+secret", "eu-west-1"
REQUEST_ID = "0123456789abcdef0123456789abcdef"
PASSED = {"riskLevel": "PASS", "riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal"}
HEAD = {"requestId": REQUEST_ID, "code": 1100, "message": "success"}
NO_MORE = {"resultType": 0, "finalResult": 1, "riskDetail": {"riskSource": 1000}, "auxInfo": {}, "allLabels": []}
FACE = {"id": "f1", "name": "", "probability": 0.91, "location": [10, 12, 40, 52]}
LABEL = {
    "riskLevel": "REJECT",
    "riskLabel1": "porn",
    "riskLabel2": "nudity",
    "riskLabel3": "exposed",
    "riskDescription": "Porn: Nudity: Exposed",
    "probability": 0.97,
    "confidenceLevel": 2,
    "riskDetail": {"riskSource": 1002, "faces": [FACE]},
}
FOUND = {
    **HEAD,
    **{name: LABEL[name] for name in ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")},
    "resultType": 0,
    "finalResult": 1,
    "riskDetail": {"riskSource": 1002, "face_num": 1, "faces": [FACE], "ocrText": {"text": "hello"}},
    "auxInfo": {"segments": 1},
    "allLabels": [LABEL],
    "businessLabels": [{"businessLabel1": "face", "businessLabel2": "", "businessLabel3": "", "probability": 0.9}],
}


def _label(**changes: Any) -> bytes:
    return json.dumps({**FOUND, "allLabels": [{**LABEL, **changes}]}).encode()


LIES: dict[str, bytes] = {
    "/probability-7": _label(probability=7),
    "/nan": _label(probability=float("nan")),
    "/infinite": _label(probability=float("inf")),
    "/level": json.dumps({**FOUND, "riskLevel": "FINE"}).encode(),
    "/no-level": json.dumps({**HEAD, **NO_MORE}).encode(),
    "/deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "/rubbish": b"<html>It works!</html>",
    "/empty": b"",
    "/list": b"[]",
    "/twice": b'{"code": 1100, "code": 1100}',
    "/large": b'{"message": "' + b"x" * (5 * 1024 * 1024) + b'"}',
    "/reviewers": json.dumps({**HEAD, **PASSED, "resultType": 1}).encode(),
    "/1901": json.dumps({"requestId": REQUEST_ID, "code": 1901, "message": "QPS"}).encode(),
    "/1903": json.dumps({"requestId": REQUEST_ID, "code": 1903, "message": "error"}).encode(),
}
"""Answers that are no answer, by path."""
BEYOND = [{**FACE, "location": [-50, 10, 9000, 60]}, {**FACE, "id": "f2", "location": [500, 500, 600, 600]}]
OUTSIDE = json.dumps({**FOUND, "riskDetail": {"faces": BEYOND}, "allLabels": []})


def _image_v4(body: bytes, _headers: Any) -> tuple[int, bytes]:
    sent = json.loads(body)
    data = sent["data"]
    wrong = [
        name
        for name, value in (*((one, sent.get(one)) for one in ("accessKey", "appId", "eventId")), *_needed(sent, data))
        if not value
    ]
    if sent.get("accessKey") != ACCESS_KEY:
        return 200, json.dumps({**HEAD, "code": 9101, "message": "unauthorised"}).encode()
    if wrong or "callback" in sent or "backupUrl" in data:
        return 200, json.dumps({**HEAD, "code": 1902, "message": f"parameters: {wrong}"}).encode()
    picture = base64.b64decode(data["img"], validate=True)
    if picture.endswith(b"clean"):
        return 200, json.dumps({**HEAD, **PASSED, **NO_MORE, "auxInfo": {"notChecked": ["POLITY"]}}).encode()
    return 200, json.dumps(FOUND).encode()


def _needed(sent: Any, data: Any) -> list[tuple[str, Any]]:
    types = sent.get("type") or sent.get("businessType")
    return [("type", types), *((one, data.get(one)) for one in ("img", "tokenId", "lang"))]


def _aws(body: bytes, headers: Any) -> tuple[int, bytes]:
    if not _is_signed(body, headers):
        return 400, json.dumps({"__type": "com.amazon.coral.service#InvalidSignatureException"}).encode()
    operation = headers["X-Amz-Target"].partition(".")[2]
    if base64.b64decode(json.loads(body)["Image"]["Bytes"]).endswith(b"busy"):
        return 400, json.dumps({"__type": "ThrottlingException"}).encode()
    return 200, json.dumps(AWS_ANSWERS[operation]).encode()


def _is_signed(body: bytes, headers: Any) -> bool:
    """Signature Version 4, from Amazon's description of it."""
    scheme, _, rest = headers["Authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    canonical = "\n".join(
        ["POST", "/aws", "", *(f"{name}:{headers[name].strip()}" for name in names), "", ";".join(names)]
    )
    canonical += "\n" + hashlib.sha256(body).hexdigest()
    key_id, scope = parts["Credential"].split("/", 1)
    day, region, service, ending = scope.split("/")
    to_sign = "\n".join([scheme, headers["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, service, ending):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    is_ours = (key_id, region, service) == (KEY_ID, REGION, "rekognition")
    return is_ours and "x-amz-target" in names and hmac.compare_digest(signature, parts["Signature"])


def _aws_box(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"Left": left, "Top": top, "Width": width, "Height": height}


AWS_ANSWERS: dict[str, Any] = {
    "DetectModerationLabels": {
        "ModerationLabels": [
            {"Confidence": 95.5, "Name": "Explicit", "ParentName": "", "TaxonomyLevel": 1},
            {"Confidence": 95.5, "Name": "Explicit Nudity", "ParentName": "Explicit", "TaxonomyLevel": 2},
            {"Confidence": 93.25, "Name": "Exposed Female Nipple", "ParentName": "Explicit Nudity", "TaxonomyLevel": 3},
            {"Confidence": 61.0, "Name": "Pills", "ParentName": "Products", "TaxonomyLevel": 3},
            {"Confidence": 61.0, "Name": "Products", "ParentName": "Drugs & Tobacco", "TaxonomyLevel": 2},
            {"Confidence": 61.0, "Name": "Drugs & Tobacco", "ParentName": "", "TaxonomyLevel": 1},
        ],
        "ModerationModelVersion": "7.0",
        "ContentTypes": [],
    },
    "DetectFaces": {"FaceDetails": [{"BoundingBox": _aws_box(0.25, 0.25, 0.5, 0.5), "Confidence": 99.9}]},
    "DetectText": {
        "TextDetections": [
            {
                "DetectedText": "HELLO WORLD",
                "Type": "LINE",
                "Id": 0,
                "Confidence": 98.0,
                "Geometry": {
                    "BoundingBox": _aws_box(0.1, 0.1, 0.8, 0.2),
                    "Polygon": [{"X": 0.1, "Y": 0.2}, {"X": 0.9, "Y": 0.1}, {"X": 0.9, "Y": 0.2}, {"X": 0.1, "Y": 0.3}],
                },
            },
            {"DetectedText": "HELLO", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 98.0, "Geometry": {}},
        ],
        "TextModelVersion": "3.0",
    },
}


def _hang(_body: bytes, _headers: Any) -> tuple[int, bytes]:
    time.sleep(30)
    return 200, b"{}"


def _slow(_body: bytes, _headers: Any) -> tuple[int, bytes]:
    time.sleep(0.2)
    return 200, json.dumps(FOUND).encode()


ANSWERS: dict[str, Callable[[bytes, Any], tuple[int, bytes]]] = {
    "/image/v4": _image_v4,
    "/aws": _aws,
    "/hang": _hang,
    "/slow": _slow,
    "/not-checked": lambda _body, _headers: (
        200,
        json.dumps({**FOUND, "auxInfo": {"notChecked": ["POLITY"]}}).encode(),
    ),
    "/outside": lambda _body, _headers: (200, OUTSIDE.encode()),
    "/500": lambda _body, _headers: (500, b"{}"),
    "/404": lambda _body, _headers: (404, b"{}"),
    "/429": lambda _body, _headers: (429, b"{}"),
    "/redirect": lambda _body, _headers: (302, b"{}"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = urlsplit(self.path).path
        status, answer = ANSWERS[path](body, self.headers) if path in ANSWERS else (200, LIES[path])
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
