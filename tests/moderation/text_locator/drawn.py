"""A page with known text, and cases whose result brings that text without boxes."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

from demo.pictures.fonts import typeface
from moderation.contract import parse_submission
from moderation.contract.geometry import Location
from moderation.intake.accept import accept
from moderation.models import Case
from tests.factories import bodies, pictures
from tests.world import World

LINES = ("Best prices in town", "Add me on Telegram @shop_2024", "加微信领取优惠券")
SENT = "BESTPRICES IN TOWN Add rne on Te1egram @sh0p_2024 加徽信领取优惠券"
SEGMENT = "Te1egram @sh0p_2024"


def page(*, turned: int = 0) -> tuple[bytes, dict[str, Location]]:
    """A JPEG of 900 × 500, and where each word of its lines stands while it is not turned."""
    image, places = Image.new("RGB", (900, 500), "white"), {}
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        face = typeface(line, 36)
        assert face
        at = (60.0, 60.0 + 120 * row)
        draw.text(at, line, font=face, fill="black")
        for word in line.split(" "):
            left = at[0] + face.getlength(line[: line.index(word)])
            _, top, right, foot = draw.textbbox((left, at[1]), word, font=face)
            places[word] = (left, top, right, foot)
    file = io.BytesIO()
    image.rotate(turned, expand=True, fillcolor="white").save(file, "JPEG", quality=92)
    return file.getvalue(), places


def case_of(world: World, *, text: str = SENT, segment: str = SEGMENT, **ocr: Any) -> Case:
    start = text.index(segment)
    segments = [{"segment": segment, "position": [start, start + len(segment)]}]
    detail = {"riskSource": 1001, "ocrText": {"text": text, "riskSegments": segments, **ocr}}
    submission = parse_submission(bodies.envelope(riskDetail=detail, allLabels=[]))
    return accept(submission, app=world.web, by="tests").case


def shown_case(world: World, *, turned: int = 0, **changes: Any) -> Case:
    case = case_of(world, **changes)
    pictures.show(case, page(turned=turned)[0])
    return case
