"""Look at one frame: load what is wanted for it when it is wanted first."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import cv2
import numpy as np

THREADS = 2


class Unusable(Exception):
    """The frame is no picture, or not of the size that was told. A size of 0 × 0 is not compared."""


def look(data: bytes, width: int, height: int, wants: Collection[str]) -> dict[str, Any]:
    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if picture is None or ((width or height) and picture.shape[:2] != (height, width)):
        raise Unusable
    return {want: _finders(want)(picture) for want in wants}


@cache
def _finders(want: str) -> Any:
    """Imported here: text costs 300 MB, and most pictures are looked at without."""
    match want:
        case "codes":
            from moderation.engines.embedded.process import codes

            return codes.find
        case "faces":
            from moderation.engines.embedded.process.faces import Faces

            return Faces(THREADS).find
        case "likeness":
            from moderation.engines.embedded.process import likeness

            return likeness.of
        case "nudity":
            from moderation.engines.embedded.process.nudity import Nudity

            return Nudity(THREADS).score
        case "text":
            return _text().read
        case "lines":
            return _text().lines
    raise Unusable


@cache
def _text() -> Any:
    from moderation.engines.embedded.process.text import Text

    return Text(THREADS)
