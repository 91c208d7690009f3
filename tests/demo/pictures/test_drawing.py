"""What a drawing says is on it, is on it."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image, ImageChops

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.fonts import Script, script_of, typeface
from demo.pictures.lettering import paragraph, write
from demo.pictures.looks import Look, cast
from demo.pictures.palettes import PALETTES, SKINS
from demo.pictures.people import head
from demo.scenes.scenes import SCENES, Scene

_GREEN = (0, 255, 0)
_MAGENTA = (255, 0, 255)


def _drawn(scene: Scene, seed: int = 4) -> Drawing:
    size = min(scene.sizes, key=lambda size: size[0] * size[1])
    return scene.draw(Random(seed), size, PALETTES[seed])


def _extent(image: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    hits = image.convert("RGB").point(lambda value: 255 if value > 128 else 0)
    wanted = Image.new("RGB", image.size, colour)
    same = Image.eval(_difference(hits, wanted), lambda value: 255 - value)
    box = same.point(lambda value: 255 if value == 255 else 0).getbbox()
    assert box is not None
    return box


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


@pytest.mark.parametrize("size", [(640, 480), (3000, 2000)], ids=["reduced", "softened"])
def test_a_mark_is_the_extent_of_what_was_drawn_inside_it(size: tuple[int, int]) -> None:
    canvas = Canvas(size, _GREEN)
    with canvas.seen_as("object", "Shape"):
        canvas.blob([(200, 120), (320, 90), (300, 260), (180, 300)], _MAGENTA)
        canvas.stroke([(150, 200), (400, 210)], 9, _MAGENTA)
    drawing = canvas.finish()
    (mark,) = drawing.marks
    assert mark.box == pytest.approx(_extent(drawing.image, _MAGENTA), abs=2)


def test_a_face_box_is_tight_around_the_face() -> None:
    look = Look(_MAGENTA, _GREEN, "bald", _GREEN, _GREEN, _GREEN)
    canvas = Canvas((600, 600), _GREEN)
    head(canvas, (300, 300), 150, look)
    drawing = canvas.finish()
    (mark,) = drawing.marks
    left, top, right, bottom = _extent(drawing.image, _MAGENTA)
    assert mark.kind == "face"
    assert (top, bottom) == pytest.approx((mark.box[1], mark.box[3]), abs=4)
    assert mark.box[0] <= left < right <= mark.box[2]
    assert (right - left) / (mark.box[2] - mark.box[0]) > 0.8  # the ears, in another colour, are the rest


def test_a_mark_is_cut_at_the_pictures_edge_and_one_outside_is_none() -> None:
    canvas = Canvas((200, 100), _GREEN)
    with canvas.seen_as("object", "Half in"):
        canvas.disc((0, 50), 30, _MAGENTA)
    with canvas.seen_as("object", "Outside"):
        canvas.disc((-90, 50), 30, _MAGENTA)
    assert [mark.box for mark in canvas.marks] == [(0, 20, 30, 80)]


def test_a_gradient_runs_from_its_first_colour_to_its_last() -> None:
    canvas = Canvas((50, 200), (0, 0, 0))
    canvas.gradient((0, 0, 50, 200), (_GREEN, (0, 0, 255)))
    image = canvas.finish().image
    assert image.getpixel((25, 1)) == pytest.approx(_GREEN, abs=4)
    assert image.getpixel((25, 198)) == pytest.approx((0, 0, 255), abs=4)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_box_lies_in_its_picture(scene: Scene) -> None:
    drawing = _drawn(scene)
    for mark in drawing.marks:
        left, top, right, bottom = mark.box
        assert 0 <= left < right <= drawing.image.width
        assert 0 <= top < bottom <= drawing.image.height


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_risky_and_listed_words_stand_in_the_text(scene: Scene) -> None:
    drawing = _drawn(scene)
    words = [*drawing.risky, *(word for _, word in drawing.listed)]
    assert all(word and word in drawing.text for word in words)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_the_same_for_the_same_seed_and_another_for_another(scene: Scene) -> None:
    first, again = _drawn(scene), _drawn(scene)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.marks == again.marks
    other = scene.draw(Random(5), first.image.size, PALETTES[5])
    if not scene.name.startswith("broadcast"):  # moments of one concert are one concert, by design
        assert first.image.tobytes() != other.image.tobytes()


def test_moments_of_one_broadcast_share_their_people_but_not_their_light() -> None:
    moments = [_drawn(scene) for scene in SCENES if scene.name.startswith("broadcast")]
    stage = [[mark for mark in drawing.marks if mark.kind == "face"] for drawing in moments]
    assert stage[0] == stage[1] == stage[2]
    assert len({drawing.image.tobytes() for drawing in moments}) == 3


def test_a_cast_does_not_look_alike() -> None:
    looks = cast(Random(2), PALETTES[0], len(SKINS))
    assert {look.skin for look in looks} == set(SKINS)


def test_a_lettered_line_is_read_as_it_is_written_and_a_quiet_one_is_not() -> None:
    canvas = Canvas((400, 200), _GREEN)
    write(canvas, "Telegram @mia", (20, 50), 24, _MAGENTA)
    write(canvas, "12:30", (20, 120), 24, _MAGENTA, quiet=True)
    assert canvas.finish().text == "Telegram @mia"


@pytest.mark.parametrize("room", [60, 3])
def test_a_line_shrinks_to_the_room_it_has(room: int) -> None:
    canvas = Canvas((400, 200), _GREEN)
    with canvas.seen_as("object", "Line"):
        write(canvas, "much too long a line", (20, 100), 40, _MAGENTA, fit=room)
    left, _, right, _ = canvas.marks[0].box
    assert right - left <= max(room + 4, 45)  # no type is smaller than four pixels


def test_a_paragraph_is_read_as_one_line_however_it_is_broken() -> None:
    canvas = Canvas((200, 300), _GREEN)
    height = paragraph(canvas, "one two three four five six seven", (10, 20), 20, _MAGENTA, width=120)
    assert height > 2 * 1.4 * 20
    assert canvas.finish().text == "one two three four five six seven"


def test_a_text_no_font_can_draw_becomes_a_bar_and_is_not_read(caplog: pytest.LogCaptureFixture) -> None:
    nothing_has_this = "\U000f1234\U000f1235"
    assert typeface(nothing_has_this, 20) is None or script_of(nothing_has_this) is Script.LATIN
    canvas = Canvas((400, 200), _GREEN)
    with canvas.seen_as("object", "Bar"):
        write(canvas, "漢\U000f1234", (20, 100), 40, _MAGENTA)
    drawing = canvas.finish()
    assert drawing.text == ""
    assert drawing.marks[0].box == (20, 90, 60, 110)


@pytest.mark.parametrize(
    ("text", "script"),
    [("Hello 42", Script.LATIN), ("加V 12345", Script.HAN), ("واتساب 0555", Script.ARABIC), ("", Script.LATIN)],
)
def test_the_script_that_decides_the_typeface(text: str, script: Script) -> None:
    assert script_of(text) is script
