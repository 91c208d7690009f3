"""The call that a tried picture stands for, as a person would write it: with curl, and in Python. Never with a key."""

from __future__ import annotations

import json
import shlex
from typing import Any

from moderation.contract import json_text
from moderation.models import TriedPicture

KEY = "ACCESS_KEY"
_PIXELS = "PIXELS_OF_THE_FILE"
_PYTHON = """import base64, json, urllib.request

call = {call}
{pixels}body = json.dumps(call).encode()
headers = {{"Content-Type": "application/json"}}
request = urllib.request.Request({url}, body, headers)
print(json.load(urllib.request.urlopen(request)))
"""
_READ = 'call["data"]["img"] = base64.b64encode(open({name}, "rb").read()).decode()\n'


def curl(tried: TriedPicture, *, url: str) -> str:
    text = json.dumps(_call(tried), indent=1, ensure_ascii=False)
    head = f"curl {shlex.quote(url)} \\\n  -H 'Content-Type: application/json' -d @- "
    if not tried.upload:
        return f"{head}<<'END'\n{text}\nEND\n"
    before, after = text.split(_PIXELS)
    pixels = f"base64 < {shlex.quote(tried.name)} | tr -d '\\n'"
    return f"{{ printf %s {shlex.quote(before)}\n  {pixels}\n  printf %s {shlex.quote(after)}\n}} | {head.rstrip()}\n"


def python(tried: TriedPicture, *, url: str) -> str:
    call = _call(tried)
    pixels = _READ.format(name=repr(tried.name)) if tried.upload else ""
    if tried.upload:
        del call["data"]["img"]
    shown = json.dumps(call, indent=4, ensure_ascii=False)
    return _PYTHON.format(call=shown, pixels=pixels, url=repr(url))


def _call(tried: TriedPicture) -> dict[str, Any]:
    body: dict[str, Any] = json_text.loads(tried.request.encode())
    data = ({"img": _PIXELS} if tried.upload else {}) | body["data"]
    return {"accessKey": KEY} | body | {"data": data}
