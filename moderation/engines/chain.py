"""Ask the engines of an app, all at once and within the time there is, and join what they find."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

from accounts.models import App
from moderation import call_tallies, engine_health
from moderation.engines.join import join
from moderation.engines.kinds import engines_of
from moderation.engines.protocol import Ask, Engine, EngineFailed, Findings, Frame, failed
from moderation.engines.sound import sound
from moderation.messages import LedgerCode, Message
from moderation.runtime import tracing

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.25  # an engine that keeps its time says by itself why it is late
MOST_THREADS = 64  # of engines that are asked at once, those that overstay their time included


@dataclass(frozen=True, slots=True)
class Link:
    """An engine of a chain. `may_fail`: the others' answers count without it, and the picture is at least REVIEW.
    `app` is the id of the app whose calls are counted; None counts nothing.
    """

    engine: Engine
    may_fail: bool = False
    app: int | None = None


Answer = Findings | EngineFailed
Arrived = SimpleQueue[tuple[int, Answer, float]]
"""Answers by the place of their link in the chain, as they come, and when they came (`time.monotonic`)."""

_free = threading.BoundedSemaphore(MOST_THREADS)


def links_of(app: App) -> list[Link]:
    """Raises encryption.WrongKey."""
    return [Link(engine, may_fail, app.pk) for engine, may_fail in engines_of(app)]


def detect_with(
    links: Sequence[Link], frames: Sequence[Frame], ask: Ask, *, meanwhile: Callable[[], None] | None = None
) -> Findings:
    """What these engines find. An engine that fails, lies or hangs fails the chain unless it `may_fail`; when all
    of them fail, so does the chain. `meanwhile` runs while they look. Raises EngineFailed, and what `meanwhile` raises.
    """
    answers, took = _answers(links, frames, ask, meanwhile)
    found = [answer for answer in answers if isinstance(answer, Findings)]
    failures = [answer for answer in answers if isinstance(answer, EngineFailed)]
    for link, answer in zip(links, answers, strict=True):
        if isinstance(answer, EngineFailed) and not (link.may_fail and found):
            raise answer
    joined = join(found)
    return replace(
        joined, failed=joined.failed + tuple(failure.why for failure in failures), took={**joined.took, **took}
    )


def _answers(
    links: Sequence[Link], frames: Sequence[Frame], ask: Ask, meanwhile: Callable[[], None] | None
) -> tuple[list[Answer], dict[str, int]]:
    """One for each link, in their order, and the milliseconds that each engine took."""
    seconds, arrived, started = ask.seconds_left, Arrived(), time.monotonic()
    for place, link in enumerate(links):
        _start(place, link.engine, arrived, frames, ask)
    if meanwhile:
        meanwhile()
    answers: dict[int, Answer] = {}
    took: dict[str, int] = {}
    with suppress(Empty):
        while len(answers) < len(links):
            place, answer, came = arrived.get(timeout=ask.seconds_left + GRACE_SECONDS)
            answers[place] = answer
            took[links[place].engine.name] = _count(links[place], answer, came - started)
    for place in set(range(len(links))) - set(answers):
        answers[place] = failed(LedgerCode.ENGINE_LATE, links[place].engine.name, seconds=seconds)
        took[links[place].engine.name] = _count(links[place], answers[place], time.monotonic() - started)
    return [answers[place] for place in range(len(links))], took


def _count(link: Link, answer: Answer, seconds: float) -> int:
    """The milliseconds until an engine's answer was here, or until nobody waited for it any more."""
    milliseconds = round(seconds * 1000)
    why = answer.why if isinstance(answer, EngineFailed) else None
    tracing.ended("engine", seconds=seconds, failed=why["code"] if why else "", engine=link.engine.name)
    if link.app is not None:
        call_tallies.count(link.app, engine=link.engine.name, milliseconds=milliseconds, failed=bool(why))
        engine_health.note(link.app, link.engine.name, why)
    return milliseconds


def _start(place: int, engine: Engine, arrived: Arrived, frames: Sequence[Frame], ask: Ask) -> None:
    """In a thread of its own, which nobody waits for longer than there is time."""
    free = _free
    if not free.acquire(blocking=False):
        crowded = EngineFailed(Message(LedgerCode.ENGINE_CROWDED, engine=engine.name), is_busy=True)
        arrived.put((place, crowded, time.monotonic()))
        return

    def work() -> None:
        try:
            arrived.put((place, _answer(engine, frames, ask), time.monotonic()))
        finally:
            free.release()

    threading.Thread(target=work, name=f"engine {engine.name}", daemon=True).start()


def _answer(engine: Engine, frames: Sequence[Frame], ask: Ask) -> Answer:
    try:
        return sound(engine.detect(frames, ask), frames=frames, ask=ask)
    except EngineFailed as failure:
        return failure
    except Exception as error:
        log.exception("The engine %s failed", engine.name)
        return failed(LedgerCode.ENGINE_BROKEN, engine.name, detail=type(error).__name__)
