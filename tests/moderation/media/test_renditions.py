from __future__ import annotations

import hashlib
import io
import math
from typing import Any, cast

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from moderation.media.decoder.develop import web_size
from moderation.media.render import Rendition, render

from .drawn import RED, cornered, exif, saved


def opened(rendition: Rendition) -> Image.Image:
    image = Image.open(io.BytesIO(rendition.data))
    assert image.size == (rendition.width, rendition.height)
    return image


def colour_at(rendition: Rendition, place: tuple[float, float]) -> tuple[int, ...]:
    """The colour at a place given in parts of the width and the height."""
    image = opened(rendition).convert("RGB")
    colour = image.getpixel((int(place[0] * image.width), int(place[1] * image.height)))
    assert isinstance(colour, tuple)
    return tuple(int(band) for band in colour)


def near(colour: tuple[int, ...], other: tuple[int, ...], tolerance: int = 12) -> bool:
    return max(abs(one - two) for one, two in zip(colour, other, strict=True)) <= tolerance


@pytest.mark.parametrize(
    ("picture", "web"),
    [
        ((1, 1), (1, 1)),
        ((2048, 2048), (2048, 2048)),
        ((6000, 6000), (2048, 2048)),
        ((6000, 2000), (2048, 682)),  # 3:1, still the box
        ((6001, 2000), (3240, 1080)),  # just beyond: the short side keeps 1080
        ((1080, 33_000), (511, 15_634)),  # 8 megapixels in all
        ((65_000, 500), (16_000, 123)),  # no side beyond 16,000
        ((1, 60_000), (1, 16_000)),
        ((900, 5000), (900, 5000)),  # never enlarged
    ],
)
def test_the_web_size(picture: tuple[int, int], web: tuple[int, int]) -> None:
    assert web_size(*picture) == web
    assert web_size(*picture[::-1]) == web[::-1]


def test_renditions_and_their_figures() -> None:
    data = saved(cornered((3000, 1500)), "JPEG")
    rendered = render(data)
    assert rendered.sha256 == hashlib.sha256(data).hexdigest()
    assert (rendered.format, rendered.frames, rendered.frame_numbers, rendered.frame_webs) == ("JPEG", 1, (0,), ())
    for rendition, size in (
        (rendered.web, (2048, 1024)),
        (rendered.thumbnail, (480, 240)),
        (rendered.preview, (64, 32)),
        (rendered.blurred, (40, 20)),
    ):
        assert opened(rendition).size == size
        assert rendition.content_type == "image/jpeg"
        assert rendition.sha256 == hashlib.sha256(rendition.data).hexdigest()


def chessboard(squares: int) -> bytes:
    """Black and white squares, so many a side."""
    side = 640 // squares
    board = Image.new("L", (640, 640), 0)
    for row in range(squares):
        for column in range(row % 2, squares, 2):
            at = (column * side, row * side)
            ImageDraw.Draw(board).rectangle((*at, at[0] + side - 1, at[1] + side - 1), 255)
    return saved(board, "PNG")


def contrast(rendition: Rendition) -> int:
    """Between the darkest and the brightest place of the middle."""
    image = opened(rendition).convert("L")
    inset = image.width // 4
    middle = image.crop((inset, inset, image.width - inset, image.height - inset))
    darkest, brightest = cast(tuple[int, int], middle.getextrema())
    return brightest - darkest


def test_the_preview_is_small_and_shows_no_detail() -> None:
    preview = render(chessboard(16)).preview
    assert len(preview.data) < 1500
    assert contrast(preview) < 12


def test_the_blurred_picture_is_a_few_hundred_bytes_and_shows_less_still() -> None:
    rendered = render(chessboard(10))
    assert len(rendered.blurred.data) < 500
    assert contrast(rendered.blurred) < 12
    assert contrast(rendered.blurred) * 2 < contrast(rendered.preview)
    noise = render(saved(Image.effect_noise((2000, 2000), 90), "PNG")).blurred
    assert len(noise.data) < 500


def bars(cycles: int, size: tuple[int, int] = (1200, 900)) -> bytes:
    """Soft black and white bars, so many pairs across a picture of ordinary shape."""
    row = bytes(round(127.5 + 127.5 * math.sin(2 * math.pi * cycles * x / size[0])) for x in range(size[0]))
    return saved(Image.frombytes("L", (size[0], 1), row).resize(size), "PNG")


LADDER = {
    # pairs of bars across: the least and the most of their contrast that light and medium blur leave, of 255
    5: ((225, 255), (150, 235)),  # the gist: who is where
    10: ((180, 235), (30, 100)),  # shapes
    34: ((5, 50), (0, 6)),  # a face that takes a quarter of the width
    70: ((0, 6), (0, 4)),  # writing
}


@pytest.mark.parametrize("cycles", LADDER)
def test_each_step_of_the_blur_ladder_keeps_what_its_name_says(cycles: int) -> None:
    """docs/blur.md: light keeps the gist and no writing, medium shapes, strong nothing of either."""
    rendered = render(bars(cycles))
    steps = (rendered.blurred_light, rendered.blurred_medium)
    for rendition, (least, most) in zip(steps, LADDER[cycles], strict=True):
        assert least <= contrast(rendition) <= most
    assert contrast(rendered.blurred) < 60


