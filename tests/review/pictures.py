"""Cases whose picture is there to be shown, without the pixels."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from moderation.models import Case, Picture, PictureFetch

SHA256 = "ab" * 32


def with_pictures(cases: QuerySet[Case], **facts: Any) -> Picture:
    """One picture of 400 × 300 for all of them."""
    keys = {name: f"{name}/{'cd' * 32}" for name in ("web", "preview", "thumbnail")}
    size = {"format": "PNG", "width": 400, "height": 300}
    picture, _ = Picture.objects.get_or_create(sha256=SHA256, defaults=keys | size | facts)
    PictureFetch.objects.filter(case__in=cases).update(picture=picture, state="ready", why=None)
    return picture
