"""Erase our copy of a picture, so that a case is left with its evidence alone."""

from __future__ import annotations

from django.db import connection, transaction

from moderation.media import store, uploads
from moderation.media.lost_files import keys_of
from moderation.messages import LedgerCode, Message
from moderation.models import Picture, PictureFetch

# Rows of other pictures that name a file: two may share one, as they are named by what is in them.
_SHARED = """
SELECT web, preview, blurred, blurred_light, blurred_medium, thumbnail, "full", frame_keys::text
  FROM moderation_picture
 WHERE sha256 <> %(sha256)s
   AND (web = ANY(%(keys)s) OR preview = ANY(%(keys)s) OR blurred = ANY(%(keys)s) OR thumbnail = ANY(%(keys)s)
        OR blurred_light = ANY(%(keys)s) OR blurred_medium = ANY(%(keys)s) OR "full" = ANY(%(keys)s)
        OR EXISTS (SELECT FROM jsonb_array_elements(frame_keys) frame
                    WHERE frame ->> 1 = ANY(%(keys)s) OR frame ->> 2 = ANY(%(keys)s)))
"""


def of_case(case_id: int) -> None:
    """The case says from now on that its picture was kept for a day only. Other cases of the picture keep it."""
    with transaction.atomic():
        fetch = PictureFetch.objects.select_for_update().filter(pk=case_id).first()
        if fetch is None:
            return
        gone = {"state": "unavailable", "picture": None, "url": "", "backup_url": "", "upload": ""}
        why = Message(LedgerCode.PICTURE_TRIED)
        PictureFetch.objects.filter(pk=case_id).update(**gone, why=why, leased_until=None)
        files = _forget(fetch.picture_id) if fetch.picture_id else set()
    for key in files:
        store.remove(key)
    if fetch.upload:
        uploads.forget(fetch.upload)


def _forget(sha256: str) -> set[str]:
    """Forget the picture unless a case still has it. Returns the files that nothing names any more."""
    picture = Picture.objects.select_for_update().get(pk=sha256)
    if PictureFetch.objects.filter(picture=picture).exists():
        return set()
    keys = keys_of(picture)
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, {"sha256": sha256, "keys": list(keys)})
        shared = cursor.fetchall()
    picture.delete()
    return {key for key in keys if not any(key in value for row in shared for value in row)}
