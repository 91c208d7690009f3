"""What every engine takes and gives."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from moderation.contract.values import Evidence, Label, Request
from moderation.messages import LedgerCode, Message, english


@dataclass(frozen=True, slots=True)
class Frame:
    """One prepared picture: a PNG or JPEG that stands upright.

    `position` is its number among the frames of an animated picture. Of a long picture that was cut into tiles, `left`
    and `top` say where the tile lies on it, in pixels.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    position: int = 0
    left: int = 0
    top: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted. `types` are the parts of the request's `type` and `businessType`, in upper case; `deadline` is
    by `time.monotonic`, in seconds; `sha256` is of the picture's bytes as they came, "" where they are not known.
    """

    types: frozenset[str]
    request: Request
    deadline: float
    sha256: str = ""

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


@dataclass(frozen=True, slots=True)
class Findings:
    """What an engine found, or several of them together. Places are pixels of the whole picture.

    `engine` and `version` say who found it; several are joined as "embedded/1+deepcleer/v4", without a version.
    `checked` are those of the asked types that were really looked for. `verdict` is what the engine itself makes of the
    whole picture, where it says so. `sources` names the engine and version of each finding, by label path and by the id
    of a box. `failed` are engines that failed without failing the chain: then the picture is at least REVIEW. `extras`
    are fields of a v4 answer that are passed on as they came (`businessLabels`, `disposal`, `tokenLabels` …).
    """

    labels: tuple[Label, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    checked: frozenset[str] = frozenset()
    engine: str = ""
    version: str = ""
    verdict: Label | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[Message, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The engine with its version, as `sources` names it."""
        return f"{self.engine}/{self.version}" if self.version else self.engine


class Engine(Protocol):
    """Looks at pictures. May be called from several threads at once, and must not use the database."""

    @property
    def name(self) -> str: ...

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        """All frames are of one picture. Returns or raises EngineFailed before the deadline, give or take half a
        second.
        """
        ...


class EngineFailed(Exception):
    """There is no answer: never a PASS. `why` is for people; `is_busy`: the engine asks to be called less often;
    `is_ours`: the engine is not to blame, we had no time left for it or could not send.
    """

    def __init__(self, why: Message, *, is_busy: bool = False, is_ours: bool = False) -> None:
        super().__init__(english(why))
        self.why, self.is_busy, self.is_ours = why, is_busy, is_ours


def failed(code: LedgerCode, engine: str, **parameters: float | str | Message) -> EngineFailed:
    return EngineFailed(Message(code, engine=engine, **parameters))
