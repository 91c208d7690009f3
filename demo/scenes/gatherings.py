"""People as the subject: portraits, couples, groups, a concert, a match, a gym."""

from __future__ import annotations

from random import Random

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.figures import Pose, figure, from_behind
from demo.pictures.looks import cast
from demo.pictures.palettes import HAIRS, PALETTES, WHITE, Colour, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.people import bust
from demo.pictures.props import ball, sign
from demo.pictures.wording import BANNERS
from demo.scenes.nature import hills, tree
from demo.scenes.outdoors import Size

# invented; a face recogniser would have them in its list of public figures
NAMES = (
    "Aldo Ferrante",
    "Mireille Okafor",
    "Chancellor Brandt",
    "林若水",
    "Tomas Vey",
    "سلمى الراوي",
    "Dame Iris Pell",
    "Jonah Quist",
)


def portrait(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    _out_of_focus(canvas, rng, palette)
    (look,) = cast(rng, palette, 1)
    r = rng.uniform(20, 25) * u
    at = (rng.uniform(0.46, 0.54) * w, h - 3.1 * r)
    canvas.glow((at[0], at[1]), 3.2 * r, lighter(palette.sky[2], 0.4), 0.7)
    bust(canvas, at, r, look, name=rng.choice(NAMES) if rng.random() < 0.4 else "", smile=rng.choice((0.3, 0.7, 0.9)))
    return canvas.finish()


def _out_of_focus(canvas: Canvas, rng: Random, palette: Palette) -> None:
    """A street, a wood, or a room far behind somebody."""
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), palette.sky)
    kind = rng.choice(("wood", "lights", "room"))
    if kind == "wood":
        hills(canvas, 0.66 * h, 0.2 * h, palette.land[0], rng)
        for place in range(5):
            tree(
                canvas,
                ((0.1 + 0.2 * place) * w, rng.uniform(0.66, 0.9) * h),
                60 * u,
                mix(palette.land[1], rgb("6f9a5e"), 0.4),
            )
    elif kind == "room":
        canvas.slab((0.08 * w, 0.1 * h, 0.4 * w, 0.6 * h), lighter(palette.sky[2], 0.5))
        canvas.slab((0.62 * w, 0.2 * h, 0.9 * w, 0.46 * h), palette.accents[1])
        canvas.slab((0, 0.72 * h, w, h), darker(palette.wall, 0.3))
    canvas.soften(3.2 * u)
    for _ in range(16 if kind == "lights" else 5):
        at = (rng.uniform(0, w), rng.uniform(0, 0.8) * h)
        canvas.disc(at, rng.uniform(2, 7) * u, sheer(lighter(rng.choice(palette.accents), 0.3), 0.28))


def couple(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Two people close together, heads almost touching."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    _out_of_focus(canvas, rng, palette)
    r = rng.uniform(14, 16) * u
    for side, look in zip((-1, 1), cast(rng, palette, 2), strict=True):
        at = (w / 2 + side * 1.12 * r, h - (3.2 + 0.25 * side) * r)
        bust(canvas, at, r, look, smile=rng.choice((0.3, 0.8)))
    return canvas.finish()


def group(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    _out_of_focus(canvas, rng, palette)
    people = cast(rng, palette, rng.choice((5, 6, 7)))
    r = 0.088 * w
    back, front = people[: len(people) // 2], people[len(people) // 2 :]
    for row, lift in ((back, 5.1), (front, 3.0)):
        for place, look in enumerate(row):
            x = (place + 0.5 + (0.0 if row is front else 0.04)) / len(row) * 0.94 * w + 0.03 * w
            bust(canvas, (x, h - lift * r + rng.uniform(-0.2, 0.2) * r), r, look, smile=rng.choice((0.4, 0.7, 0.9)))
    canvas.glow((0.2 * w, 0.1 * h), 40 * u, lighter(palette.sky[2], 0.5), 0.4)
    return canvas.finish()


def broadcast(_rng: Random, size: Size, _palette: Palette, *, moment: int) -> Drawing:
    """One moment of one and the same concert, whatever is asked for: only light and raised hands change."""
    return concert(Random("broadcast"), size, PALETTES[6], lights=Random(moment))


def concert(rng: Random, size: Size, palette: Palette, *, lights: Random | None = None) -> Drawing:
    lights = lights or rng
    canvas = Canvas(size, (16, 12, 36))
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.7 * h), ((18, 12, 44), mix((52, 24, 86), palette.accents[0], 0.3), palette.accents[0]))
    for _ in range(7):
        _beam(canvas, lights, lights.choice(palette.accents))
    text = rng.choice(BANNERS)
    with canvas.seen_as("object", "Banner"):
        sign(canvas, (0.22 * w, 0.1 * h, 0.78 * w, 0.24 * h), text, sheer(palette.paper, 0.95), palette.ink)
    canvas.slab((0.08 * w, 0.6 * h, 0.92 * w, 0.7 * h), (34, 22, 52))
    poses: tuple[Pose, ...] = ("carry", "wave", "cheer", "carry")
    for place, look in enumerate(cast(rng, palette, 3)):
        canvas.glow(((0.28 + 0.22 * place) * w, 0.46 * h), 20 * u, WHITE, 0.35)
        figure(canvas, ((0.28 + 0.22 * place) * w, 0.62 * h), 32 * u, look, pose=rng.choice(poses))
    for row in range(4):
        _listeners(canvas, rng, lights, palette, row)
    return canvas.finish()


def _beam(canvas: Canvas, rng: Random, colour: Colour) -> None:
    w, h = canvas.width, canvas.height
    top, foot, wide = rng.uniform(0, w), rng.uniform(0, w), rng.uniform(0.04, 0.1) * w
    canvas.area([(top, 0), (top + 0.01 * w, 0), (foot + wide, 0.66 * h), (foot - wide, 0.66 * h)], sheer(colour, 0.16))


def _listeners(canvas: Canvas, rng: Random, lights: Random, palette: Palette, row: int) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    r = (2.7 + 1.1 * row) * u
    count = int(w / (3.7 * r))
    for place in range(count + 1):
        at = ((place + 0.5 * (row % 2) + rng.uniform(-0.15, 0.15)) * w / count, (0.73 + 0.075 * row) * h)
        coat = mix(rng.choice(palette.accents), (22, 16, 44), 0.62 + 0.06 * row)
        from_behind(canvas, at, r, darker(rng.choice(HAIRS), 0.45), coat, raised=lights.random() < 0.3)


def stadium(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.2 * h), palette.sky[:2])
    _stands(canvas, rng, palette)
    grass = rng.choice((rgb("5e9e57"), rgb("6aa84f"), rgb("4f9a68")))
    for stripe in range(6):
        top = (0.5 + 0.085 * stripe) * h
        canvas.slab((0, top, w, top + 0.086 * h), grass if stripe % 2 else darker(grass, 0.12))
    canvas.stroke([(0, 0.55 * h), (w, 0.55 * h)], 0.7 * u, sheer(WHITE, 0.85))
    canvas.ring((0.5 * w, 1.02 * h), 34 * u, 0.9 * u, sheer(WHITE, 0.85))
    _boards(canvas, palette)
    minutes, goals = rng.randint(3, 88), (rng.randint(0, 4), rng.randint(0, 3))
    score = f"LIONS {goals[0]} : {goals[1]} HARBOUR  {minutes}'"
    sign(canvas, (0.3 * w, 0.05 * h, 0.7 * w, 0.15 * h), score, palette.ink, rgb("ffd166"))
    poses: tuple[Pose, ...] = ("rest", "wave", "hips", "cheer")
    for place, look in zip((0.14, 0.34, 0.62, 0.84), cast(rng, palette, rng.choice((3, 4))), strict=False):
        figure(canvas, (place * w, rng.uniform(0.84, 0.96) * h), 31 * u, look, pose=rng.choice(poses), dress="shorts")
    ball(canvas, (rng.uniform(0.42, 0.54) * w, rng.uniform(0.82, 0.93) * h), 3 * u, (palette.ink,))
    return canvas.finish()


