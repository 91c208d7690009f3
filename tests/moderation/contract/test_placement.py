from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageOps

from moderation.contract import place
from moderation.contract.values import Box

Corners = tuple[float, float, float, float]

# A stored picture; upright it is 300 × 200 (orientations 1–4) or 200 × 300 (5–8). Worked out by hand on paper:
# the box spans x 10–50 and y 20–100 of the stored 300 × 200.
STORED: Corners = (10, 20, 50, 100)
UPRIGHT: dict[int, Corners] = {
    1: (10, 20, 50, 100),
    2: (250, 20, 290, 100),
    3: (250, 100, 290, 180),
    4: (10, 100, 50, 180),
    5: (20, 10, 100, 50),
    6: (100, 10, 180, 50),
    7: (100, 250, 180, 290),
    8: (20, 250, 100, 290),
}


def box(*location: float) -> Box:
    return Box("b", "object", location=location if len(location) == 4 else None)


def sides(orientation: int) -> dict[str, int]:
    return {"width": 300, "height": 200} if orientation < 5 else {"width": 200, "height": 300}


@pytest.mark.parametrize(("orientation", "expected"), UPRIGHT.items())
def test_a_stored_location_turns_with_the_picture(orientation: int, expected: Corners) -> None:
    (placed,) = place([box(*STORED)], orientation=orientation, declared="stored", **sides(orientation))
    assert (placed.location, placed.clamped, placed.note) == (expected, False, "")


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_an_upright_location_stays(orientation: int) -> None:
    (placed,) = place([box(*STORED)], orientation=orientation, declared="upright", **sides(orientation))
    assert (placed.location, placed.note) == (STORED, "")


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_the_turn_is_the_one_that_decoders_make(orientation: int) -> None:
    picture = Image.new("L", (30, 20))
    picture.paste(255, (1, 2, 5, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = io.BytesIO()
    picture.save(stored, "PNG", exif=exif)
    with Image.open(stored) as opened:
        upright = ImageOps.exif_transpose(opened)
    (placed,) = place(
        [box(1, 2, 5, 10)], width=upright.width, height=upright.height, orientation=orientation, declared="stored"
    )
    assert placed.location == upright.getbbox()


@pytest.mark.parametrize("orientation", [0, 9, -1, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    (placed,) = place([box(*STORED)], width=300, height=200, orientation=orientation, declared="stored")
    assert placed.location == STORED


READINGS: dict[str, tuple[str, list[Box], Corners, str]] = {
    "fits as declared": ("upright", [box(0, 0, 200, 300)], (0, 0, 200, 300), ""),
    "fits both": ("upright", [box(0, 0, 150, 150)], (0, 0, 150, 150), ""),
    "fits only stored": ("upright", [box(210, 20, 290, 100)], (100, 210, 180, 290), "stored"),
    "fits only upright": ("stored", [box(20, 210, 100, 290)], (20, 210, 100, 290), "upright"),
    "the set decides, not one box": (
        "upright",
        [box(10, 20, 50, 100), box(210, 20, 290, 100)],
        (100, 10, 180, 50),
        "stored",
    ),
    "fits neither": ("upright", [box(210, 210, 290, 290)], (200, 210, 200, 290), ""),
    "a rounded edge fits": ("upright", [box(0, 0, 201, 150)], (0, 0, 200, 150), ""),
}


@pytest.mark.parametrize(("declared", "boxes", "expected", "read_as"), READINGS.values(), ids=READINGS)
def test_a_set_that_fits_only_the_other_reading_is_read_that_way(
    declared: Any, boxes: list[Box], expected: Corners, read_as: str
) -> None:
    placed = place(boxes, width=200, height=300, orientation=6, declared=declared)
    assert placed[0].location == expected
    note = f"the boxes fit only the {read_as} picture and were read that way" if read_as else ""
    assert [each.note for each in placed] == [note] * len(boxes)


CLAMPED: dict[str, tuple[Box, Corners | None, bool]] = {
    "inside": (box(0, 0, 300, 200), (0, 0, 300, 200), False),
    "over two edges": (box(-10, 20, 400, 100), (0, 20, 300, 100), True),
    "right of the picture": (box(400, 20, 500, 100), (300, 20, 300, 100), True),
    "above the picture": (box(10, -90, 50, -20), (10, 0, 50, 0), True),
    "without a location": (box(), None, False),
}


@pytest.mark.parametrize(("sent", "expected", "clamped"), CLAMPED.values(), ids=CLAMPED)
def test_a_box_beyond_the_picture_is_clamped_and_flagged(sent: Box, expected: Corners | None, clamped: bool) -> None:
    (placed,) = place([sent], width=300, height=200, orientation=1, declared="upright")
    assert (placed.box, placed.location, placed.clamped) == (sent, expected, clamped)


def test_a_turned_box_is_clamped_where_people_see_it() -> None:
    (placed,) = place([box(-10, 20, 50, 100)], width=200, height=300, orientation=6, declared="stored")
    assert (placed.location, placed.clamped) == ((100, 0, 180, 50), True)


def test_no_box_is_dropped_or_moved() -> None:
    boxes = [box(), box(*STORED), box(900, 900, 950, 950)]
    assert [placed.box for placed in place(boxes, width=300, height=200, orientation=3, declared="stored")] == boxes
