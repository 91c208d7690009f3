"""Give the labels of pictures that the app knows already, each with probability 1."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from moderation.contract.values import Evidence, Label, LabelPath, Request, RiskLevel
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import is_installed
from moderation.engines.protocol import Ask, EngineFailed, Findings, Frame
from moderation.known_pictures.alike import Known, Match, bits_of, matches
from moderation.labels.catalogue_file import levels_of
from moderation.media import store
from moderation.media.store import StoreDown
from moderation.models import Picture

log = logging.getLogger(__name__)

NAME, VERSION = "known-pictures", "1"
IN_PICTURE = 1002
SECONDS = 5.0  # for one picture that is added


@dataclass(frozen=True, slots=True)
class KnownPictures:
    """`host` looks at the frames; the same bytes are recognised without it."""

    known: tuple[Known, ...] = field(repr=False)
    host: Embedded = field(default_factory=Embedded)

    @property
    def name(self) -> str:
        return NAME

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        is_same = any(one.sha256 == ask.sha256 for one in self.known)
        likenesses = [] if is_same else self._likenesses(frames, ask)
        found = matches(self.known, sha256=ask.sha256, likenesses=likenesses)
        return Findings(
            labels=tuple(_labels(found)),
            evidence=Evidence(notes=tuple(map(_note, found))),
            engine=NAME,
            version=VERSION,
        )

    def _likenesses(self, frames: Sequence[Frame], ask: Ask) -> list[int]:
        if not is_installed() or all(one.bits is None for one in self.known):
            return []
        told = self.host.likenesses(frames, ask)
        return [bits for text in told if (bits := bits_of(text)) is not None]


def _labels(found: Sequence[Match]) -> Iterator[Label]:
    """REVIEW by themselves: a threshold of policy makes them REJECT, since their score is the highest there is."""
    for match in found:
        levels = levels_of(match.known.label)
        if levels is not None:
            yield Label(LabelPath(*levels), RiskLevel.REVIEW, "Known picture", 1.0, risk_source=IN_PICTURE)


def _note(match: Match) -> str:
    kind = "the same bytes as" if match.is_exact else "it looks like"
    return f"{kind} known picture {match.known.pk}"


def likeness_of(picture: Picture) -> str:
    """Of our copy of a picture; "" where the engine of this host cannot tell, or the copy cannot be had."""
    if not is_installed():
        return ""
    try:
        frame = Frame(store.get(picture.web), 0, 0)
        (told,) = Embedded().likenesses([frame], Ask(frozenset(), Request(raw={}), time.monotonic() + SECONDS))
    except (EngineFailed, StoreDown, FileNotFoundError) as error:
        log.warning("The likeness of the picture %s cannot be told: %s", picture.sha256, error)
        return ""
    return told
