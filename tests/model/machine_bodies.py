"""The bodies and policies behind the words of the model."""

from __future__ import annotations

from typing import Any

from tests.factories import bodies
from tests.factories.policy_decisions import SECTION, scored

_AD = {"riskLabel1": "ad", "riskLabel2": "", "riskLabel3": "", "riskDescription": "ad", "allLabels": []}
_NORMAL = {"riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal", "allLabels": []}
KINDS: dict[str, dict[str, Any]] = {
    "unsure": scored(0.5),
    "surely fine": scored(0.1),
    "surely porn": scored(0.9),
    "ad": _AD,
    "clean": _NORMAL | {"riskLevel": "PASS", "finalResult": 1},
    "failed": {"code": 1903, "message": "failed"},
}
"""What is not as usual in the machine's result."""

_RULES = [{"name": "porn", "riskLabel1": ["porn"], "queue": "nudity"}]
POLICIES: dict[str, dict[str, Any]] = {"people": {"rules": _RULES}, "alone": {"rules": _RULES, "sections": [SECTION]}}


def body(name: str, kind: str, *, serial: int) -> dict[str, Any]:
    """A result of the case `name`; no two are the same, so that none is a repeat."""
    changes = KINDS[kind] | {"requestId": name, "auxInfo": {"serial": serial}, "riskDetail": {}}
    return bodies.envelope(data={"tokenId": ""}, **changes)
