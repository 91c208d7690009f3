"""The engine's own process with other eyes: `stand_in_engine.py SOCKET`. A frame's bytes say what happens.

Its queue, its alarm and its end are those of `process/serve.py`; only the models are not loaded.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

SERVE = Path(__file__).resolve().parents[3] / "moderation/engines/embedded/process/serve.py"
FOUND: dict[str, Any] = {
    "faces": [[10, 10, 50, 60, 0.9]],
    "nudity": 0.93,
    "codes": [{"content": "https://x.example", "format": "QRCode", "corners": [60, 10, 90, 10, 90, 40, 60, 40]}],
    "text": [{"text": "hello", "probability": 0.99, "corners": [0, 80, 50, 80, 50, 95, 0, 95]}],
}
LIES: dict[str, Any] = {
    "probability": {"nudity": 7},
    "nan": {"nudity": float("nan")},
    "face-score": {"faces": [[0, 0, 9, 9, 3]]},
    "face-form": {"faces": [[0, 0, 9]]},
    "face-text": {"faces": ["face"]},
    "far": {"text": [{"text": "x", "probability": 1, "corners": [0, 0, 1e300, 0, 9, 9, 0, 9]}]},
    "corners": {"codes": [{"content": "x", "format": "QRCode", "corners": [1, 2]}]},
    "kind": {"text": 5},
    "deep": {"nudity": json.loads("[" * 90 + "]" * 90)},
}
OUTSIDE = {"faces": [[-20, 10, 900, 60, 0.9]]}


def _hold_everything() -> None:
    """A library's own code that hangs: no other thread of Python runs meanwhile."""
    ctypes.PyDLL(None).sleep(60)


def _hold_a_while() -> Any:
    ctypes.PyDLL(None).sleep(1)
    return FOUND


def _be_slow() -> Any:
    time.sleep(0.2)
    return FOUND


def _fail() -> Any:
    raise RuntimeError("a library's own failure")


ACTS: dict[str, Callable[[], Any]] = {
    "fail": _fail,
    "hang": lambda: time.sleep(60),
    "hold": _hold_everything,
    "hold-a-while": _hold_a_while,
    "die": lambda: os._exit(1),
    "pid": lambda: {"nudity": 0.0, "text": [{**FOUND["text"][0], "text": f"{os.getpid()} {sorted(os.environ)}"}]},
    "slow": _be_slow,
    "outside": lambda: OUTSIDE,
}


def look(data: bytes, _width: int, _height: int, _wants: list[str]) -> Any:
    act = data.decode()
    if act in ACTS:
        return ACTS[act]()
    return LIES.get(act, FOUND)


if __name__ == "__main__":
    spec = spec_from_file_location("serve", SERVE)
    assert spec
    assert spec.loader
    serve: Any = module_from_spec(spec)
    sys.modules["serve"] = serve
    spec.loader.exec_module(serve)
    serve.look = look
    serve.ALONE_SECONDS = 0.5
    serve.main(Path(sys.argv[1]))
