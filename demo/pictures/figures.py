"""Whole people, seen from the front, and a crowd seen from behind."""

from __future__ import annotations

from typing import Literal

from demo.pictures.drawing import Canvas
from demo.pictures.looks import Look
from demo.pictures.outlines import Point, mirrored
from demo.pictures.palettes import Colour, darker, mix, sheer
from demo.pictures.pen import Pen
from demo.pictures.people import head

Pose = Literal["rest", "wave", "cheer", "hips", "carry"]
Dress = Literal["trousers", "dress", "swim", "shorts"]

# elbow and hand from the shoulder, in head measures, for the right and for the left arm
_ARMS: dict[Pose, tuple[tuple[Point, Point], tuple[Point, Point]]] = {
    "rest": (((0.35, 1.5), (0.3, 2.9)), ((0.35, 1.5), (0.3, 2.9))),
    "wave": (((1.0, -0.5), (1.35, -2.0)), ((0.35, 1.5), (0.3, 2.9))),
    "cheer": (((0.85, -0.9), (1.0, -2.5)), ((0.85, -0.9), (1.0, -2.5))),
    "hips": (((1.05, 1.15), (0.1, 2.3)), ((0.35, 1.5), (0.3, 2.9))),
    "carry": (((0.3, 1.4), (-0.5, 2.2)), ((0.3, 1.4), (-0.5, 2.2))),
}


def figure(
    canvas: Canvas,
    foot: Point,
    height: float,
    look: Look,
    *,
    pose: Pose = "rest",
    dress: Dress = "trousers",
    name: str = "",
) -> Point:
    """A standing person, marked, with the face. `foot` is between the feet. Returns the right hand's position."""
    r = height / (8.4 if look.child else 12.6)
    crown = (foot[0], foot[1] - height + 1.15 * r)
    pen = Pen(canvas, crown, r)
    ground = (foot[1] - crown[1]) / r
    hip = ground - 0.46 * height / r
    dress = "shorts" if dress == "dress" and look.broad else dress
    pen.oval((0.8, ground), (2.6, 0.42), sheer((20, 16, 40), 0.18))
    with canvas.seen_as("person"):
        _legs(pen, hip, ground, look, dress)
        if pose == "carry":
            _torso(pen, hip, look, dress)
        hand = _arms(pen, look, pose, dress)
        if pose != "carry":
            _torso(pen, hip, look, dress)
        throat = darker(look.trim, 0.12) if look.style == "scarf" else mix(look.skin, look.shade, 0.5)
        pen.both([(0.36, 0.6), (0.4, 1.3), (0.0, 1.65)], throat)
        head(canvas, crown, r, look, name=name)
    return hand


def from_behind(canvas: Canvas, at: Point, r: float, hair: Colour, coat: Colour, *, raised: bool = False) -> None:
    """Head and shoulders of a person in a crowd, seen from behind, marked as a person."""
    pen = Pen(canvas, at, r)
    with canvas.seen_as("person"):
        if raised:
            pen.stroke([(1.3, 2.2), (1.5, -0.4), (1.2, -2.2)], 0.5, coat)
            pen.disc((1.18, -2.4), 0.34, mix(coat, (210, 160, 130), 0.6))
        pen.both([(0.4, 1.0), (1.5, 1.5), (1.9, 2.6), (2.0, 4.6)], coat)
        pen.oval((0, 0), (0.86, 1.02), hair)


def _torso(pen: Pen, hip: float, look: Look, dress: Dress) -> None:
    shoulder, waist = (1.0, 0.9) if look.child else (1.45, 1.15) if look.broad else (1.2, 0.9)
    half = [(0.35, 1.2), (shoulder * 0.85, 1.38), (shoulder, 1.9), (waist, 0.6 + hip / 2)]
    half += [(1.0, hip), (1.75, hip + 2.6)] if dress == "dress" else [(1.1, hip + 0.3)]
    bare = dress == "swim" and look.broad
    pen.blob(mirrored(half), look.skin if bare else look.top)
    if dress == "swim" and not bare:
        pen.both([(0.75, 1.3), (0.45, 2.05), (0.0, 2.2)], look.skin)
    elif dress == "trousers" and not look.child:
        pen.stroke([(0, 1.8), (0, hip + 0.1)], 0.08, darker(look.top, 0.2))


def _legs(pen: Pen, hip: float, ground: float, look: Look, dress: Dress) -> None:
    for side in (-1, 1):
        leg = [(side * 0.56, hip + 0.2), (side * 0.6, (hip + ground) / 2), (side * 0.62, ground - 0.3)]
        pen.stroke(leg, 0.78, look.bottom if dress == "trousers" else look.skin)
        toes = look.skin if dress == "swim" else darker(look.trim, 0.35)
        pen.oval((side * 0.78, ground - 0.14), (0.52, 0.24), toes)
        if dress == "shorts" or (dress == "swim" and look.broad):
            pen.stroke([leg[0], (side * 0.6, hip + 1.7)], 1.08, look.bottom)


def _arms(pen: Pen, look: Look, pose: Pose, dress: Dress) -> Point:
    reach = 0.85 if look.child else 1.25 if look.broad else 1.0
    skin = mix(look.skin, look.shade, 0.3)
    hands = []
    for side, (bend, end) in zip((1, -1), _ARMS[pose], strict=True):
        shoulder = (side * reach, 1.75)
        elbow, hand = ((shoulder[0] + side * across, shoulder[1] + down) for across, down in (bend, end))
        pen.stroke([shoulder, elbow, hand], 0.56, skin)
        pen.disc(hand, 0.34, skin)
        if dress != "swim":
            cuff = [_towards(elbow, hand, 0.75)] if dress == "trousers" else []
            pen.stroke([shoulder, elbow, *cuff], 0.7, darker(look.top, 0.1))
        hands.append(pen.place(hand))
    return hands[0]


def _towards(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
