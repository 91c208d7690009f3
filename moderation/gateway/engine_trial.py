"""Have engines look at a picture that a person tries them with. Nothing of the picture is stored; the calls count."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from accounts.models import App
from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.engines.chain import Link, detect_with
from moderation.engines.protocol import Ask, EngineFailed, Findings
from moderation.engines.result import v4_result
from moderation.engines.sound import size_of
from moderation.gateway.asked import Asked
from moderation.gateway.codes import CallRefused
from moderation.gateway.moderate import until
from moderation.gateway.pictures import see
from moderation.gateway.request_ids import new_request_id
from moderation.messages import Message
from moderation.runtime.request_slots import outside

_one = threading.Lock()
"""Of one process: a picture that is decoded may take hundreds of megabytes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the engines found within `milliseconds`. `size` is the picture's, in pixels, and `pieces` counts its frames
    and tiles; `body` is the v4 result; `not_checked` are types that nobody looked for.
    """

    found: Findings
    size: tuple[int, int]
    pieces: int
    milliseconds: int
    body: dict[str, Any] = field(repr=False)
    not_checked: tuple[str, ...] = ()


class TrialFailed(Exception):
    """There is no answer. `why` is a stored message, or a sentence of the gateway's."""

    def __init__(self, why: Message | str, milliseconds: int) -> None:
        super().__init__(str(why))
        self.why, self.milliseconds = why, milliseconds


class Crowded(Exception):
    """Somebody else's picture is looked at just now."""


def try_engines(app: App, links: Sequence[Link], picture: bytes, *, types: str) -> Tried:
    """Ask these engines of the app, within the time of a call. Raises TrialFailed, Crowded."""
    started, deadline = time.monotonic(), until()
    with outside():
        if not _one.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Crowded
        try:
            return _tried(_asked(app, picture, types), links, started=started, deadline=deadline)
        except EngineFailed as failure:
            raise TrialFailed(failure.why, _ms_since(started)) from failure
        except CallRefused as refused:
            raise TrialFailed(refused.message, _ms_since(started)) from refused
        finally:
            _one.release()


def _tried(asked: Asked, links: Sequence[Link], *, started: float, deadline: float) -> Tried:
    seen = see(asked, until=deadline)
    found = detect_with(links, seen.frames, Ask(asked.types, asked.request, deadline, sha256(seen.data).hexdigest()))
    size, pieces, unchecked = size_of(seen.frames), len(seen.frames), tuple(sorted(asked.types - found.checked))
    body = v4_result(found, request_id=asked.request_id, size=size, segments=pieces, not_checked=unchecked)
    return Tried(found, size, pieces, _ms_since(started), body, unchecked)


def _asked(app: App, picture: bytes, types: str) -> Asked:
    raw = {"appId": app.app_id, "eventId": "test", "type": types, "data": {"tokenId": "test", "lang": "en"}}
    request = read_request(root(raw)) or Request(raw=raw)
    return Asked(app, new_request_id(), raw, request, pixels=picture)


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
