"""Moderate pictures: have the app's engines find what is in them, have policy judge it, store the cases."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.audit import Actor
from accounts.models import App
from moderation import call_tallies
from moderation.contract import ContractError, Submission, parse_submission
from moderation.contract.image_v4 import SUCCESS
from moderation.engines.chain import Link, detect_with, links_of
from moderation.engines.protocol import Ask, EngineFailed, Findings
from moderation.engines.sound import size_of
from moderation.gateway import results, streams
from moderation.gateway.asked import Asked, Reached, Step
from moderation.gateway.codes import FAILED, NOT_FETCHED, TOO_MANY, CallRefused, ServiceFault, body_of
from moderation.gateway.pictures import Seen, see
from moderation.gateway_facts import GatewayFacts
from moderation.intake.accept import Accepted, accept_all
from moderation.media import uploads
from moderation.runtime.encryption import WrongKey
from moderation.runtime.request_slots import outside

log = logging.getLogger(__name__)

MARGIN = 0.05  # of the time there is: what is left for policy and for storing the case
BATCH_TIMES = 3  # the time that a batch has, in that of one picture
SIDE_BY_SIDE = 4  # pictures of a batch
_STORED = frozenset({SUCCESS, FAILED, NOT_FETCHED})
_places = threading.BoundedSemaphore(settings.GATEWAY_AT_ONCE)

Links = Sequence[Link] | None
"""The engines of an app; None where their settings cannot be read."""


@dataclass(frozen=True, slots=True)
class Moderated:
    """What became of a picture before policy judges it: an image v4 body, and the picture's bytes if there are any,
    with the upload that they are kept as. `is_service_fault`: neither the picture nor an engine is to blame for it.
    `started_at` is on the monotonic clock.
    """

    asked: Asked
    body: dict[str, Any]
    data: bytes | None = None
    is_service_fault: bool = False
    started_at: float = field(default_factory=time.monotonic)
    upload: str = ""

    @property
    def is_stored(self) -> bool:
        """A refused call leaves nothing behind, unless it was acknowledged before; a failure is a case, so that people
        find it by its requestId.
        """
        return bool(self.asked.callback) or self.body["code"] in _STORED


def until(times: float = 1.0) -> float:
    """By when a call that waits for its answer has it, on the monotonic clock."""
    return time.monotonic() + times * settings.GATEWAY_SECONDS


def look_at_all(asked: Sequence[Asked], *, until: float) -> list[Moderated]:
    """All of one app, before `until`. Nothing of the database and no request slot is held meanwhile.

    A picture that is alone is stored while the engines look; of one that is refused then, nothing stays.
    """
    links = _links(asked[0].app)
    look = partial(_look, links=links, until=until)
    with outside():
        if len(asked) == 1:
            return [look(asked[0], keeps=_Upload())]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            return list(threads.map(look, asked))


def keep(looked: Sequence[Moderated], *, by: Actor) -> list[Accepted]:
    """Store the cases of these, with what policy makes of them: committed when it returns."""
    started = time.monotonic()
    stored = [one for one in looked if one.is_stored]
    for refused in looked:
        if refused.upload and not refused.is_stored:
            uploads.forget(refused.upload)
    with streams.told_once([(one.asked, one.body) for one in stored]) as bodies:
        submissions = [(_submission(one, body), one.asked.app) for one, body in zip(stored, bodies, strict=True)]
        accepted = accept_all(submissions, by=by) if submissions else []
    _count(looked, accepted)
    for one in stored:
        _tell(one.asked, Step.JUDGED, started, dict)
    return accepted


def _count(looked: Sequence[Moderated], accepted: Sequence[Accepted]) -> None:
    """What the live card of the board tells: from the picture's turn on until its case is stored."""
    kept = iter(accepted)
    for one in looked:
        flagged = next(kept).flagged if one.is_stored else False
        failed = one.body["code"] != SUCCESS
        call_tallies.count(one.asked.app.pk, milliseconds=_ms_since(one.started_at), failed=failed, flagged=flagged)


@dataclass(slots=True)
class _Upload:
    """The picture of a call, kept while its engines look at it: their time is longer than a disk's."""

    key: str = ""

    def keep(self, data: bytes) -> None:
        self.key = uploads.keep(data)
        if not connection.in_atomic_block:
            connection.close()  # back to the pool


