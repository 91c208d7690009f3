"""Remove the files that no picture names any more, after the commit that made it so.

A process can be killed between the commit and the removal, and the store can be down: so each file has a row, written
in the same transaction, until it is gone. And another worker may store the same file again, for the same picture sent
anew, just before it is removed and name it just after: so each file is looked for once more when that worker must have
ended, and a picture that names a file that is gone is fetched anew.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from moderation.media import lost_files, store
from moderation.media.store import StoreDown
from moderation.models import FileRemoval, Picture

log = logging.getLogger(__name__)

AT_ONCE = 200
LOOKED_FOR_AGAIN = timedelta(minutes=5)  # longer than the lease of a fetch
_QUEUE = """
INSERT INTO moderation_fileremoval (key, queued_at) SELECT key, statement_timestamp() FROM unnest(%s::text[]) AS key
    ON CONFLICT (key) DO UPDATE SET queued_at = excluded.queued_at, removed_at = NULL
"""
# As the two indexes of the table have it.
_NAMED = """
SELECT sha256 FROM moderation_picture
 WHERE ARRAY[web, preview, blurred, blurred_light, blurred_medium, thumbnail, "full"]::text[] && %(keys)s::text[]
 UNION
SELECT sha256 FROM moderation_picture, unnest(%(keys)s::text[]) AS key
 WHERE frame_keys <> '[]' AND frame_keys @> jsonb_build_array(jsonb_build_array(key))
"""


def queue(keys: Collection[str]) -> None:
    """Call it in the transaction after which no picture names these files. Those that one still names stay."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_QUEUE, [sorted(keys)])


def work() -> int:
    """Remove some, and look for some that were removed a while ago. Returns how many were removed."""
    _look_again()
    waiting = FileRemoval.objects.filter(removed_at=None).order_by("queued_at")
    keys = list(waiting.values_list("key", flat=True)[:AT_ONCE])
    try:
        return _remove(keys)
    except StoreDown as down:
        log.warning("%s files stay in the picture store for now: %s", len(keys), down)
        return 0


def _remove(keys: Collection[str]) -> int:
    named = {key for picture in _naming(keys) for key in lost_files.keys_of(picture)}
    FileRemoval.objects.filter(key__in=named.intersection(keys)).delete()
    gone = [key for key in keys if key not in named]
    for key in gone:
        store.remove(key)
    FileRemoval.objects.filter(key__in=gone).update(removed_at=Now())
    return len(gone)


def _look_again() -> None:
    over = FileRemoval.objects.filter(removed_at__lt=Now() - LOOKED_FOR_AGAIN)
    keys = list(over.order_by("removed_at").values_list("key", flat=True)[:AT_ONCE])
    for picture in _naming(keys):
        if not all(store.has(key) for key in lost_files.keys_of(picture)):
            lost_files.report(picture)
    FileRemoval.objects.filter(key__in=keys, removed_at__isnull=False).delete()


def _naming(keys: Collection[str]) -> list[Picture]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"keys": list(keys)})
        found = [sha256 for (sha256,) in cursor.fetchall()]
    return list(Picture.objects.filter(pk__in=found))
