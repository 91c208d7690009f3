"""Write what engines found, or did not, as an image v4 result: before policy judges it."""

from __future__ import annotations

from typing import Any

from moderation.contract.evidence import UNCHECKED
from moderation.contract.values import RiskLevel
from moderation.engines.join import verdict_of
from moderation.engines.protocol import Findings
from moderation.engines.result import v4_result
from moderation.engines.sound import size_of
from moderation.gateway.asked import Asked
from moderation.gateway.codes import WRONG_PARAMETERS, Refused
from moderation.gateway.pictures import Seen


def body_of_findings(asked: Asked, found: Findings, seen: Seen, *, milliseconds: int) -> dict[str, Any]:
    """Raises Refused where the app wants no answer about labels that none of its engines can give."""
    unchecked = asked.types - found.checked
    uncovered = asked.app.Uncovered
    if unchecked and asked.app.uncovered == uncovered.REFUSE:
        named = ", ".join(sorted(unchecked))
        raise Refused(WRONG_PARAMETERS, f"type: No engine of this app can check {named}.")
    doubts = [f"not checked: {', '.join(sorted(unchecked))}"] if unchecked else []
    if asked.app.uncovered == uncovered.ANSWER:
        doubts = []
    doubts += ["an engine failed"] if found.failed else []
    doubts += ["not all frames could be decoded"] if seen.is_short else []
    body = v4_result(
        found,
        request_id=asked.full_id,
        bt_id=asked.bt_id,
        size=size_of(seen.frames),
        segments=len(seen.frames),
        not_checked=unchecked,
        aux=_aux(asked, milliseconds, downloadTime=seen.download_ms),
    )
    return _doubted(body, found, doubts) if doubts else body


def body_for_a_person(asked: Asked, why: str, *, milliseconds: int) -> dict[str, Any]:
    """Nothing could be found out: a person looks at the picture."""
    found = Findings()
    aux = _aux(asked, milliseconds)
    body = v4_result(found, request_id=asked.full_id, bt_id=asked.bt_id, not_checked=asked.types, aux=aux)
    return _doubted(body, found, [why])


def _doubted(body: dict[str, Any], found: Findings, doubts: list[str]) -> dict[str, Any]:
    """At least REVIEW, by a label of its own: whatever the thresholds of the others are, it does not pass."""
    doubt = {"riskLevel": RiskLevel.REVIEW.value, "riskLabel1": UNCHECKED, "riskLabel2": "", "riskLabel3": ""}
    doubt |= {"riskDescription": "; ".join(doubts)}
    passed = verdict_of(found).risk_level is RiskLevel.PASS
    return body | {"allLabels": [*body["allLabels"], doubt]} | (doubt if passed else {})


def _aux(asked: Asked, milliseconds: int, **more: Any) -> dict[str, Any]:
    echoed = {} if asked.request.pass_through is None else {"passThrough": asked.request.pass_through}
    return {"totalProcessTime": milliseconds} | more | echoed
