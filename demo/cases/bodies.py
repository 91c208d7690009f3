"""The demo's cases: a drawn picture, the request that sent it, the machine's result about it.

Deterministic: the same seed gives the same bytes, as long as the same fonts are installed.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from demo.cases.oddities import Draft, Oddity, ordinary
from demo.cases.programme import everyday, outcome_of, programme
from demo.cases.request_bodies import BASE_URL, request_body
from demo.cases.result_bodies import Account, result_body
from demo.cases.sightings import TextForm
from demo.cases.subjects import somebody_posts
from demo.pictures.files import SUFFIXES, encoded
from demo.pictures.palettes import PALETTES
from demo.scenes.outdoors import Size
from demo.scenes.scenes import PHOTO, SCENE, SCENES, UPRIGHT, Scene

SMALL = 640  # pixels of the longer side of a small picture, up to twice as many


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One case to post. In `request` the picture host's address is the text `{base_url}`; `envelope` fills it in.

    `picture` is empty when the case shows a failed fetch; `path` is its name on the host.
    """

    name: str
    request: dict[str, Any]
    result: dict[str, Any]
    picture: bytes
    content_type: str
    path: str

    def envelope(self, base_url: str) -> dict[str, Any]:
        """The body of `POST /api/v1/results`; `base_url` is the picture host's, without a slash at its end."""
        data = dict(self.request["data"])
        for name in ("img", "backupUrl"):
            if name in data:
                data[name] = data[name].replace(BASE_URL, base_url)
        return {"appId": self.request["appId"], "request": self.request | {"data": data}, "result": self.result}


def cases(seed: int = 1, count: int = 140, *, photographs: bool = True) -> Iterator[DemoCase]:
    """The first `count` cases, each drawn when it is asked for.

    Without `photographs` the twelve-megapixel pictures are a quarter as wide and high, which takes a third of the time:
    for tests that need variety and not large files.
    """
    used = dict.fromkeys(SCENE, 0)
    for index, (scene, oddity) in zip(range(count), programme(seed), strict=False):
        size = size_of(scene, used[scene.name])
        if not photographs and size in (PHOTO, UPRIGHT):
            size = (size[0] // 4, size[1] // 4)
        yield _case(seed, index, scene, used[scene.name], size, oddity)
        used[scene.name] += 1


def small_cases(seed: int, count: int) -> Iterator[DemoCase]:
    """Everyday cases that a person judges, each of another scene, with small pictures."""
    for index, scene in enumerate(islice(everyday(seed), count)):
        width, height = size_of(scene, index)
        less = max(1, max(width, height) // SMALL)
        yield _case(seed, 10 * index, scene, 0, (width // less, height // less), ordinary)


def case_of(scene: str, size: Size, *, seed: int) -> DemoCase:
    """One case of this scene, for a person to judge."""
    return _case(seed, 0, SCENE[scene], 0, size, ordinary)


def size_of(scene: Scene, turn: int) -> Size:
    """Width and height in pixels when the scene comes for the `turn`-th time, counted from 0."""
    return scene.sizes[(turn + SCENES.index(scene)) % len(scene.sizes)]


def _case(seed: int, index: int, scene: Scene, turn: int, size: Size, oddity: Oddity) -> DemoCase:
    """`turn` counts how often the scene came before: file forms and colours change with it."""
    rng = Random(f"case {seed} {index}")
    form = scene.forms[turn % len(scene.forms)]
    drawing = scene.draw(rng, size, PALETTES[(3 * turn + SCENES.index(scene)) % len(PALETTES)])
    path = f"{seed}-{index:03}-{scene.name}.{SUFFIXES.get(form, form)}"
    subject = somebody_posts(rng)
    request = request_body(scene, subject, path, index, rng)
    account = _account(index)
    if account.chinese:
        request["acceptLang"] = "zh"
    request_id = hashlib.sha256(f"{seed}:{index}".encode()).hexdigest()[:32]
    result = result_body(request_id, request, scene, drawing, subject, account, outcome_of(index, oddity), rng)
    content_type = mimetypes.guess_type(path)[0] or f"image/{form}"
    draft = Draft(request, result, encoded(drawing, form), content_type, path, drawing.image.size)
    oddity(draft)
    name = f"{index:03}-{scene.name}"
    return DemoCase(name, draft.request, draft.result, draft.picture, draft.content_type, draft.path)


def _account(index: int) -> Account:
    text = TextForm(nested=index % 2 == 1, every_index=index % 4 >= 2, with_unplaced=index % 9 == 4)
    return Account(index % 6 == 5, text, with_business=index % 5 == 1, with_disposal=index % 11 == 3)
