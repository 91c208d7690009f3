"""The order of the scenes, and which cases have an oddity."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as counting
from random import Random

from demo.cases import oddities
from demo.cases.oddities import Oddity
from demo.cases.result_bodies import Outcome
from demo.scenes.scenes import SCENE, SCENES, Scene

# scenes that come only here, and the cases with an oddity: all within the first 110
_PLAN: dict[int, tuple[str, Oddity]] = {
    3: ("turned", oddities.ordinary),
    6: ("bottles", oddities.ordinary),
    9: ("banner", oddities.ordinary),
    12: ("long-page", oddities.ordinary),
    15: ("beach", oddities.gone),
    18: ("street", oddities.refused_address),
    20: ("square", oddities.page_called_jpg),
    22: ("group", oddities.boxes_outside),
    24: ("park", oddities.misspelt),
    26: ("meme", oddities.inline),
    29: ("turned", oddities.boxes_as_stored),
    31: ("kitchen", oddities.cut_short),
    33: ("portrait", oddities.failed(1911, "image download failed")),
    36: ("panorama", oddities.ordinary),
    39: ("broadcast-0", oddities.of_one_stream(0)),
    40: ("broadcast-1", oddities.of_one_stream(1)),
    41: ("broadcast-2", oddities.of_one_stream(2)),
    44: ("sticker", oddities.inline),
    48: ("banner", oddities.ordinary),
    52: ("logos", oddities.inline),
    55: ("advert", oddities.failed(1911, "image download failed")),
    60: ("turned", oddities.ordinary),
    66: ("banner", oddities.inline),
    71: ("bottles", oddities.ordinary),
    74: ("chat", oddities.failed(1903, "service error")),
    80: ("panorama", oddities.ordinary),
    86: ("long-page", oddities.ordinary),
    94: ("banner", oddities.ordinary),
    101: ("toys", oddities.gone),
}
_ONLY_PLANNED = ("turned", "bottles", "banner", "long-page", "panorama", "broadcast", "series")
_SERIES = range(140, 200)  # of one label, so that the queue of advertisements has full pages for its grid
_IN_SERIES = ("meme", "comic", "parcel", "meme", "comic", "advert", "meme", "parcel")
_EVERY_TENTH_IS_FINAL = 7  # cases 7, 17, 27, … are final already: the machine was sure


def everyday(seed: int) -> Iterator[Scene]:
    """All everyday scenes in a shuffled round, repeatedly."""
    rng = Random(f"programme {seed}")
    scenes = [scene for scene in SCENES if not scene.name.startswith(_ONLY_PLANNED)]
    while True:
        yield from reversed(rng.sample(scenes, len(scenes)))


def programme(seed: int) -> Iterator[tuple[Scene, Oddity]]:
    """The everyday scenes; the planned cases are inserted at their index."""
    scenes = everyday(seed)
    for index in counting():
        if index in _PLAN:
            name, oddity = _PLAN[index]
            yield SCENE[name], oddity
        elif index in _SERIES:
            yield SCENE[f"series-{_IN_SERIES[index % len(_IN_SERIES)]}"], oddities.ordinary
        else:
            yield next(scenes), oddities.ordinary


def outcome_of(index: int, oddity: Oddity) -> Outcome:
    if index % 10 != _EVERY_TENTH_IS_FINAL or oddity is not oddities.ordinary:
        return "unsure"
    return "rejected" if index % 20 == _EVERY_TENTH_IS_FINAL else "passed"
