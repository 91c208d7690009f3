"""Put a verdict into the customer's own labels. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.contract.evidence import NOTHING_FOUND
from moderation.contract.values import LabelPath, RiskLevel
from moderation.policy.sections import ANY_LABEL, keys
from moderation.policy.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Own:
    """A verdict in the customer's terms. `risk_level` "" is the one that was decided, and without a description their
    labels are it, joined as the contract joins them.
    """

    risk_label1: str
    risk_label2: str = ""
    risk_label3: str = ""
    risk_description: str = ""
    risk_level: str = ""

    def disposal(self, level: RiskLevel) -> dict[str, str]:
        labels = (self.risk_label1, self.risk_label2, self.risk_label3)
        return {
            "riskLevel": self._level(level),
            **dict(zip(("riskLabel1", "riskLabel2", "riskLabel3"), labels, strict=True)),
            "riskDescription": self.risk_description or ": ".join(filter(None, labels)),
        }

    def _level(self, decided: RiskLevel) -> str:
        """What waits for a person does not pass meanwhile, whatever a rejection for this label is told as."""
        is_undecided = decided is RiskLevel.REVIEW
        return decided.value if is_undecided and self.risk_level == RiskLevel.PASS else self.risk_level or decided.value


OwnLabels = Mapping[str, Own]
"""Of one app, by the key of our label (`moderation.policy.sections.label_key`)."""


def disposal(own: OwnLabels, *, level: RiskLevel, path: LabelPath, taxonomy: Taxonomy) -> dict[str, str] | None:
    """The verdict in the customer's terms; None where the app maps nothing, or not this label."""
    if not own:
        return None
    if level is RiskLevel.PASS:
        return {"riskLevel": level.value, **NOTHING_FOUND}
    key = key_for(own, path, taxonomy)
    return own[key].disposal(level) if key else None


def key_for(own: OwnLabels, path: LabelPath, taxonomy: Taxonomy) -> str | None:
    """The most specific entry for a label: of itself, of a level above, or the default disposition."""
    return next((key for key in keys(path, taxonomy) if key in own), None)


def is_unmapped(own: OwnLabels, path: LabelPath, taxonomy: Taxonomy) -> bool:
    """Whether a label has no entry but the default disposition."""
    return key_for(own, path, taxonomy) in (None, ANY_LABEL)