@pytest.mark.parametrize("size", [(1200, 900), (900, 1200), (1080, 9000), (9000, 1000), (16_000, 120), (60, 60)])
def test_lighter_blurs_are_small_and_never_sharper_than_their_share(size: tuple[int, int]) -> None:
    rendered = render(saved(cornered(size), "JPEG"))
    for rendition, wide, most in ((rendered.blurred_light, 200, 40_000), (rendered.blurred_medium, 80, 8000)):
        assert rendition.width <= max(wide, 2000 if size[0] > 3 * size[1] else 0)
        assert len(rendition.data) < most
        assert abs(rendition.width / rendition.height / (size[0] / size[1]) - 1) < 0.1
    assert len(rendered.blurred.data) < len(rendered.blurred_medium.data) + 200


def carrying_everything() -> dict[str, bytes]:
    image, profile = cornered(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert('text')</script>")
    text.add_text("Comment2", "<script>alert('zipped')</script>", zip=True)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><script>alert('xmp')</script></x:xmpmeta>"
    both: dict[str, Any] = {"exif": exif(1), "icc_profile": profile}
    return {
        "JPEG": saved(image, "JPEG", comment=b"<script>alert('comment')</script>", xmp=xmp, **both),
        "PNG": saved(image, "PNG", pnginfo=text, **both),
        "WEBP": saved(image, "WEBP", xmp=xmp, **both),
        "TIFF": saved(image, "TIFF", tiffinfo={0x010E: "<script>alert('tiff')</script>"}, icc_profile=profile),
        "GIF": saved(image, "GIF", comment=b"<script>alert('gif')</script>"),
        "AVIF": saved(image, "AVIF", xmp=xmp, **both),
        "HEIF": saved(image, "HEIF", xmp=xmp, **both),
    }


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "HEIF"])
def test_no_metadata_gets_through(picture_format: str) -> None:
    data = carrying_everything()[picture_format]
    assert b"script" in data or picture_format == "PNG"
    rendered = render(data)
    for rendition in (rendered.web, rendered.preview, rendered.blurred, rendered.blurred_light, rendered.thumbnail):
        assert set(opened(rendition).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(word in rendition.data for word in (b"script", b"Exif", b"ICC_PROFILE", b"adobe", b"GPS"))


def test_what_follows_the_picture_does_not_get_through() -> None:
    rendered = render(saved(cornered(), "JPEG") + b"<html><script>alert(1)</script></html>")
    assert b"script" not in rendered.web.data


def linear_profile() -> bytes:
    """An RGB profile with linear tones, so that 128 in it is 188 in sRGB."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = int.from_bytes(profile[128:132], "big")
    for tag in range(tags):
        entry = profile[132 + tag * 12 : 144 + tag * 12]
        if bytes(entry[:4]) in (b"rTRC", b"gTRC", b"bTRC"):
            start = int.from_bytes(entry[4:8], "big")
            profile[start : start + 12] = b"curv" + bytes(8)
    return bytes(profile)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_colours_come_out_in_srgb(picture_format: str) -> None:
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    options: dict[str, Any] = {"icc_profile": linear_profile()}
    assert near(colour_at(render(saved(grey, picture_format, **options)).web, (0.5, 0.5)), (188, 188, 188), 4)


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"no profile at all",
        linear_profile()[:200],
        bytes(4096),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
)
def test_a_bad_profile_is_ignored(profile: bytes) -> None:
    rendered = render(saved(cornered(), "JPEG", icc_profile=profile))
    assert near(colour_at(rendered.web, (0.25, 0.25)), RED)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_see_through_parts_lie_on_a_light_checkerboard(picture_format: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 32, 64))
    web = render(saved(image, picture_format)).web
    assert near(colour_at(web, (0.2, 0.5)), RED, 20)
    squares = {colour_at(web, (0.7, 0.06)), colour_at(web, (0.83, 0.06))}
    assert len(squares) == 2
    assert all(min(colour) > 210 for colour in squares)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "I;16", "I", "F", "CMYK", "YCbCr", "LAB", "RGBA"])
def test_every_mode_is_shown_in_its_own_tones(mode: str) -> None:
    """Dark left, bright right, whatever the numbers inside."""
    scale = {"I;16": 257.0, "I": 1_000_000.0, "F": 1.0 / 255.0}.get(mode, 1.0)
    left = Image.new("L", (64, 64), 0)
    left.paste(255, (32, 0, 64, 64))
    image = left.convert("I").point(lambda value: value * scale + 0) if mode == "I" else left
    if mode in ("I;16", "F"):
        image = left.convert("F").point(lambda value: value * scale + 0)
        image = image if mode == "F" else image.convert("I").convert("I;16")
    elif mode == "LAB":
        image = (
            ImageCms.profileToProfile(
                left.convert("RGB"), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
            )
            or left
        )
    elif mode != "I":
        image = left.convert(mode)
    web = render(saved(image, "TIFF")).web
    assert near(colour_at(web, (0.2, 0.5)), (0, 0, 0), 30)
    assert near(colour_at(web, (0.8, 0.5)), (255, 255, 255), 30)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_shrinking_keeps_the_place_of_everything(picture_format: str) -> None:
    """A line near the right edge stays there to a fifth of a pixel, though no factor divides the width."""
    image = Image.new("L", (4999, 1667), 0)
    ImageDraw.Draw(image).rectangle((4900, 0, 4959, 1667), 255)
    web = opened(render(saved(image.convert("RGB"), picture_format)).web).convert("L")
    assert web.width == 2048
    columns = lightness(web)
    middle = sum((x + 0.5) * light for x, light in enumerate(columns)) / sum(columns)
    assert abs(middle - 4930 * 2048 / 4999) < 0.2


def lightness(web: Image.Image) -> list[float]:
    """How light each column is, noise left out."""
    row = web.resize((web.width, 1), Image.Resampling.BOX).tobytes()
    return [float(light) if light > 20 else 0.0 for light in row]
