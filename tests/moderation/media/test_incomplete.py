"""A picture that ends early or breaks is shown as far as it goes, and is told to be incomplete."""

from __future__ import annotations

import io
from functools import cache

import pytest
from PIL import Image

from moderation.media.render import Rendered, Unshowable, render

from . import mutated
from .drawn import RED, png_chunk
from .test_renditions import colour_at, near

GROUND = ((224, 224, 224), (255, 255, 255))


@cache
def files() -> dict[str, bytes]:
    return dict(mutated.files())


def of(name: str) -> Rendered:
    return render(files()[name])


@pytest.mark.parametrize("name", [base for base in mutated.BASES if base.startswith(("jpeg", "bmp", "webp", "avif"))])
@pytest.mark.parametrize("cut", [2, 9])  # a single one may be no more than padding
def test_a_few_bytes_short_is_shown_and_incomplete(name: str, cut: int) -> None:
    whole = mutated.BASES[name]()
    rendered = render(whole[:-cut])
    assert (rendered.width, rendered.height) in (mutated.SIZE, mutated.SIZE[::-1])
    assert rendered.incomplete
    assert not render(whole).incomplete


@pytest.mark.parametrize("name", ["png", "png-palette", "png-interlaced", "png-16-bit", "gif", "gif-interlaced"])
def test_a_third_short_is_shown_and_incomplete(name: str) -> None:
    rendered = render(mutated.BASES[name]()[: -len(mutated.BASES[name]()) // 3])
    assert rendered.incomplete
    assert near(colour_at(rendered.web, (0.03, 0.03)), RED, 24)


@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp"])
def test_what_is_missing_is_see_through_as_in_a_browser(name: str) -> None:
    whole = mutated.BASES[name]()
    rendered = render(whole[: len(whole) // 2])
    assert any(near(colour_at(rendered.web, (0.9, 0.97)), ground, 12) for ground in GROUND)


def test_the_upper_rows_of_a_bmp_are_the_last_of_its_file() -> None:
    whole = mutated.BASES["bmp"]()
    rendered = render(whole[: len(whole) // 2])
    assert any(near(colour_at(rendered.web, (0.9, 0.03)), ground, 12) for ground in GROUND)


def test_a_cut_animation_shows_the_frames_that_are_there() -> None:
    for name in ("gif-animated", "webp-animated", "apng"):
        whole = mutated.BASES[name]()
        rendered = render(whole[: int(len(whole) * 0.7)])
        assert rendered.incomplete, name
        assert 1 <= len(rendered.frame_numbers) <= 2, name


@pytest.mark.parametrize(
    "name", ["apng-claims-more", "apng-two-billion", "apng-sequence-broken", "apng-frame-outside", "apng-claims-one"]
)
def test_a_broken_animation_shows_its_first_frame(name: str) -> None:
    rendered = render(mutated.WHOLE[name]())
    assert near(colour_at(rendered.web, (0.5, 0.5)), (200, 20, 20), 10)


@pytest.mark.parametrize(("name", "frames"), [("apng-two-actl", 3), ("apng-default-no-frame", 3)])
def test_an_animation_is_its_frames_alone(name: str, frames: int) -> None:
    rendered = render(mutated.WHOLE[name]())
    assert rendered.frames == len(rendered.frame_webs) == frames
    colours = [colour_at(web, (0.5, 0.5)) for web in rendered.frame_webs]
    expected = [(200, 20, 20), (20, 160, 20), (20, 20, 200)]
    assert all(near(seen, wanted, 10) for seen, wanted in zip(colours, expected, strict=True)), colours


@pytest.mark.parametrize(("gamma", "shown"), [(1.0, 188), (0.45455, 128), (0.25, 71)])
def test_a_png_is_as_bright_as_its_gamma_says(gamma: float, shown: int) -> None:
    grey = mutated.png_written(Image.new("RGB", (16, 16), (128, 128, 128)), before=mutated.gamma(gamma))
    assert near(colour_at(render(grey).web, (0.5, 0.5)), (shown,) * 3, 5)


def test_sixteen_bits_are_compared_to_say_what_is_see_through() -> None:
    """The colour beside it, the same in its upper eight bits, is not."""
    image = Image.new("RGB", (32, 16), (10, 200, 10))
    hole = mutated.trns(16, 10, 200, 10)
    rendered = render(mutated.png_written(image, before=hole, depth=16))
    assert any(near(colour_at(rendered.web, (0.1, 0.5)), ground, 30) for ground in GROUND)
    assert near(colour_at(rendered.web, (0.35, 0.5)), (10, 200, 10), 30)


@pytest.mark.parametrize("name", [name for name in mutated.WHOLE if name.startswith(("bmp", "avif"))])
def test_any_bit_fields_and_an_avif_without_pixi_are_sound(name: str) -> None:
    rendered = render(mutated.WHOLE[name]())
    assert (rendered.width, rendered.height, rendered.incomplete) == (*mutated.SIZE, False)


def test_a_png_that_says_nothing_of_its_pixels_is_damaged() -> None:
    whole = mutated.BASES["png"]()
    with pytest.raises(Unshowable):
        render(whole[: whole.index(b"IDAT") + 6])


def test_a_damaged_text_is_no_reason_to_refuse_a_picture() -> None:
    text = png_chunk(b"zTXt", b"Comment\0\0nonsense")
    rendered = render(mutated.png_written(mutated.drawn(), before=text))
    assert Image.open(io.BytesIO(rendered.web.data)).size == mutated.SIZE
