"""The table and the curves as SVG, to be read on a light and on a dark page: colours follow the reader's setting."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from xml.etree import ElementTree as Xml

from benchmarks.table.rows import Found, Point, Row, rounded

STYLE = """
  svg { --ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --paper: #ffffff; --ok: #18794e; --missed: #ce2c31;
        font-family: system-ui, sans-serif; font-size: 13px }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #edeef0; --soft: #b0b4ba; --line: #363a3f; --paper: #111113; --ok: #3dd68c; --missed: #ff9592 }
  }
  .paper { fill: var(--paper) } text { fill: var(--ink) } .soft { fill: var(--soft) } .bar { fill: var(--soft) }
  .ok { fill: var(--ok) } .missed { fill: var(--missed) } .head { font-weight: 600 }
  line { stroke: var(--line) } .limit { stroke: var(--ink); stroke-width: 2 }
  polyline { fill: none; stroke: var(--soft); stroke-width: 2 } circle { fill: var(--ink) }
"""
LINE, WIDTH = 24, 1040
WHAT, MEASURED, LIMIT, STATE, BAR = 16, 500, 680, 870, 930
BAR_WIDTH = WIDTH - BAR - 16


def table(found: Found, title: str) -> str:
    """A row for each goal, with a bar of how much of its limit was used; the stroke in it is the limit."""
    drawing = _drawing(WIDTH, LINE * (len(found.rows) + 3), title)
    for text, x, anchor in (("measured", MEASURED, "end"), ("limit", LIMIT, "end")):
        _text(drawing, text, x + 120, 2 * LINE, "soft", anchor)
    for number, one in enumerate(found.rows):
        _draw_row(drawing, one, LINE * (number + 3))
    return _written(drawing)


def _draw_row(drawing: Xml.Element, found: Row, y: int) -> None:
    state = found.state.replace(" ", "-")
    group = Xml.SubElement(drawing, "g", {"data-row": found.key, "data-state": state})
    if found.note:
        Xml.SubElement(group, "title").text = found.note
    colour = state if found.measured is not None else "soft"
    _text(group, found.goal.what, WHAT, y)
    measured = rounded(found.measured) if found.measured is not None else "–"
    _text(group, measured, MEASURED + 120, y, colour, "end")
    _text(group, found.goal.limit_in_words, LIMIT + 120, y, "soft", "end")
    _text(group, found.state, STATE, y, colour)
    if found.measured is not None and found.goal.limit:
        _bar(group, found.measured / found.goal.limit, y - 9, colour)


def _bar(drawing: Xml.Element, share: float, y: int, colour: str) -> None:
    """Half of its room is the limit, all of it twice the limit or more."""
    half = BAR_WIDTH / 2
    at = {"x": str(BAR), "y": str(y), "height": "10", "class": colour}
    Xml.SubElement(drawing, "rect", at | {"width": f"{min(share, 2) * half:.1f}"})
    x = f"{BAR + half:.1f}"
    Xml.SubElement(drawing, "line", {"x1": x, "x2": x, "y1": str(y - 3), "y2": str(y + 13), "class": "limit"})


PLOT_WIDTH, PLOT_HEIGHT, PLOT_LEFT = 300, 110, 64
IN_ROW = 2


def curves(points: Sequence[Point], title: str) -> str:
    """A small plot for each curve: tasks that wait from left to right in powers of ten, what was measured upwards from
    nothing.
    """
    names = list(dict.fromkeys(one.curve for one in points))
    across, down = PLOT_LEFT + PLOT_WIDTH + 120, PLOT_HEIGHT + 80
    drawing = _drawing(across * IN_ROW, down * ceil(len(names) / IN_ROW) + 48, title)
    for number, name in enumerate(names):
        own = sorted((one for one in points if one.curve == name), key=lambda one: one.x)
        at = f"translate({number % IN_ROW * across + 16} {number // IN_ROW * down + 56})"
        _plot(Xml.SubElement(drawing, "g", {"transform": at, "data-curve": name}), own)
    return _written(drawing)


def _plot(drawing: Xml.Element, points: Sequence[Point]) -> None:
    least, most = floor(log10(points[0].x)), max(ceil(log10(points[-1].x)), floor(log10(points[0].x)) + 1)
    top = max(one.y for one in points) or 1.0
    _text(drawing, f"{points[0].curve}, {points[0].unit}", 0, 0, "head")
    places = []
    for one in points:
        x = PLOT_LEFT + (log10(one.x) - least) / (most - least) * PLOT_WIDTH
        y = 24 + PLOT_HEIGHT * (1 - one.y / top)
        places.append(f"{x:.1f},{y:.1f}")
        spot = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4", "data-x": str(one.x), "data-y": f"{one.y:g}"}
        Xml.SubElement(drawing, "circle", spot)
        _text(drawing, rounded(one.y), x, y - 9, "", "middle")
        _text(drawing, f"{one.x:,}", x, PLOT_HEIGHT + 42, "soft", "middle")
    Xml.SubElement(drawing, "polyline", {"points": " ".join(places)})
    for y in (24, 24 + PLOT_HEIGHT):
        ends = {"x1": str(PLOT_LEFT), "x2": str(PLOT_LEFT + PLOT_WIDTH), "y1": str(y), "y2": str(y)}
        Xml.SubElement(drawing, "line", ends)
    _text(drawing, "0", PLOT_LEFT - 8, 28 + PLOT_HEIGHT, "soft", "end")
    _text(drawing, rounded(top), PLOT_LEFT - 8, 28, "soft", "end")


def _drawing(width: int, height: int, title: str) -> Xml.Element:
    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    drawing = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size})
    Xml.SubElement(drawing, "title").text = title
    Xml.SubElement(drawing, "style").text = STYLE
    Xml.SubElement(drawing, "rect", {"class": "paper", "width": "100%", "height": "100%"})
    _text(drawing, title, WHAT, LINE, "head")
    return drawing


def _text(drawing: Xml.Element, text: str, x: float, y: float, colour: str = "", anchor: str = "") -> None:
    how = {"x": f"{x:g}", "y": f"{y:g}", "class": colour, "text-anchor": anchor}
    Xml.SubElement(drawing, "text", {name: value for name, value in how.items() if value}).text = text


def _written(drawing: Xml.Element) -> str:
    Xml.indent(drawing)
    return Xml.tostring(drawing, encoding="unicode") + "\n"
