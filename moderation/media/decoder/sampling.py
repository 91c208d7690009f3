"""Choose which frames of an animation are shown, within the decoder's time limit."""

from __future__ import annotations

import time

ANIMATION_PIXELS = 300_000_000
"""How much of an animation is decoded: a frame needs all frames before it."""
FRAMES_UNTIL_SECONDS = 1.4
"""No frame is begun that would end later than this; `child.LIMITS` ends the whole decoder soon after."""


def sampled(frames: int, pixels: int, max_frames: int) -> list[int]:
    """Which of `frames` frames of `pixels` pixels to show: the first, and others evenly as far as decoding reaches.

    They depend on the file alone, never on the `interval` and `maxFrame` of a request: the same file sent twice is one
    picture, and people see at least as many frames as a machine may be asked to look at.
    """
    reach = max(1, min(frames, ANIMATION_PIXELS // pixels))
    count = min(max_frames, reach)
    return [nth * reach // count for nth in range(count)]


class Patience:
    """How much of the decoder's processor time the frames after the first may still take: until that many seconds."""

    def __init__(self, until_seconds: float = FRAMES_UNTIL_SECONDS) -> None:
        self._until = until_seconds
        self._longest = 0.0
        self._before = time.process_time()

    def lasts(self) -> bool:
        """Whether another frame fits in; asked before each of them."""
        now = time.process_time()
        self._longest = max(self._longest, now - self._before)
        self._before = now
        return now + self._longest <= self._until
