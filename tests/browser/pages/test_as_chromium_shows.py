"""What moderators see is what a browser shows of the same file: whether anything, how large, and which pixels."""

from __future__ import annotations

import base64
import io
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from moderation.media.decoder.colour import on_checkerboard
from moderation.media.render import Rendered, Unshowable, render
from moderation.messages import english
from tests.moderation.media import mutated

BLOCK = 8  # pixels a side: what is compared is its mean, since our copy is a JPEG
LEVELS = 32  # by how much the mean of a block may differ
BLOCKS = 0.05  # how many of them may differ by more

OTHERWISE = {
    "avif byte 1 changed": "the AV1 decoder of Pillow gives up a damaged stream that Chromium's goes on with",
    "avif-alpha byte 0 changed": "the same",
    "gif-see-through cut by 0.3": "rows a pixel high, in turns there and not: too fine for a JPEG",
    **dict.fromkeys(
        (
            f"png-interlaced {end}"
            for end in ("cut by 0.05", "cut by 0.3", "cut by 0.6", "cut by 0.85", "byte 0 changed")
        ),
        "Chromium 150 leaves gaps where later passes are missing; we spread the earlier ones, as it did before",
    ),
    "webp-lossless byte 1 changed": "noise after the damage; Chromium shows some more rows of it",
}
"""Files that end differently, each for a reason."""

SHOW = """async text => {
  const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0));
  const img = new Image();
  const ended = new Promise(tell => { img.onload = () => tell(true); img.onerror = () => tell(false); });
  img.src = URL.createObjectURL(new Blob([bytes]));
  if (!await ended || !img.naturalWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = img.naturalWidth;
  canvas.height = img.naturalHeight;
  canvas.getContext("2d").drawImage(img, 0, 0);
  URL.revokeObjectURL(img.src);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


class Compared(NamedTuple):
    name: str
    end: str
    """`same`, `neither`, `ours` (a part, told to be incomplete), or what is wrong."""


@pytest.fixture(scope="module")
def blank_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.timeout(300)
def test_our_copies_are_what_chromium_shows(blank_page: Page) -> None:
    files = dict(mutated.files())
    theirs = {name: chromium_shows(blank_page, data) for name, data in files.items()}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        ends = list(threads.map(lambda name: compared(name, files[name], theirs[name]), files))
    print(Counter(one.end.split(":")[0] for one in ends))  # noqa: T201 - the figures, with -s
    assert len(ends) > 400
    wrong = {one.name: one.end for one in ends if one.end not in ("same", "neither", "ours")}
    assert {name: end for name, end in wrong.items() if name not in OTHERWISE} == {}


def chromium_shows(page: Page, data: bytes) -> Image.Image | None:
    """What Chromium draws of the file, in RGBA; None where it draws nothing."""
    drawn: str | None = page.evaluate(SHOW, base64.b64encode(data).decode())
    if drawn is None:
        return None
    image = Image.open(io.BytesIO(base64.b64decode(drawn))).convert("RGBA")
    return image if image.getchannel("A").getbbox() else None


def compared(name: str, data: bytes, theirs: Image.Image | None) -> Compared:
    try:
        ours = render(data)
    except Unshowable as refusal:
        return Compared(name, f"not shown: {english(refusal.message)}" if theirs else "neither")
    if theirs is None:
        return Compared(name, "ours" if ours.incomplete or is_sound(name) else "ours: not told to be incomplete")
    if (ours.width, ours.height) != theirs.size:
        return Compared(name, f"size: {ours.width} × {ours.height}, not {theirs.size}")
    share = differing(ours, theirs)
    return Compared(name, "same" if share <= BLOCKS else f"pixels: {share:.0%} of them are others")


def is_sound(name: str) -> bool:
    """A wrong checksum: the pixels are all there, and shown as they are, though Chromium stops at it."""
    return name.startswith("png-many-idat byte")


def differing(ours: Rendered, theirs: Image.Image) -> float:
    web: Any = Image.open(io.BytesIO(ours.web.data)).convert("RGB")
    difference = ImageChops.difference(web.reduce(BLOCK), on_checkerboard(theirs).convert("RGB").reduce(BLOCK))
    red, green, blue = difference.split()
    levels = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    return sum(levels[LEVELS + 1 :]) / sum(levels)
