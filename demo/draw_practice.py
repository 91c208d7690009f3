"""`python -m demo.draw_practice`: draw the practice pictures into static/img/practice and write what is on them into
review/practice/drawn.json. Run it by hand after changing a scene, and commit what it wrote.
"""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from demo.cases.result_bodies import Account, result_body
from demo.cases.sightings import TextForm
from demo.cases.subjects import Subject
from demo.pictures.drawing import Drawing
from demo.pictures.palettes import PALETTES
from demo.scenes.findings import FINDINGS
from demo.scenes.scenes import SCENE
from moderation.media.render import render
from review.practice.lessons import DRAWN

PICTURES = Path(__file__).resolve().parents[1] / "static" / "img" / "practice"
TOP = ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")
# the catalogue's own where the demo writes pinyin, since practice runs where nobody named the demo's labels
IN_ENGLISH = {"yongzhuang": "swimwear", "lianxifangshi": "contact_account_solicitation"}
LANDSCAPE, PORTRAIT = (1280, 960), (960, 1280)

# lesson: scene, size, palette, seed, findings with the machine's probability
SCENES: dict[str, tuple[str, tuple[int, int], int, int, dict[str, float]]] = {
    "beach": ("beach", LANDSCAPE, 0, 0, {"swimwear": 0.82, "back": 0.41}),
    "contact": ("advert", PORTRAIT, 4, 7, {"contact": 0.88, "bait": 0.52}),
    "code": ("advert", PORTRAIT, 0, 7, {"qr": 0.91, "contact": 0.47}),
    "toy": ("toys", LANDSCAPE, 4, 0, {"firearm": 0.93}),
    "document": ("identity-card", LANDSCAPE, 1, 0, {"document": 0.79}),
}


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    DRAWN.write_text(json.dumps({name: _drawn(name) for name in SCENES}, indent=1, ensure_ascii=False) + "\n")


def drawing_of(lesson: str) -> Drawing:
    scene, size, palette, seed, _ = SCENES[lesson]
    return SCENE[scene].draw(Random(f"practice {lesson} {seed}"), size, PALETTES[palette])


def _drawn(lesson: str) -> dict[str, Any]:
    drawing = drawing_of(lesson)
    out = BytesIO()
    drawing.image.convert("RGB").save(out, "PNG")
    rendered = render(out.getvalue())
    for name in ("web", "preview", "blurred"):
        _write(PICTURES / f"{lesson}.{name}.jpg", getattr(rendered, name).data)
    return {"width": rendered.width, "height": rendered.height, "result": _result(lesson, drawing)}


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def _result(lesson: str, drawing: Drawing) -> dict[str, Any]:
    """The detection service's result, with the probabilities that the lesson needs."""
    scene, _, _, _, sure = SCENES[lesson]
    findings = tuple(FINDINGS[name] for name in sure)
    account = Account(chinese=False, text=TextForm(nested=True, every_index=False))
    request: dict[str, Any] = {"data": {"extra": {"passThrough": {}}}}
    subject = Subject("", "", 0)
    rng = Random(lesson)
    told = replace(SCENE[scene], findings=findings)
    body = result_body(f"practice-{lesson}", request, told, drawing, subject, account, "unsure", rng)
    for label, probability in zip(body["allLabels"], sure.values(), strict=True):
        label |= {"probability": probability, "riskLevel": "REVIEW"}
        label["riskLabel3"] = IN_ENGLISH.get(label["riskLabel3"], label["riskLabel3"])
    first = {name: body["allLabels"][0][name] for name in TOP}
    return body | first


if __name__ == "__main__":
    main()
