"""Read what the engine's process says into findings. It looks at hostile pictures, so nothing it says is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from moderation.contract import json_text
from moderation.contract.boxes import MOST_BOXES
from moderation.contract.fields import Fields, as_number
from moderation.contract.geometry import FoundLine, Location
from moderation.contract.parse import root
from moderation.contract.text_lines import MOST_LINES
from moderation.contract.values import (
    Box,
    ContractError,
    Evidence,
    Label,
    LabelPath,
    RecognisedText,
    RiskLevel,
    TextLine,
)
from moderation.engines.embedded.host import NAME
from moderation.engines.join import in_frames
from moderation.engines.outlines import outline_of
from moderation.engines.protocol import Findings, Frame, failed
from moderation.messages import LedgerCode

VERSION = "1"
"""Ours: it changes with the models, so that a result tells which ones looked."""
IN_PICTURE = 1002
# Yahoo's own advice: below 0.2 is safe, above 0.8 is not.
TOLD_FROM, REVIEW_FROM, REJECT_FROM = 0.05, 0.2, 0.8
MATRIX_CODES = ("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MaxiCode")
_FARTHEST = 10**6
_CHARACTERS = 4_000


def read_answer(answer: bytes, frames: Sequence[Frame], *, checked: frozenset[str]) -> Findings:
    """Raises EngineFailed."""
    with _read(answer, frames) as told:
        found = [_findings(one, frame, checked) for one, frame in zip(told, frames, strict=True)]
    return in_frames(found)


def read_likenesses(answer: bytes, frames: Sequence[Frame]) -> list[str]:
    """Raises EngineFailed."""
    with _read(answer, frames) as told:
        return [one.text("likeness", limit=64) for one in told]


def read_lines(answer: bytes, frames: Sequence[Frame]) -> tuple[FoundLine, ...]:
    """Raises EngineFailed."""
    with _read(answer, frames) as told:
        found = [_found_lines(one, frame) for one, frame in zip(told, frames, strict=True)]
    return tuple(line for lines in found for line in lines)


@contextmanager
def _read(answer: bytes, frames: Sequence[Frame]) -> Iterator[list[Fields]]:
    """What it says of each frame. Mistakes that are found in the block fail it."""
    try:
        fields = root(json_text.loads(answer))
        if why := fields.shown_text("why"):
            raise failed(LedgerCode.ENGINE_BROKEN, NAME, detail=why[:200])
        told = list(fields.children("frames"))
        if len(told) != len(frames):
            raise failed(LedgerCode.ENGINE_ANSWER, NAME, detail="it did not look at every frame")
        yield told
        fields.check()
    except ContractError as error:
        raise failed(LedgerCode.ENGINE_ANSWER, NAME, detail=str(error)[:300]) from error


def _findings(told: Fields, frame: Frame, checked: frozenset[str]) -> Findings:
    codes, faces = tuple(_codes(told, frame)), tuple(_faces(told, frame))
    evidence = Evidence(
        boxes=(*faces, *codes),
        text=_text(told, frame),
        face_num=len(faces) if "faces" in told.values else None,
    )
    labels = (*_nudity(told), *_label_of_codes(codes))
    return Findings(labels=labels, evidence=evidence, checked=checked, engine=NAME, version=VERSION)


def _nudity(told: Fields) -> Iterator[Label]:
    score = told.probability("nudity")
    if score is None or score < TOLD_FROM:
        return
    level = RiskLevel.REJECT if score >= REJECT_FROM else RiskLevel.REVIEW if score >= REVIEW_FROM else RiskLevel.PASS
    yield Label(LabelPath("porn", "nudity"), level, "Pornography: Nudity", score, risk_source=IN_PICTURE)


def _label_of_codes(codes: Sequence[Box]) -> Iterator[Label]:
    seen = tuple(box.id for box in codes if box.name in MATRIX_CODES)
    if seen:
        yield Label(LabelPath("qr", "code"), RiskLevel.REVIEW, "QR code", 1.0, None, IN_PICTURE, seen)


def _codes(told: Fields, frame: Frame) -> Iterator[Box]:
    for number, code in enumerate(islice(told.children("codes"), MOST_BOXES // 2), start=1):
        place = outline_of(_corners(code, frame), None).location
        content = code.shown_text("content")[:_CHARACTERS]
        name = code.text("format", limit=40)
        yield Box(f"code-{number}", "qr", name, 1.0, _if_any(place), qr_content=content)


def _faces(told: Fields, frame: Frame) -> Iterator[Box]:
    sent = told.values.get("faces")
    for number, face in enumerate(islice(sent, MOST_BOXES // 2) if isinstance(sent, list) else (), start=1):
        x1, y1, x2, y2, score = _numbers(told, "faces", face, 5)
        if not 0 <= score <= 1:
            told.refuse("faces", "Send a score from 0 to 1.")
        place = (x1 + frame.left, y1 + frame.top, x2 + frame.left, y2 + frame.top)
        yield Box(f"face-{number}", "face", "", score, _if_any(place))


def _text(told: Fields, frame: Frame) -> RecognisedText:
    lines: list[TextLine] = []
    at = 0
    for one in islice(told.children("text"), MOST_LINES):
        text = one.text("text", limit=_CHARACTERS)
        if text:
            outline = outline_of(_corners(one, frame), one.probability("probability"))
            lines.append(TextLine(at, at + len(text), text, outline))
            at += len(text) + 1
    return RecognisedText("\n".join(line.text for line in lines), lines=tuple(lines))


def _found_lines(told: Fields, frame: Frame) -> list[FoundLine]:
    return [
        FoundLine(one.text("text", limit=_CHARACTERS), outline_of(_corners(one, frame), one.probability("probability")))
        for one in islice(told.children("lines"), MOST_LINES)
    ]


def _corners(one: Fields, frame: Frame) -> list[float]:
    numbers = _numbers(one, "corners", one.values.get("corners"), 8)
    return [number + (frame.top if place % 2 else frame.left) for place, number in enumerate(numbers)]


def _numbers(fields: Fields, name: str, sent: Any, count: int) -> list[float]:
    given = sent if isinstance(sent, list) else []
    found = [float(number) for one in given[: count + 1] if (number := as_number(one)) is not None]
    if len(found) != count or any(abs(one) > _FARTHEST for one in found):
        fields.refuse(name, f"Send {count} numbers.")
        return [0.0] * count
    return found


def _if_any(place: Location) -> Location | None:
    x1, y1, x2, y2 = place
    return place if x1 < x2 and y1 < y2 else None
