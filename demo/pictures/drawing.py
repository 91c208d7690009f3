"""A canvas that draws smooth shapes and records where it drew what.

Coordinates are pixels of the finished picture, and may be floats. The canvas is drawn larger and reduced, so edges are
smooth. What is drawn inside `seen_as` becomes one `Mark`, whose box is the extent of what was drawn, so the evidence
fits the picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from PIL.ImageFont import FreeTypeFont

from demo.pictures.outlines import Point, closed_curve
from demo.pictures.palettes import Colour

Rectangle = tuple[float, float, float, float]
MarkKind = Literal["face", "object", "person", "qr"]

_LARGE_PIXELS = 5_000_000  # from here on drawn at its own size and softened: four times the pixels would take 0.5 s


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to be seen. `box` is (x1, y1, x2, y2) in upright picture pixels, top-left and bottom-right."""

    kind: MarkKind
    name: str
    box: tuple[int, int, int, int]
    qr_content: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text that can be read, as a person sees it: a paragraph has several. `start` is its place in the
    text, `box` as a mark's.
    """

    text: str
    start: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture and a description of its contents.

    `text` is what can be read on it, line by line, and `lines` are its lines with their places; `risky` are stretches
    of that text a text model would point at, `listed` are (list name, word) pairs a customer's word list would match.
    `frames` holds an animation's pictures, the first being `image`.
    """

    image: Image.Image
    marks: tuple[Mark, ...] = ()
    text: str = ""
    lines: tuple[Line, ...] = ()
    risky: tuple[str, ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    frames: tuple[Image.Image, ...] = ()

    def of_kind(self, *kinds: MarkKind) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.kind in kinds)


