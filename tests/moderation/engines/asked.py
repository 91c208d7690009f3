"""Frames, questions and engines for the tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.engines.protocol import Ask, Findings, Frame

SENT = {
    "appId": "web",
    "eventId": "upload",
    "type": "POLITY_EROTIC",
    "callback": "https://customer.example/answers",
    "data": {"img": "https://x.example/1.jpg", "backupUrl": "https://x.example/2.jpg", "tokenId": "u1", "lang": "en"},
}


def frame(data: bytes = b"picture", width: int = 200, height: int = 100, **place: int) -> Frame:
    return Frame(data, width, height, **place)


def ask(*types: str, seconds: float = 5.0, **sent: Any) -> Ask:
    request = read_request(root({**SENT, **sent})) or Request(raw={})
    return Ask(frozenset(types or ("POLITY", "EROTIC")), request, time.monotonic() + seconds)


@dataclass(frozen=True)
class Engine:
    """One that does what the test says."""

    act: Callable[[], Findings]
    name: str = "test"

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        return self.act()
