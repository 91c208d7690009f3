"""What a picture looks like, in 256 bits: whether each pixel of a small grey copy is lighter than the one before it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

SIDE = 16
LEAST_CONTRAST = 24  # of 255, between the darkest and the lightest pixel: in plain pictures the bits are noise


def of(picture: Any) -> str:
    """64 hexadecimal digits; "" for a picture that is too plain to be told from others."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small: Any = cv2.resize(grey, (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    if int(small.max()) - int(small.min()) < LEAST_CONTRAST:
        return ""
    return str(np.packbits(small[:, 1:] > small[:, :-1]).tobytes().hex())
