"""Change an ordinary case as things go wrong in practice: pictures that cannot be fetched, invalid bodies."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.cases.request_bodies import picture_url, stream_info
from demo.cases.result_bodies import failed_body


@dataclass(slots=True)
class Draft:
    """A case in the making. `size` is (width, height) of the upright picture in pixels."""

    request: dict[str, Any]
    result: dict[str, Any]
    picture: bytes
    content_type: str
    path: str
    size: tuple[int, int]


Oddity = Callable[[Draft], None]

_PAGE = b"""<!doctype html><html><head><title>Sign in</title></head>
<body onload="document.title='still a page'"><h1>Please sign in to see this picture</h1></body></html>
"""


def ordinary(draft: Draft) -> None:
    """Nothing is done to it."""


def gone(draft: Draft) -> None:
    """The picture was deleted before it was fetched: its address answers 404."""
    draft.path = f"gone-{draft.path}"
    draft.request["data"]["img"] = picture_url(draft.path)
    draft.request["data"]["backupUrl"] = picture_url(f"backup-{draft.path}")
    draft.picture, draft.content_type = b"", ""


def refused_address(draft: Draft) -> None:
    """The picture's address is in a private network, from which we must not fetch."""
    draft.request["data"]["img"] = f"http://10.20.30.40/intranet/{draft.path}"
    draft.picture, draft.content_type = b"", ""


def page_called_jpg(draft: Draft) -> None:
    """The host answers with a web page under a picture's name and type."""
    draft.picture, draft.content_type = _PAGE, "image/jpeg"


def cut_short(draft: Draft) -> None:
    """The upload broke off: the file ends in its middle."""
    draft.picture = draft.picture[: len(draft.picture) * 2 // 5]


def inline(draft: Draft) -> None:
    """The picture itself is in the request, base64, instead of its address."""
    draft.request["data"]["img"] = base64.b64encode(draft.picture).decode("ascii")


def boxes_outside(draft: Draft) -> None:
    """Boxes extend past the picture's edges; all labels share the same entry, so each is moved once."""
    width, height = draft.size
    for place, entry in enumerate(_entries(draft.result["riskDetail"])):
        x1, y1, x2, y2 = entry["location"]
        entry["location"] = [-x1 - 40, y1, x2, y2] if place % 2 else [x1, y1, width + 60, height + 25]


def boxes_as_stored(draft: Draft) -> None:
    """The detector ignored the EXIF orientation: its boxes are in stored pixels, a quarter turn to the left."""
    upright_width, _ = draft.size
    detail = draft.result["riskDetail"]
    for entry in (*_entries(detail), *detail.get("ocrText", {}).get("lines", ())):
        x1, y1, x2, y2 = entry["location"]
        entry["location"] = [y1, upright_width - x2, y2, upright_width - x1]


def misspelt(draft: Draft) -> None:
    """Misspelt names, nulls for lists, numbers as text, an invalid box: all seen from real accounts."""
    result, detail = draft.result, draft.result["riskDetail"]
    detail["riskSocrce"] = detail.pop("riskSource")
    detail["ocrText"], detail["matchedLists"] = {}, None
    for place, person in enumerate(detail.get("persons", [])):
        person["person_ration"] = str(person.pop("person_ratio"))
        if place == 0:
            person["location"] = person["location"][:3]
    for label in result["allLabels"]:
        label |= {"probability": 1, "riskDescription": "::", "lable2": label["riskLabel2"], "confidenceLevel": None}
    result |= {
        "reques-tId": result["requestId"],
        "tokenProfileLabels": None,
        "businessLabels": None,
        "disposal": {},
    }
    result["auxInfo"] |= {"qrcontent": "", "errorCode": 0, "typeVersion": {}}


def of_one_stream(frame: int) -> Oddity:
    """One of several frames of the same broadcast."""

    def belong(draft: Draft) -> None:
        stream = stream_info("stream-nightowls-1", frame)
        draft.request["data"] |= {
            "streamInfo": stream,
            "tokenId": "streamer_042",
            "nickname": "NightOwlsLive",
            "level": 4,
        }
        draft.result["auxInfo"] |= {"streamId": stream["streamId"], "frameTime": stream["frameTime"]}

    return belong


def failed(code: int, message: str) -> Oddity:
    """The service could not moderate the picture at all."""

    def fail(draft: Draft) -> None:
        draft.result = failed_body(draft.result["requestId"], code, message)

    return fail


def _entries(detail: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for name in ("faces", "persons", "objects") for entry in detail.get(name, [])]
