"""Pictures sent as bytes: kept from their arrival until they are shown or refused, and never longer.

Each has a row from before it is stored until after it is gone, so that nothing stays for want of who remembers it.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from moderation.media import store
from moderation.media.store import StoreDown
from moderation.models import PictureFetch, Upload

log = logging.getLogger(__name__)

UNDECIDED = timedelta(hours=1)  # a call that takes longer to say whether it needs its upload has died


def keep(pixels: bytes) -> str:
    """Keep what was sent and return its key: one of its own, since the same bytes sent twice are needed apart."""
    key = f"uploads/{uuid.uuid4().hex}/{hashlib.sha256(pixels).hexdigest()}"
    Upload.objects.create(key=key)
    store.put_as(key, pixels)
    return key


def sha256_of(key: str) -> str:
    return key.rpartition("/")[2]


def forget_unneeded(keys: Collection[str]) -> None:
    """Remove those of these that no picture is to be made from."""
    needed = set(PictureFetch.objects.filter(upload__in=keys, state="pending").values_list("upload", flat=True))
    for key in set(keys) - needed:
        forget(key)


def forget(key: str) -> None:
    """What was sent is not kept once it was shown or refused: only our own pixels are. If the store is away, the sweep
    comes back to it.
    """
    try:
        store.remove(key)
    except StoreDown as down:
        log.warning("The upload %s stays in the picture store for now: %s", key, down)
    else:
        Upload.objects.filter(key=key).delete()


def forget_left(limit: int = 100) -> int:
    """Remove what calls or workers that died have left behind. Returns how many."""
    waiting = PictureFetch.objects.filter(upload=OuterRef("key"), state="pending")
    left = Upload.objects.filter(~Exists(waiting), stored_at__lt=Now() - UNDECIDED)
    keys = list(left.order_by("stored_at").values_list("key", flat=True)[:limit])
    for key in keys:
        forget(key)
    return len(keys)
