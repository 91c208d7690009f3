"""The result that README and the ready message post with curl: an advertisement with labels, boxes and read text."""

from __future__ import annotations

import json
from pathlib import Path

REQUEST_ID = "0123456789abcdef0123456789abcdef"
FILE = "example.json"
_PICTURE = "example.jpg"
_SEED = 9  # one whose text is read left to right


def write(folder: Path, *, customer: str) -> None:
    """Put the body beside the demo's data, and its picture on the customer's host."""
    from demo.cases.bodies import case_of  # not for who only wants the file's name: drawing takes 150 MB

    case = case_of("advert", (720, 960), seed=_SEED)
    data = case.request["data"] | {"img": f"{customer}/pictures/{_PICTURE}", "dataId": "post-1"}
    body = {
        "appId": case.request["appId"],
        "request": case.request | {"data": data},
        "result": case.result | {"requestId": REQUEST_ID},
    }
    (folder / FILE).write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    (folder / "samples" / _PICTURE).write_bytes(case.picture)
