"""Store pictures sent as bytes from their arrival until they are rendered or refused, and no longer.

Each has a row from before it is stored until after it is removed, so that no file is left behind.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from moderation.media import store
from moderation.media.store import StoreDown
from moderation.models import GatewayCall, PictureFetch, TriedPicture, Upload

log = logging.getLogger(__name__)

UNDECIDED = timedelta(hours=1)  # a call that has not decided by then whether it needs its upload has died


def keep(pixels: bytes) -> str:
    """Store the bytes and return their key, a new one each time: the same bytes sent twice are removed separately."""
    key = f"uploads/{uuid.uuid4().hex}/{hashlib.sha256(pixels).hexdigest()}"
    Upload.objects.create(key=key)
    store.put_as(key, pixels)
    return key


def sha256_of(key: str) -> str:
    return key.rpartition("/")[2]


def forget_unneeded(keys: Collection[str]) -> None:
    """Remove the uploads of which no picture is to be made."""
    needed = set(PictureFetch.objects.filter(upload__in=keys, state="pending").values_list("upload", flat=True))
    for key in set(keys) - needed:
        forget(key)


def forget(key: str) -> None:
    """Remove an upload once it is rendered or refused: only our renditions are kept. If the store is down, maintenance
    tries again.
    """
    try:
        store.remove(key)
    except StoreDown as down:
        log.warning("The upload %s stays in the picture store for now: %s", key, down)
    else:
        Upload.objects.filter(key=key).delete()


def forget_left(limit: int = 100) -> int:
    """Remove the uploads that calls or workers left behind when they died. Returns how many."""
    waiting = PictureFetch.objects.filter(upload=OuterRef("key"), state="pending")
    called = GatewayCall.objects.filter(upload=OuterRef("key"))
    tried = TriedPicture.objects.filter(Q(upload=OuterRef("key")) | Q(shown=OuterRef("key")))
    left = Upload.objects.filter(~Exists(waiting), ~Exists(called), ~Exists(tried), stored_at__lt=Now() - UNDECIDED)
    keys = list(left.order_by("stored_at").values_list("key", flat=True)[:limit])
    for key in keys:
        forget(key)
    return len(keys)
