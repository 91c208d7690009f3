"""Erase our copies of pictures, so that their cases are left with their evidence alone."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moderation.media import removals
from moderation.media.lost_files import keys_of
from moderation.messages import LedgerCode, Message
from moderation.models import Picture, PictureFetch


def of_case(case_id: int) -> None:
    """The case says from now on that its picture was kept for a day only. Other cases of the picture keep it."""
    with transaction.atomic():
        of_cases([case_id], why=Message(LedgerCode.PICTURE_TRIED))


def of_cases(cases: Collection[int], *, why: Message) -> int:
    """The cases say `why` they have no picture. Call it in a transaction: pictures that no other case has are forgotten
    with it, and their files removed soon after. An upload goes with those that nobody waits for. Returns how many of
    the cases had a picture.
    """
    rows = PictureFetch.objects.select_for_update().filter(pk__in=cases).order_by("pk")
    had = [sha256 for sha256 in rows.values_list("picture_id", flat=True) if sha256]
    gone = {"state": "unavailable", "picture": None, "url": "", "backup_url": "", "upload": "", "leased_until": None}
    PictureFetch.objects.filter(pk__in=cases).update(**gone, why=why)
    removals.queue(_forget(set(had)))
    return len(had)


def _forget(pictures: Collection[str]) -> set[str]:
    """Forget the pictures that no case has any more. Returns the files that they named.

    Asked again once they are locked: a case that got one of them meanwhile is seen then, and later ones wait.
    """
    locked = list(Picture.objects.select_for_update().filter(pk__in=pictures).order_by("pk"))
    kept = set(PictureFetch.objects.filter(picture__in=locked).values_list("picture_id", flat=True))
    gone = [picture for picture in locked if picture.pk not in kept]
    Picture.objects.filter(pk__in=[picture.pk for picture in gone]).delete()
    return {key for picture in gone for key in keys_of(picture)}
