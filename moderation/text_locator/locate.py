"""Find marked words on our copies of the pictures: lease a row, ask the engine of this host, record what it found."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from moderation.contract.geometry import FoundLine, Outline
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import NAME
from moderation.engines.embedded.read_reply import VERSION
from moderation.engines.protocol import EngineFailed, Frame
from moderation.media import store
from moderation.media.render import DecoderDidNotStart, Unshowable, look
from moderation.media.store import StoreDown
from moderation.models import LocatedText, MachineResult, Picture, PictureFetch
from moderation.text_locator.align import align
from moderation.text_locator.overlaps import once
from moderation.text_locator.places import Place, places_of, unplaced
from moderation.text_locator.wanted import is_on

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # longer than reading the picture, cutting it and looking at it take together
MOST_LEASES = 3  # then it is given up
WAIT = timedelta(seconds=30)  # after a failure, then twice as long
BUSY = timedelta(seconds=5)  # when the engine has too much to do, which counts as no attempt
LOOK_SECONDS = 20.0  # what the engine's process allows itself
TOO_LATE = timedelta(days=1)


def locate_due(*, older_than: timedelta = timedelta(), engine: Embedded | None = None) -> Iterator[int]:
    """Work off every row of a case that waits for people and whose picture is there, yielding the case. Maintenance
    leaves the newer ones to workers.
    """
    while is_on() and (row := _lease(older_than)):
        _work(row, engine or Embedded())
        yield row.case_id


def give_up_left() -> int:
    """Those whose picture never came, or whose case waits no more. Returns how many."""
    left = LocatedText.objects.filter(state="pending", created_at__lt=Now() - TOO_LATE)
    return left.update(state="given-up", leased_until=None)


class Gone(Exception):
    """The result or its picture is not there any more."""


class TriedEnough(Exception):
    """The engine failed, or the worker ended before it could tell anything, as often as it may."""


def _lease(older_than: timedelta) -> LocatedText | None:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    pictured = Exists(PictureFetch.objects.filter(pk=OuterRef("case_id"), state="ready", case__state="queued"))
    pending = LocatedText.objects.filter(state="pending")
    with transaction.atomic():
        if pending.filter(leased_until__gte=Now()).count() >= settings.LOCATE_AT_ONCE:
            return None  # the engine looks at one picture at a time, and workers are left for what cannot wait
        due = pending.filter(free, pictured, due_at__lte=Now() - older_than).order_by("due_at")
        row = due.select_for_update(skip_locked=True).first()
        if row is not None:
            _rows(row).update(leased_until=Now() + LEASE, attempts=F("attempts") + 1)
    return row


def _rows(row: LocatedText) -> models.QuerySet[LocatedText]:
    return LocatedText.objects.filter(pk=row.pk, state="pending")


def _work(row: LocatedText, engine: Embedded) -> None:
    try:
        if row.attempts >= MOST_LEASES:
            raise TriedEnough
        places = _located(row, engine)
    except EngineFailed as failure:
        _put_off(row, failure.why, is_busy=failure.is_busy)
    except (StoreDown, DecoderDidNotStart) as failure:
        _put_off(row, failure, is_busy=False)
    except (FileNotFoundError, Unshowable, Gone, TriedEnough) as why:
        log.info("The %s is not located: %s", row, why)
        _rows(row).update(state="given-up", leased_until=None)
    else:
        told = [_as_json(place) for place in places]
        _rows(row).update(state="done", places=told, engine=f"{NAME}/{VERSION}", leased_until=None)


def _located(row: LocatedText, engine: Embedded) -> list[Place]:
    machine, picture = _result_and_picture(row)
    evidence = machine.result.evidence
    stretches = unplaced(evidence, machine.listed)
    if not stretches:
        return []
    lines = align(evidence.text.text, _find_lines(picture, engine))
    return list(places_of(evidence.text.text, stretches, lines))


def _result_and_picture(row: LocatedText) -> tuple[MachineResult, Picture]:
    machine = MachineResult.objects.filter(case_id=row.case_id, revision=row.revision).first()
    fetch = PictureFetch.objects.filter(pk=row.case_id, state="ready").select_related("picture").first()
    if machine is None or fetch is None or fetch.picture is None:
        raise Gone(f"no {'picture' if machine else 'result'}")
    return machine, fetch.picture


def _find_lines(picture: Picture, engine: Embedded) -> list[FoundLine]:
    """In pixels of the upright original. Of an animation the first frame is looked at."""
    looked = look(store.get(picture.web), interval=1, max_frames=1)
    frames = [Frame(one.data, one.width, one.height, left=one.left, top=one.top) for one in looked.pieces]
    if not frames:
        raise Gone("it is too long or too narrow")
    found = engine.find_lines(frames, deadline=time.monotonic() + LOOK_SECONDS)
    across, down = picture.width / looked.width, picture.height / looked.height
    return [FoundLine(line.text, _scaled(line.outline, across, down)) for line in once(found)]


def _scaled(outline: Outline, across: float, down: float) -> Outline:
    x1, y1, x2, y2, x3, y3, x4, y4 = outline.corners
    corners = (x1 * across, y1 * down, x2 * across, y2 * down, x3 * across, y3 * down, x4 * across, y4 * down)
    return Outline.of(corners, is_turned=outline.polygon is not None, probability=outline.probability)


def _as_json(place: Place) -> dict[str, object]:
    at = [[[round(number, 1) for number in one.corners], one.polygon is not None] for one in place.outlines]
    return {"start": place.start, "end": place.end, "at": at}


def _put_off(row: LocatedText, why: object, *, is_busy: bool) -> None:
    """For later. An engine that has too much to do counts as no attempt."""
    log.info("The %s waits: %s", row, why)
    wait, attempts = (BUSY, F("attempts") - 1) if is_busy else (WAIT * 2**row.attempts, F("attempts"))
    _rows(row).update(leased_until=None, due_at=Now() + wait, attempts=attempts)
