"""The image v4 requests that led to the results: CONTRACT §3."""

from __future__ import annotations

from random import Random
from typing import Any

from demo.cases.subjects import Subject
from demo.scenes.scenes import Scene

BASE_URL = "{base_url}"  # placeholder until the bodies are posted: only then is the picture host's address known

_TYPES = (
    "POLITY_EROTIC_VIOLENT_QRCODE_ADVERT_IMGTEXTRISK",
    "POLITY_VIOLENT_BAN_EROTIC_ADVERT_QRCODE",
    "BAN_EROTIC_IMGTEXTRISK_BOCR",
)
_LANGS = ("auto", "en", "zh", "ar")
_STREAM_START_MS = 1_793_520_000_000


def picture_url(path: str) -> str:
    return f"{BASE_URL}/pictures/{path}"


def request_body(scene: Scene, subject: Subject, path: str, index: int, rng: Random) -> dict[str, Any]:
    """The request without `accessKey`: a key must not be stored."""
    event = scene.event
    data: dict[str, Any] = {
        "img": picture_url(path),
        "tokenId": subject.token_id,
        "dataId": f"{event}-{20260000 + index * 37}",
        "ip": f"203.0.113.{rng.randint(1, 254)}",
        "lang": _language(scene.name, rng),
        "level": subject.level,
        "extra": {"passThrough": {"postedFrom": rng.choice(("ios", "android", "web")), "ticket": 7000 + index}},
    }
    if subject.nickname:
        data["nickname"] = subject.nickname
    if event == "chat":
        data["receiveTokenId"] = f"u_{rng.getrandbits(16):04x}"
    if event == "live":
        data["extra"]["room"] = f"room-{rng.randint(1, 9)}"
    if event == "profile":
        data["gender"] = rng.choice((0, 1, 2, "male", "female"))
    if "gif" in scene.forms:
        data |= {"interval": 4, "maxFrame": 3}
    body: dict[str, Any] = {
        "appId": rng.choice(("web", "app")),
        "eventId": event,
        "type": rng.choice(_TYPES),
        "data": data,
    }
    if event == "profile":
        body["businessType"] = "FACE_PORTRAIT"
    return body


def stream_info(stream_id: str, frame: int) -> dict[str, Any]:
    """Frames of one stream, four seconds apart."""
    return {
        "streamId": stream_id,
        "similarDedup": True,
        "frameTime": _STREAM_START_MS + 4000 * frame,
        "riskNum": 1,
        "timeWindow": 10,
    }


def _language(scene_name: str, rng: Random) -> str:
    spoken = {"chat-chinese": "zh", "chat-arabic": "ar", "chat": "en"}
    return spoken.get(scene_name) or rng.choice(_LANGS)