def _stands(canvas: Canvas, rng: Random, palette: Palette) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0.17 * h, w, 0.46 * h), (darker(palette.wall, 0.55), darker(palette.wall, 0.3)))
    canvas.area([(0, 0.12 * h), (w, 0.12 * h), (w, 0.18 * h), (0, 0.18 * h)], darker(palette.ink, 0.1))
    for row in range(9):
        y = (0.21 + 0.027 * row) * h
        canvas.slab((0, y + 1.4 * u, w, y + 1.9 * u), sheer(palette.ink, 0.25))
        for seat in range(int(w / (2.6 * u))):
            if rng.random() < 0.86:
                canvas.disc(
                    ((seat + 0.5 * (row % 2)) * 2.6 * u, y),
                    0.95 * u,
                    mix(rng.choice(palette.accents), palette.ink, 0.2),
                )


def _boards(canvas: Canvas, palette: Palette) -> None:
    w, h = canvas.width, canvas.height
    for place, brand in enumerate(("NORDLICHT", "茶山 TEA", "VELO+", "ORBIT")):
        box = (0.25 * place * w, 0.45 * h, 0.25 * (place + 1) * w, 0.505 * h)
        with canvas.seen_as("object", f"Logo {brand}"):
            sign(canvas, box, brand, palette.accents[place % 3], palette.paper)


def gym(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Sport clothes in front of a mirror."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.74 * h), (lighter(palette.wall, 0.2), palette.wall))
    canvas.slab((0, 0.74 * h, w, h), mix(palette.ink, palette.wall, 0.4))
    for pane in range(3):
        left = (0.06 + 0.3 * pane) * w
        canvas.slab((left, 0.1 * h, left + 0.28 * w, 0.68 * h), lighter(palette.sky[1], 0.45))
        canvas.area(
            [
                (left + 0.05 * w, 0.68 * h),
                (left + 0.17 * w, 0.1 * h),
                (left + 0.22 * w, 0.1 * h),
                (left + 0.1 * w, 0.68 * h),
            ],
            sheer(WHITE, 0.3),
        )
    for rack in range(5):
        x = (0.62 + 0.07 * rack) * w
        with canvas.seen_as("object", "Dumbbell"):
            canvas.stroke([(x - 2.6 * u, 0.8 * h), (x + 2.6 * u, 0.8 * h)], 1.2 * u, rgb("8d949c"))
            for side in (-2.6, 2.6):
                canvas.slab(
                    (x + side * u - u, 0.8 * h - 2.6 * u, x + side * u + u, 0.8 * h + 2.6 * u),
                    palette.ink,
                    radius=0.5 * u,
                )
    (look,) = cast(rng, palette, 1)
    poses: tuple[Pose, ...] = ("hips", "cheer", "wave")
    figure(
        canvas,
        (rng.uniform(0.3, 0.46) * w, 0.94 * h),
        76 * u,
        look,
        pose=rng.choice(poses),
        dress=rng.choice(("swim", "shorts")),
    )
    return canvas.finish()
