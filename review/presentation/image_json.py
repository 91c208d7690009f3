"""The picture of a case as sent to the stage: the URLs of our copies, or why there are none."""

from __future__ import annotations

from typing import Literal, cast

from django.urls import reverse

from accounts.times import iso
from moderation.models import Picture, PictureFetch
from review.presentation.messages import describe
from review.presentation.task_schema import FrameJson, ImageJson


def image_of(fetch: PictureFetch) -> ImageJson:
    picture = fetch.picture
    if picture is None or fetch.state != PictureFetch.State.READY:
        return _no_image(fetch)
    shown: ImageJson = {
        "url": reverse("review:picture", args=[fetch.pk, "web"]),
        "previewUrl": reverse("review:picture", args=[fetch.pk, "preview"]),
        "blurredUrl": reverse("review:picture", args=[fetch.pk, "blurred"]),
        "thumbnailUrl": reverse("review:picture", args=[fetch.pk, "thumbnail"]),
        "width": picture.width,
        "height": picture.height,
        "frames": picture.frames,
        "state": _state(fetch),
    }
    if picture.incomplete:
        shown["incomplete"] = True
    if len(picture.frame_keys) > 1:
        shown["frameUrls"] = _frame_urls(fetch.pk, picture)
    return shown


def _no_image(fetch: PictureFetch) -> ImageJson:
    """`nextTryAt`: it is tried again by itself. `againUrl`: a person can ask for another try at once."""
    shown: ImageJson = {
        "url": None,
        "previewUrl": None,
        "blurredUrl": None,
        "thumbnailUrl": None,
        "width": None,
        "height": None,
        "frames": None,
        "state": "unavailable" if fetch.is_late else _state(fetch),
    }
    if fetch.why:
        shown["why"] = describe(fetch.why)
    if fetch.next_try_at and not fetch.is_late:
        shown["nextTryAt"] = iso(fetch.next_try_at)
    if (fetch.url or fetch.backup_url) and (fetch.next_try_at or fetch.state == PictureFetch.State.UNAVAILABLE):
        shown["againUrl"] = reverse("review:picture_again")
    return shown


def _state(fetch: PictureFetch) -> Literal["ready", "pending", "unavailable"]:
    return cast(Literal["ready", "pending", "unavailable"], str(fetch.state))


def thumbnail_of(case_id: int) -> dict[str, str]:
    """For a case that is shown as a thumbnail only, and whose picture is ready."""
    return {"thumbnailUrl": reverse("review:picture", args=[case_id, "thumbnail"])}


def _frame_urls(case_id: int, picture: Picture) -> list[FrameJson]:
    """Of an animation: the frames we keep, spread over the whole of it."""
    return [
        {
            "number": frame.number,
            "url": reverse("review:frame", args=[case_id, frame.number]),
            "previewUrl": reverse("review:frame_preview", args=[case_id, frame.number]),
        }
        for frame in picture.kept_frames
    ]