def _look(asked: Asked, *, links: Links, until: float, keeps: _Upload | None = None) -> Moderated:
    started = time.monotonic()
    seen: Seen | None = None
    is_service_fault = False
    try:
        with _place(until):
            seen = see(asked, until=until)
            _tell(asked, Step.FETCHED, started, lambda: _seen_of(seen))
            asking = time.monotonic()
            meanwhile = partial(keeps.keep, seen.data) if keeps else None
            found = _found(asked, links, seen, until=until - MARGIN * (until - started), meanwhile=meanwhile)
        _tell(asked, Step.ENGINES, asking, lambda: {"took": dict(found.took)})
        body = results.body_of_findings(asked, found, seen, milliseconds=_ms_since(started))
    except CallRefused as refused:
        is_service_fault = isinstance(refused, ServiceFault)
        body = _failed(asked, refused, milliseconds=_ms_since(started))
    data, upload = seen.data if seen else None, keeps.key if keeps else ""
    return Moderated(asked, body, data, is_service_fault, started, upload)


def _tell(asked: Asked, step: Step, started: float, told: Callable[[], dict[str, Any]]) -> None:
    if asked.watch:
        asked.watch(Reached(step, _ms_since(started), told()))


def _seen_of(seen: Seen) -> dict[str, Any]:
    width, height = size_of(seen.frames)
    return {"width": width, "height": height, "bytes": len(seen.data), "pieces": len(seen.frames)}


def _links(app: App) -> Links:
    try:
        return links_of(app)
    except (WrongKey, KeyError, ValueError):
        log.exception("The engines of %s cannot be made", app.app_id)
        return None


@contextmanager
def _place(until: float) -> Iterator[None]:
    """Only so many pictures of a process are decoded at the same time: each may take hundreds of megabytes."""
    if not _places.acquire(timeout=max(0.0, until - time.monotonic())):
        raise ServiceFault(TOO_MANY, "Too many pictures are being looked at just now.")
    try:
        yield
    finally:
        _places.release()


def _found(asked: Asked, links: Links, seen: Seen, *, until: float, meanwhile: Callable[[], None] | None) -> Findings:
    if links is None:
        raise ServiceFault(FAILED, f'The settings of the engines of "{asked.app.app_id}" cannot be read.')
    if not links:
        raise CallRefused(FAILED, f'The app "{asked.app.app_id}" has no engine; an administrator can set one.')
    ask = Ask(asked.types, asked.request, until, sha256(seen.data).hexdigest())
    try:
        return detect_with(links, seen.frames, ask, meanwhile=meanwhile)
    except EngineFailed as failure:
        log.warning("The engines of %s failed: %s", asked.app.app_id, failure)
        fails = asked.app.on_engine_failure == asked.app.OnEngineFailure.FAIL
        code = TOO_MANY if failure.is_busy and fails else FAILED
        raise CallRefused(code, f"The engines failed: {failure}.") from failure


def _failed(asked: Asked, refused: CallRefused, *, milliseconds: int) -> dict[str, Any]:
    """A failure of ours is looked at by a person where the app says so: never a PASS."""
    if refused.code == FAILED and asked.app.on_engine_failure == asked.app.OnEngineFailure.REVIEW:
        return results.body_for_a_person(asked, refused.message, milliseconds=milliseconds)
    return body_of(refused.code, refused.message, asked.full_id, **({"btId": asked.bt_id} if asked.bt_id else {}))


def _submission(looked: Moderated, body: dict[str, Any]) -> Submission:
    asked = looked.asked
    sent = {"appId": asked.app.app_id, "request": asked.body, "result": body}
    try:
        read = parse_submission(sent)
    except ContractError as unsound:
        log.error("An engine of %s says what the contract does not allow: %s", asked.app.app_id, unsound)
        refused = CallRefused(FAILED, "The engines failed: their answer cannot be read.")
        read = parse_submission(sent | {"result": _failed(asked, refused, milliseconds=0)})
    return replace(read, gateway=GatewayFacts(looked.data, asked.callback, asked.narrowing, looked.upload))


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
