"""The deciding chain: what each label of a result counted as, and by which number of which section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from moderation.contract.evidence import NORMAL
from moderation.contract.values import LabelPath, RiskLevel
from moderation.messages import LedgerCode, Message
from moderation.policy.sections import Which
from moderation.policy.taxonomy import CRITICAL, Taxonomy

LINKS_STORED = 20  # of a chain: the strictest; a result can have 2,000 labels

By = Literal["threshold", "machine", "otherwise", "intermediate", "confirm", "call", "not-asked"]


@dataclass(frozen=True, slots=True)
class Bound:
    """The number that a score reached, or is below. `label` is the key it was found under: the label's own, a level
    above, or `*`.
    """

    label: str
    which: Which
    number: int

    def as_json(self) -> dict[str, Any]:
        return {"label": self.label, "which": self.which, "number": self.number}


@dataclass(frozen=True, slots=True)
class Link:
    """What one label counted as. `label` is its path with level 1 canonical, "" where it is about the whole result;
    `score` is None without a probability. `section` is the one that the threshold, or else the flag, is of, "" where
    the call itself said so.
    """

    label: str
    score: int | None
    level: RiskLevel
    section: str
    by: By
    threshold: Bound | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "score": self.score,
            "riskLevel": self.level.value,
            "threshold": self.threshold.as_json() if self.threshold else None,
            "section": self.section,
            "by": self.by,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the sections of a policy make of a result. `chain` begins with the deciding link, the others by strictness;
    it is never empty. `section` is the one that decided.
    """

    outcome: RiskLevel
    chain: tuple[Link, ...]

    @property
    def section(self) -> str:
        return self.chain[0].section

    def why(self) -> Message:
        deciding, *others = self.chain
        if deciding.by == "confirm":
            return Message(LedgerCode.CHAIN_CONFIRM, reason=_reason(others[0]))
        return _reason(deciding)

    def stored(self) -> list[dict[str, Any]]:
        """The strictest links, each with why it counts so, for a route."""
        whys = (self.why(), *map(_reason, self.chain[1:]))
        return [link.as_json() | {"why": why} for link, why in zip(self.chain[:LINKS_STORED], whys, strict=False)]

    def as_json(self) -> list[dict[str, Any]]:
        """The same for backends, which read no messages."""
        return [link.as_json() for link in self.chain[:LINKS_STORED]]

    def is_critical(self, taxonomy: Taxonomy) -> bool:
        """Whether a critical label is reviewed or rejected."""
        strict = (link.label for link in self.chain if link.level != RiskLevel.PASS)
        return any(taxonomy.severity(LabelPath(*label.split("/", 2))) == CRITICAL for label in strict)


def _reason(link: Link) -> Message:
    if link.by == "intermediate":
        return Message(LedgerCode.ROUTE_INTERMEDIATE)
    if link.by == "not-asked":
        return Message(LedgerCode.CHAIN_NOT_ASKED, label=link.label)
    if link.by == "call" and link.score is not None and link.threshold:
        return Message(_BY_CALL[link.level], label=link.label, score=link.score, threshold=link.threshold.number)
    if link.by == "threshold" and link.score is not None:
        return _of_score(link, link.score)
    if not link.section:
        return Message(LedgerCode.CHAIN_CALL_MACHINE, label=link.label or NORMAL, level=str(link.level))
    if not link.label:
        return Message(LedgerCode.CHAIN_RESULT, level=str(link.level), section=link.section)
    code = LedgerCode.CHAIN_OTHERWISE if link.by == "otherwise" else LedgerCode.CHAIN_MACHINE
    return Message(code, label=link.label, level=str(link.level), section=link.section)


_BY_LEVEL = {
    RiskLevel.PASS: LedgerCode.CHAIN_BELOW,
    RiskLevel.REVIEW: LedgerCode.CHAIN_REVIEWED,
    RiskLevel.REJECT: LedgerCode.CHAIN_REJECTED,
}


_BY_CALL = {
    RiskLevel.PASS: LedgerCode.CHAIN_CALL_BELOW,
    RiskLevel.REVIEW: LedgerCode.CHAIN_CALL_REVIEWED,
    RiskLevel.REJECT: LedgerCode.CHAIN_CALL_REJECTED,
}


def _of_score(link: Link, score: int) -> Message:
    told: dict[str, str | int] = {"label": link.label, "score": score, "section": link.section}
    if link.threshold is None:
        return Message(LedgerCode.CHAIN_ALLOWED, **told)
    return Message(_BY_LEVEL[link.level], **told, threshold=link.threshold.number)
