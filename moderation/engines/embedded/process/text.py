"""Latin and Chinese text with the place of each line, by PP-OCR through RapidOCR."""

from __future__ import annotations

from typing import Any

import cv2
from rapidocr import RapidOCR

LONGEST_SIDE = 1600  # pixels: larger pictures are read smaller, or they would cost minutes and a gigabyte
MOST_LINES = 1_000
MOST_CHARACTERS = 1_000


class Text:
    def __init__(self, threads: int) -> None:
        self._reader = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": LONGEST_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": LONGEST_SIDE,
                "Rec.rec_batch_num": 2,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Any) -> list[dict[str, Any]]:
        scale, smaller = _smaller(picture)
        answer = self._reader(smaller)
        if answer.txts is None or answer.boxes is None:
            return []
        found = zip(answer.txts, answer.scores, answer.boxes, strict=True)
        return [
            {
                "text": text[:MOST_CHARACTERS],
                "probability": float(score),
                "corners": [float(number) / scale for point in box for number in point],
            }
            for text, score, box in list(found)[:MOST_LINES]
        ]


def _smaller(picture: Any) -> tuple[float, Any]:
    height, width = picture.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    if scale == 1.0:
        return scale, picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return scale, cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
