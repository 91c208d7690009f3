"""Pages with known text, codes and faces, for the engine's tests and its measured accuracy."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from random import Random

import qrcode
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from demo.pictures.fonts import typeface
from moderation.contract.geometry import Location
from moderation.engines.protocol import Frame

SIZE = (1280, 960)
QUIET = 4  # modules of paper around a code
LATIN = (
    "Add me on Telegram @shop_2024", "Limited offer, only today", "Call 555 0134 for details",
    "The quick brown fox jumps over the lazy dog", "Visit shop.example/sale", "Free followers, no password needed",
    "Best prices in town", "Meet me at seven",
)  # fmt: skip
CHINESE = (
    "加微信领取优惠券", "全场五折限时抢购", "联系电话请看简介", "点击链接进入直播间", "新用户注册送礼包",
    "关注公众号获取更多", "今天晚上七点见面", "本店商品假一赔十",
)  # fmt: skip
COLOURS = (((250, 248, 240), (25, 25, 30)), ((30, 40, 60), (240, 240, 230)), ((255, 255, 255), (0, 0, 0)))
FACE = (172, 66, 278, 172)
"""Where the face of the photograph is, by eye."""


@dataclass
class Page:
    """`lines` are its texts from the top down with the place of each, `codes` contents with places."""

    image: Image.Image
    lines: list[tuple[str, Location]] = field(default_factory=list)
    codes: list[tuple[str, Location]] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        file = io.BytesIO()
        self.image.convert("RGB").save(file, "PNG", compress_level=1)
        return Frame(file.getvalue(), *self.image.size)


def page(seed: int, *, lines: int = 6, codes: int = 1) -> Page:
    random = Random(seed)
    paper, ink = random.choice(
        [((250, 248, 240), (25, 25, 30)), ((30, 40, 60), (240, 240, 230)), ((255,) * 3, (0,) * 3)]
    )
    drawn = Page(Image.new("RGB", SIZE, paper))
    draw, top = ImageDraw.Draw(drawn.image), 40
    texts = [random.sample(LATIN, len(LATIN)), random.sample(CHINESE, len(CHINESE))]
    for number in range(lines):
        text = texts[(seed + number) % 2].pop()
        face = typeface(text, random.randint(24, 44))
        assert face
        left = random.randint(30, 120)
        draw.text((left, top), text, font=face, fill=ink)
        x1, y1, x2, y2 = draw.textbbox((left, top), text, font=face)
        drawn.lines.append((text, (x1, y1, x2, y2)))
        top = round(y2) + random.randint(24, 60)
    for number in range(codes):
        content = f"https://x.example/{seed}/{number}"
        module = random.randint(4, 7)
        code = qrcode.make(content, box_size=module, border=QUIET).convert("RGB")
        at = (SIZE[0] - code.width - 30, SIZE[1] - code.height - 30)
        drawn.image.paste(code, at)
        edge = QUIET * module
        drawn.codes.append((content, (at[0] + edge, at[1] + edge, SIZE[0] - 30 - edge, SIZE[1] - 30 - edge)))
    return drawn


def photograph() -> Image.Image | None:
    """An astronaut, by NASA and in the public domain; None where scikit-image is not installed."""
    found = find_spec("skimage")
    if found is None or found.origin is None:
        return None
    return Image.open(Path(found.origin).parent / "data" / "astronaut.png").convert("RGB")


def faces() -> list[tuple[Page, Location]]:
    """The photograph larger, smaller, turned round, lighter and darker, blurred, and on a larger canvas."""
    photo, made = photograph(), []
    for scale in (0.5, 1, 2):
        for is_flipped in (False, True):
            for change in (None, 0.5, 1.5, "blur", "canvas"):
                made += [_varied(photo, scale, change, is_flipped=is_flipped)] if photo else []
    return made


def _varied(photo: Image.Image, scale: float, change: float | str | None, *, is_flipped: bool) -> tuple[Page, Location]:
    image = photo.resize((round(photo.width * scale), round(photo.height * scale)))
    x1, y1, x2, y2 = (side * scale for side in FACE)
    if is_flipped:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        x1, x2 = image.width - x2, image.width - x1
    if isinstance(change, float):
        image = ImageEnhance.Brightness(image).enhance(change)
    elif change == "blur":
        image = image.filter(ImageFilter.GaussianBlur(1.5))
    elif change == "canvas":
        canvas = Image.new("RGB", (image.width * 2, image.height * 2), (90, 120, 100))
        canvas.paste(image, (image.width // 2, image.height // 3))
        image, x1, x2 = canvas, x1 + image.width // 2, x2 + image.width // 2
        y1, y2 = y1 + canvas.height // 6, y2 + canvas.height // 6
    return Page(image), (x1, y1, x2, y2)


def overlap(one: Location | None, other: Location) -> float:
    """The area that both cover, as a share of what they cover together."""
    if one is None:
        return 0.0
    width, height = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (areas - width * height) if width > 0 and height > 0 else 0.0
