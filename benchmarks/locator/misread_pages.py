"""Drawn pages whose text is known letter by letter, and that text as another recogniser would send it: alike letters
swapped, letters lost, blanks lost, lines joined, capitals wrong, another order. Nothing of it says where it lies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageDraw, ImageFilter
from PIL.ImageFont import FreeTypeFont

from demo.pictures import wording
from demo.pictures.fonts import Script, script_of, typeface
from moderation.contract.geometry import Corners
from moderation.contract.positions import Stretch
from tests.moderation.engines.drawn_pages import CHINESE, COLOURS, LATIN

SIZES = ((1280, 960), (960, 1280), (1080, 1920), (720, 720))
ALIKE = (
    "0O",
    "1lI",
    "5S",
    "2Z",
    "8B",
    "rn",
    "uv",
    "ce",
    "未末",
    "己已",
    "人入",
    "日曰",
    "微徽",
    "土士",
    "大太",
    "信倍",
)
_OTHERS = {letter: group.replace(letter, "") for group in ALIKE for letter in group}
MOST_LINES = 12
TURNED = (0, 0, 0, 0, -9, 6, 14, 180)
"""Degrees, anticlockwise, by which whole pages are turned."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stretch of the sent text, the corners of where it was drawn, and the height of its line."""

    stretch: Stretch
    corners: Corners
    height: float
    script: Script


@dataclass
class MisreadPage:
    image: Image.Image
    text: str = ""
    lines: list[Drawn] = field(default_factory=list)
    segments: list[Drawn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    segment: Stretch
    left: float
    top: float
    face: FreeTypeFont

    def corners(self, start: int, end: int) -> Corners:
        x1, x2 = (self.left + self.face.getlength(self.text[:at]) for at in (start, end))
        _, y1, _, y2 = self.face.getbbox(self.text)
        return (x1, self.top + y1, x2, self.top + y1, x2, self.top + y2, x1, self.top + y2)


def misread_page(seed: int, *, arabic: bool = False) -> MisreadPage:
    random = Random(seed)  # noqa: S311 - the same page in every run
    size, turned = random.choice(SIZES), random.choice(TURNED)
    paper, ink = random.choice(COLOURS)
    page = MisreadPage(Image.new("RGB", size, paper))
    lines = list(_lines(random, size, arabic=arabic))
    draw = ImageDraw.Draw(page.image)
    for line in lines:
        draw.text((line.left, line.top), line.text, font=line.face, fill=ink)
    page.image = page.image.rotate(turned, fillcolor=paper, resample=Image.Resampling.BICUBIC)
    if seed % 4 == 0:
        page.image = page.image.filter(ImageFilter.GaussianBlur(0.8))
    _send(page, lines, random, lambda corners: _turned(corners, size, turned))
    return page


def _lines(random: Random, size: tuple[int, int], *, arabic: bool) -> list[_Line]:
    """Inside the circle that stays on the page however it is turned."""
    width, height = size
    reach = min(size) * 0.46
    top, lines = height / 2 - reach * 0.8, list[_Line]()
    texts = _texts(arabic=arabic)
    random.shuffle(texts)
    while texts and len(lines) < MOST_LINES and top < height / 2 + reach * 0.7:
        text, risky = texts.pop()
        face = typeface(text, random.randint(20, 40))
        if face is None or face.getlength(text) > reach * 1.5:
            continue
        left = width / 2 - reach * 0.78 + random.randint(0, 30)
        lines.append(_Line(text, _segment(text, risky, random), left, top, face))
        top += face.size * random.uniform(1.5, 2.2)
    return lines


def _texts(*, arabic: bool) -> list[tuple[str, str]]:
    """Lines, each with what a text model would mark in it, or ""."""
    offers = [(text, "") for offer in wording.OFFERS for text in (offer.headline, offer.line)]
    offers += [(offer.contact, offer.contact) for offer in wording.OFFERS]
    turns = [
        (turn, next((one for one in chat.risky if one in turn), "")) for chat in wording.CHATS for turn in chat.turns
    ]
    plain = [(text, "") for text in (*LATIN, *CHINESE, *wording.PAGE_OPENINGS, *wording.PAGE_ENDINGS)]
    found = offers + turns + plain
    return [one for one in found if (script_of(one[0]) is Script.ARABIC) == arabic]


def _segment(text: str, risky: str, random: Random) -> Stretch:
    """What is marked, else one to three words, or two to six letters of Chinese."""
    if risky:
        return text.index(risky), text.index(risky) + len(risky)
    if script_of(text) is Script.HAN and " " not in text:
        start = random.randint(0, max(0, len(text) - 4))
        return start, min(len(text), start + random.randint(2, 6))
    words = text.split(" ")
    first = random.randrange(len(words))
    last = min(len(words), first + random.randint(1, 3))
    start = len(" ".join([*words[:first], ""])) if first else 0
    return start, start + len(" ".join(words[first:last]))


def _send(page: MisreadPage, lines: Sequence[_Line], random: Random, turn: Callable[[Corners], Corners]) -> None:
    order = list(lines)
    if random.random() < 0.25:
        random.shuffle(order)
    between = random.choice(("\n", "\n", " ", ""))
    shouts, tight = random.random() < 0.15, random.random() < 0.3
    text = ""
    for line in order:
        letters = _misread(line.text, random, shouts=shouts, tight=tight)
        here = {source: len(text) + at for at, (source, _) in enumerate(letters)}
        for (start, end), into in ((line.segment, page.segments), ((0, len(line.text)), page.lines)):
            sent = [here[source] for source in range(start, end) if source in here]
            if sent:
                height = line.corners(0, 1)[5] - line.corners(0, 1)[1]
                stretch = min(sent), max(sent) + 1
                into.append(Drawn(stretch, turn(line.corners(start, end)), height, script_of(line.text)))
        text += "".join(letter for _, letter in letters) + random.choice((between, between, between, ""))
    page.text = text


def _misread(text: str, random: Random, *, shouts: bool, tight: bool) -> list[tuple[int, str]]:
    """(the place in the drawn text, the letter sent for it) of those that are sent."""
    sent = []
    for place, letter in enumerate(text):
        chance = random.random()
        if chance < 0.02 or (letter == " " and (tight or chance < 0.1)):
            continue
        others = _OTHERS.get(letter)
        wrong = random.choice(others) if others and chance > 0.7 else letter
        if chance > 0.985 and letter.isalpha():
            wrong = random.choice("aeiou") if letter.isascii() else random.choice("的一是了我")
        sent.append((place, wrong.upper() if shouts else wrong))
    return sent


def _turned(corners: Corners, size: tuple[int, int], degrees: float) -> Corners:
    """Where the corners lie after the page was turned anticlockwise around its middle."""
    angle, (x0, y0) = math.radians(-degrees), (size[0] / 2, size[1] / 2)
    cos, sin = math.cos(angle), math.sin(angle)
    flat: list[float] = []
    for x, y in zip(corners[::2], corners[1::2], strict=True):
        flat += [x0 + (x - x0) * cos - (y - y0) * sin, y0 + (x - x0) * sin + (y - y0) * cos]
    x1, y1, x2, y2, x3, y3, x4, y4 = flat
    return (x1, y1, x2, y2, x3, y3, x4, y4)
