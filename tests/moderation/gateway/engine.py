"""An engine of the tests: it finds what it is told to, and remembers what it was shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from moderation.contract.values import Box, Evidence, Label, LabelPath, RiskLevel
from moderation.engines.protocol import Ask, EngineFailed, Findings, Frame
from moderation.messages import LedgerCode, Message

EVERYTHING = frozenset({"POLITY", "EROTIC", "VIOLENT", "BAN", "QRCODE", "ADVERT", "IMGTEXTRISK", "BOCR", "MINOR"})


def label(
    path: str, probability: float | None = 0.5, level: RiskLevel = RiskLevel.REVIEW, evidence: tuple[str, ...] = ()
) -> Label:
    return Label(LabelPath(*path.split("/")), level, path.replace("/", ": "), probability, evidence=evidence)


def found(*labels: Label, boxes: tuple[Box, ...] = ()) -> Findings:
    evidence = Evidence(boxes=boxes, counts={box.kind: 1 for box in boxes})
    return Findings(labels, evidence, EVERYTHING, "stub", "1")


CLEAN = found()


@dataclass
class StubEngine:
    """`finds` are findings, or a function that makes them or raises."""

    finds: Findings | Callable[[Sequence[Frame], Ask], Findings] = CLEAN
    name: str = "stub"
    shown: list[tuple[tuple[Frame, ...], Ask]] = field(default_factory=list)

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        self.shown.append((tuple(frames), ask))
        findings = self.finds(frames, ask) if callable(self.finds) else self.finds
        return replace(findings, checked=findings.checked & ask.types)


def fails(frames: Sequence[Frame], ask: Ask) -> Findings:
    raise EngineFailed(Message(LedgerCode.ENGINE_BROKEN, engine="stub", detail="test"))
