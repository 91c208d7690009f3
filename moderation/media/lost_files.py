"""Fetch pictures anew whose files are gone from the store, as after a restore of the database alone, or say why not."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import transaction

from moderation.media import store
from moderation.media.fetch import ANEW
from moderation.messages import LedgerCode, Message
from moderation.models import Picture, PictureFetch

log = logging.getLogger(__name__)

FETCHED_ANEW = Message(LedgerCode.PICTURE_FETCHED_ANEW)
CANNOT_BE_FETCHED = Message(LedgerCode.PICTURE_LOST)


def report(picture: Picture) -> None:
    """Record that a file of this picture is missing, and fetch it anew for its cases. Idempotent."""
    with transaction.atomic():
        if not Picture.objects.filter(pk=picture.pk, files_lost=False).update(files_lost=True):
            return
        shown = PictureFetch.objects.filter(picture=picture, state="ready")
        told = shown.filter(url="", backup_url="").update(state="unavailable", why=CANNOT_BE_FETCHED)
        anew = shown.update(**ANEW | {"why": FETCHED_ANEW})
    log.error("The files of picture %s are gone: %s cases are fetched anew, %s cannot be", picture.pk, anew, told)


def find() -> Iterator[Picture]:
    """Look for the files of every picture, report those that are gone, and yield their pictures. Takes a while."""
    for picture in Picture.objects.filter(files_lost=False).iterator(chunk_size=1000):
        if not all(store.has(key) for key in keys_of(picture)):
            report(picture)
            yield picture


def keys_of(picture: Picture) -> set[str]:
    """The names of its files."""
    stills = {picture.web, picture.preview, *picture.blurs, picture.thumbnail, picture.full}
    frames = {key for frame in picture.kept_frames for key in (frame.web, frame.preview)}
    return (stills | frames) - {""}
