"""Pictures that are ready, for cases whose fetching is not the subject."""

from __future__ import annotations

import io

from PIL import Image

from moderation.media.prepare import picture_of
from moderation.models import Case, Picture, PictureFetch


def animation(frames: int, size: tuple[int, int] = (120, 80)) -> bytes:
    """A GIF whose frames go from black to red."""
    images = [Image.new("RGB", size, (nth * 255 // (frames - 1), 0, 0)) for nth in range(frames)]
    file = io.BytesIO()
    images[0].save(file, "GIF", save_all=True, append_images=images[1:])
    return file.getvalue()


def still(size: tuple[int, int] = (120, 80), color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    return file.getvalue()


def show(case: Case, data: bytes) -> Picture:
    """From now on the case has this picture, prepared as every other."""
    picture = picture_of(data)
    Picture.objects.bulk_create([picture], ignore_conflicts=True)
    PictureFetch.objects.filter(case=case).update(state="ready", picture=picture, why=None)
    return picture
