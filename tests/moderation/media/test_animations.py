"""Animations, pages and bursts: which frames people are shown, and how large."""

from __future__ import annotations

import pytest
from PIL import Image

from moderation.media.decoder.sampling import Patience, sampled
from moderation.media.render import render

from .drawn import BLUE, RED, cornered, gif, saved
from .test_renditions import colour_at, near, opened


def animation(picture_format: str, frames: int) -> bytes:
    images = [Image.new("RGB", (48, 32), (nth * 255 // (frames - 1), 0, 0)) for nth in range(frames)]
    return saved(images[0], picture_format, save_all=True, append_images=images[1:])


@pytest.mark.parametrize("picture_format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_an_animation_shows_frames_from_its_whole_length(picture_format: str) -> None:
    rendered = render(animation(picture_format, 10), max_frames=5)
    assert (rendered.frames, rendered.frame_numbers) == (10, (0, 2, 4, 6, 8))
    assert rendered.frame_webs[0] == rendered.web
    reds = [colour_at(web, (0.5, 0.5))[0] for web in rendered.frame_webs]
    assert all(abs(red - nth * 255 // 9) <= 8 for red, nth in zip(reds, rendered.frame_numbers, strict=True)), reds


def test_pictures_beside_the_primary_heif_picture_are_frames() -> None:
    first, second = Image.new("RGB", (64, 64), RED), Image.new("RGB", (32, 48), BLUE)
    rendered = render(saved(first, "HEIF", save_all=True, append_images=[second], primary_index=1))
    assert (rendered.width, rendered.height, rendered.frames) == (32, 48, 2)
    assert near(colour_at(rendered.web, (0.5, 0.5)), BLUE, 20)
    assert near(colour_at(rendered.frame_webs[1], (0.5, 0.5)), RED, 20)


def test_thousands_of_frames_are_sampled() -> None:
    rendered = render(gif(6000))
    assert rendered.frames == 6000
    assert rendered.frame_numbers == tuple(range(0, 6000, 300))
    assert len(rendered.frame_webs) == len(rendered.frame_previews) == 20


def test_a_strip_of_twenty_frames_is_light() -> None:
    busy = [Image.effect_noise((640, 480), 40 + nth).convert("RGB") for nth in range(20)]
    rendered = render(saved(busy[0], "WEBP", save_all=True, append_images=busy[1:], method=0))
    assert {(preview.width, preview.height) for preview in rendered.frame_previews} == {(96, 72)}
    assert len(rendered.frame_previews) == 20
    assert sum(len(preview.data) for preview in rendered.frame_previews) < 80_000


def test_frames_after_the_first_are_smaller_than_a_picture() -> None:
    frames = [cornered((2600, 1300)), cornered((2600, 1300)).rotate(180)]
    rendered = render(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert [opened(web).size for web in rendered.frame_webs] == [(2048, 1024), (1280, 640)]


def test_an_animation_that_takes_too_long_shows_the_frames_there_was_time_for() -> None:
    """Twelve frames of nine megapixels: well over the decoder's two seconds if all of them were laid out large."""
    frames = [Image.effect_noise((3000, 3000), 20 + nth).convert("RGB") for nth in range(3)] * 4
    rendered = render(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], method=0, quality=30))
    assert rendered.frames == 12
    assert 1 <= len(rendered.frame_webs) == len(rendered.frame_previews) == len(rendered.frame_numbers) <= 12


def test_patience_ends_before_the_frame_that_would_be_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.2, 0.2, 0.6, 1.0, 1.01])
    monkeypatch.setattr("time.process_time", lambda: next(clock))
    patience = Patience()
    assert [patience.lasts() for _ in range(4)] == [True, True, True, False]


def test_an_animation_without_holes_is_as_opaque_as_a_photograph() -> None:
    """Most animations carry an alpha channel with nothing in it; where there is something the ground shows through."""
    solid = [cornered((200, 100), "RGBA"), cornered((200, 100), "RGBA").rotate(180)]
    holed = [image.copy() for image in solid]
    for image in holed:
        image.putalpha(0)
    for images, expected in ((solid, RED), (holed, (240, 240, 240))):
        rendered = render(saved(images[0], "WEBP", save_all=True, append_images=images[1:], lossless=True))
        assert near(colour_at(rendered.web, (0.25, 0.25)), expected, 24)


@pytest.mark.parametrize(
    ("frames", "pixels", "most", "numbers"),
    [
        (1, 36_000_000, 20, [0]),
        (3, 1, 20, [0, 1, 2]),
        (7, 1, 3, [0, 2, 4]),
        (1000, 1_000_000, 4, [0, 75, 150, 225]),  # 300 megapixels of frames are decoded, no more
        (1000, 36_000_000, 20, [0, 1, 2, 3, 4, 5, 6, 7]),
        (2**32, 1, 1, [0]),
    ],
)
def test_sampling(frames: int, pixels: int, most: int, numbers: list[int]) -> None:
    assert sampled(frames, pixels, most) == numbers