class Canvas:
    def __init__(self, size: tuple[int, int], background: Colour) -> None:
        self.width, self.height = size
        self.unit = min(size) / 100  # one hundredth of the short side: the natural measure of a scene
        self.scale = 1 if self.width * self.height > _LARGE_PIXELS else 2
        self._image = Image.new("RGB", self._grown(*size), background[:3])
        self._opaque = ImageDraw.Draw(self._image)
        self._blending = ImageDraw.Draw(self._image, "RGBA")
        self._extents: list[Rectangle] = []
        self._watches: list[int] = []
        self.marks: list[Mark] = []
        self._texts: list[tuple[str, Sequence[tuple[str, Rectangle]]]] = []

    # --- surfaces

    def gradient(self, box: Rectangle, colours: Sequence[Colour]) -> None:
        """A gradient of colours from the box's top to its bottom."""
        left, top, right, bottom = map(round, self._scaled(box))
        if right > left and bottom > top:
            strip = _strip(colours, bottom - top)
            self._image.paste(strip.resize((right - left, bottom - top), Image.Resampling.NEAREST), (left, top))
            self._extend(box)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light that fades out from its centre; it does not extend the box of a mark."""
        side = max(2, round(2 * radius * self.scale))
        rim = 179  # what Pillow's gradient holds where it first touches its border
        fade = Image.radial_gradient("L").point(
            [round(255 * strength * max(0.0, 1 - away / rim) ** 1.6) for away in range(256)]
        )
        left, top = (round((value - radius) * self.scale) for value in centre)
        self._image.paste(colour[:3], (left, top, left + side, top + side), fade.resize((side, side)))

    def soften(self, radius: float) -> None:
        """Blur everything drawn so far; what is drawn next is sharp."""
        small = self._image.reduce(8)
        small = small.filter(ImageFilter.GaussianBlur(radius * self.scale / 8))
        self._image.paste(small.resize(self._image.size, Image.Resampling.BICUBIC))

    def stamp(self, picture: Image.Image, at: Point) -> None:
        """Paste a picture with its top-left corner at `at`, enlarged without smoothing."""
        grown = picture.resize(self._grown(*picture.size), Image.Resampling.NEAREST)
        self._image.paste(grown, (round(at[0] * self.scale), round(at[1] * self.scale)))
        self._extend((*at, at[0] + picture.width, at[1] + picture.height))

    # --- shapes

    def area(self, points: Iterable[Point], fill: Colour) -> None:
        corners = list(points)
        self._pen(fill).polygon([(x * self.scale, y * self.scale) for x, y in corners], fill=fill)
        self._extend(_around(corners))

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed smooth outline through the points."""
        self.area(closed_curve(points), fill)

    def oval(self, centre: Point, radii: Point, fill: Colour) -> None:
        (x, y), (across, down) = centre, radii
        box = (x - across, y - down, x + across, y + down)
        self._pen(fill).ellipse(self._scaled(box), fill=fill)
        self._extend(box)

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        self.oval(centre, (radius, radius), fill)

    def slab(self, box: Rectangle, fill: Colour, *, radius: float = 0) -> None:
        """A rectangle, with round corners when `radius` is given."""
        self._pen(fill).rounded_rectangle(self._scaled(box), radius * self.scale, fill=fill)
        self._extend(box)

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A line with round joints and ends."""
        thick = max(1, round(width * self.scale))
        path = [(x * self.scale, y * self.scale) for x, y in points]
        self._pen(fill).line(path, fill=fill, width=thick, joint="curve")
        if len(fill) == 3 and thick > 2:
            for x, y in path:
                half = thick / 2
                self._opaque.ellipse((x - half, y - half, x + half, y + half), fill=fill)
        left, top, right, bottom = _around(points)
        self._extend((left - width / 2, top - width / 2, right + width / 2, bottom + width / 2))

    def ring(self, centre: Point, radius: float, width: float, fill: Colour) -> None:
        (x, y) = centre
        box = (x - radius, y - radius, x + radius, y + radius)
        self._pen(fill).ellipse(self._scaled(box), outline=fill, width=max(1, round(width * self.scale)))
        self._extend(box)

    def ink(
        self,
        text: str,
        at: Point,
        face: FreeTypeFont,
        fill: Colour,
        *,
        anchor: str,
        weight: int,
        outline: Colour | None,
    ) -> Rectangle:
        """Letters of a face already sized for `scale`; `weight` thickens them, `outline` surrounds them. Returns where
        they are.
        """
        place = (at[0] * self.scale, at[1] * self.scale)
        width = max(weight, round(face.size / 14)) if outline else weight
        self._pen(fill).text(place, text, fill, face, anchor, stroke_width=width, stroke_fill=outline or fill)
        box = self._opaque.textbbox(place, text, face, anchor, stroke_width=width)
        drawn = (box[0] / self.scale, box[1] / self.scale, box[2] / self.scale, box[3] / self.scale)
        self._extend(drawn)
        return drawn

    # --- what was drawn

    def read(self, text: str, lines: Sequence[tuple[str, Rectangle]]) -> None:
        """Everything that can be read is told once: a text, and the lines it was drawn in, in its order."""
        self._texts.append((text, lines))

    @contextmanager
    def seen_as(self, kind: MarkKind, name: str = "", qr_content: str = "") -> Iterator[None]:
        """Everything drawn inside the block is one thing; it is marked when a part of it lies in the picture."""
        start = len(self._extents)
        self._watches.append(start)
        yield
        self._watches.pop()
        if box := self._visible(self._extents[start:]):
            self.marks.append(Mark(kind, name, box, qr_content))
        if not self._watches:
            self._extents.clear()

    def finish(self, risky: Iterable[str] = (), listed: Iterable[tuple[str, str]] = ()) -> Drawing:
        """The picture in its own size. Risky and listed words that were not drawn as text are left out."""
        image = self._image.reduce(2) if self.scale == 2 else _softened(self._image)
        text = "\n".join(text for text, _ in self._texts)
        return Drawing(
            image,
            tuple(self.marks),
            text,
            tuple(self._lines()),
            risky=tuple(word for word in risky if word in text),
            listed=tuple((name, word) for name, word in listed if word in text),
        )

    def _lines(self) -> Iterator[Line]:
        """The lines that lie in the picture."""
        start = 0
        for text, lines in self._texts:
            at = 0
            for line, box in lines:
                at = text.index(line, at)
                if visible := self._visible([box]):
                    yield Line(line, start + at, visible)
                at += len(line)
            start += len(text) + 1

    def _visible(self, extents: Sequence[Rectangle]) -> tuple[int, int, int, int] | None:
        if not extents:
            return None
        lefts, tops, rights, bottoms = zip(*extents, strict=True)
        left, top = max(0, math.floor(min(lefts))), max(0, math.floor(min(tops)))
        right, bottom = min(self.width, math.ceil(max(rights))), min(self.height, math.ceil(max(bottoms)))
        return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None

    def _extend(self, box: Rectangle) -> None:
        if self._watches:
            self._extents.append(box)

    def _pen(self, fill: Colour) -> ImageDraw.ImageDraw:
        return self._opaque if len(fill) == 3 else self._blending

    def _scaled(self, box: Rectangle) -> Rectangle:
        left, top, right, bottom = (value * self.scale for value in box)
        return left, top, max(left, right), max(top, bottom)

    def _grown(self, width: int, height: int) -> tuple[int, int]:
        return width * self.scale, height * self.scale


def _around(points: Sequence[Point]) -> Rectangle:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _strip(colours: Sequence[Colour], height: int) -> Image.Image:
    stops = Image.new("RGB", (1, len(colours)))
    stops.putdata([colour[:3] for colour in colours])
    # half a stop is cut off at each end: a resized picture is flat there
    box = (0, 0.5, 1, len(colours) - 0.5)
    return stops.resize((1, max(2, height)), Image.Resampling.BILINEAR, box=box)


def _softened(image: Image.Image) -> Image.Image:
    """Mix each pixel with its upper left neighbour: smooths edges in a third of a blur's time."""
    soft = Image.blend(image, ImageChops.offset(image, 1, 1), 0.5)
    soft.paste(image.crop((0, 0, image.width, 1)))
    soft.paste(image.crop((0, 0, 1, image.height)))
    return soft
