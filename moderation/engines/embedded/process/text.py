"""Latin and Chinese text with the place of each line, by PP-OCR through RapidOCR."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import Any

import cv2
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError
from rapidocr.utils.process_img import map_boxes_to_original

LONGEST_SIDE = 1600  # pixels: larger pictures are read smaller, or they would cost minutes and a gigabyte
MOST_LINES = 1_000
MOST_CHARACTERS = 1_000
LEAST_SURE = 0.5  # below it a line is noise
SURE = 0.8  # a score of text that stands the right way round
HIGH = 1.5  # times as high as wide: RapidOCR turns such a line before it reads it


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
        """The lines that it can read, with what they say."""
        return [line for line in self.lines(picture) if line["text"] and line["probability"] >= LEAST_SURE]

    def lines(self, picture: Any) -> list[dict[str, Any]]:
        """Every line that it sees, from the top down, those that it cannot read too. Corners begin at the top left of
        the text, however the line is turned.
        """
        scale, smaller = _smaller(picture)
        image, record = self._reader.preprocess_img(smaller)
        try:
            crops, detected = self._reader.detect_and_crop(image, record)
            read = self._read(crops[:MOST_LINES])
        except RapidOCRError:
            return []  # there is none
        boxes = map_boxes_to_original(detected.boxes, record, *smaller.shape[:2])
        return [
            {
                "text": line.text.strip()[:MOST_CHARACTERS],
                "probability": line.score,
                "corners": [float(number) / scale for point in _as_read(box, line) for number in point],
            }
            for line, box in zip(read, boxes, strict=False)
        ]

    def _read(self, crops: list[Any]) -> list[_Line]:
        """Those that are read badly are read the other way round too; what stays unread stands as most others do."""
        images, directions = self._reader.cls_and_rotate(crops)
        limit = self._reader.text_cls.cls_thresh
        turned = [label == "180" and score > limit for label, score in directions.cls_res]
        read = self._recognised(images, turned)
        unsure = [place for place, line in enumerate(read) if line.score < SURE]
        if unsure:
            again = [cv2.rotate(images[place], cv2.ROTATE_180) for place in unsure]
            others = self._recognised(again, [not turned[place] for place in unsure])
            for place, other in zip(unsure, others, strict=True):
                read[place] = max(read[place], other, key=lambda line: line.score)
        sure = [line.is_turned for line in read if line.score >= SURE]
        most = 2 * sum(sure) > len(sure)
        return [line if line.score >= SURE else replace(line, is_turned=most) for line in read]

    def _recognised(self, images: list[Any], turned: list[bool]) -> list[_Line]:
        read = self._reader.recognize_txt(images)
        return [_Line(*one) for one in zip(read.txts, map(float, read.scores), turned, strict=True)]


@dataclass(frozen=True, slots=True)
class _Line:
    """`is_turned`: it is upside down."""

    text: str
    score: float
    is_turned: bool


def _as_read(box: Any, line: _Line) -> list[Any]:
    """The corners from the text's top left on. A line higher than wide was turned to the left before it was read."""
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = corners = [tuple(point) for point in box]
    wide = int(max(hypot(x2 - x1, y2 - y1), hypot(x3 - x4, y3 - y4)))
    high = int(max(hypot(x4 - x1, y4 - y1), hypot(x3 - x2, y3 - y2)))
    first = (1 if high >= HIGH * wide else 0) + (2 if line.is_turned else 0)
    return corners[first:] + corners[:first]


def _smaller(picture: Any) -> tuple[float, Any]:
    height, width = picture.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    if scale == 1.0:
        return scale, picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return scale, cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
