"""Is every decision that was acknowledged told, as it was made, and none that was taken back?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.checks.evidence import Evidence, Finding, Row

NOT_IN_FEED = "an acknowledged decision is not in the feed"
NOT_DELIVERED = "an acknowledged decision was not delivered"
DIFFERENT = "a decision was told differently from how it was made"
TWO = "a case has two decisions without having been reopened"
UNDONE_TOLD = "a decision that was undone was told"
REFUSED_TOLD = "a decision that was refused was told"
NOBODYS = "a decision that nobody made was told"


def check(evidence: Evidence) -> Iterator[Finding]:
    in_feed, delivered = _by_decision(evidence.events), _by_decision(evidence.accepted)
    excused = {
        (one["requestId"], one["revision"]) for one in evidence.deliveries if one["state"] in ("dead", "pending")
    }
    for decision in evidence.decisions.values():
        if not decision.stands:
            continue
        told = in_feed.get(decision.decision_id)
        if told is None:
            yield Finding("lost", NOT_IN_FEED, f"{decision.decision_id} on {decision.request_id}")
        if decision.decision_id not in delivered and (
            told is None or (decision.request_id, told["revision"]) not in excused
        ):
            yield Finding("lost", NOT_DELIVERED, f"{decision.decision_id} on {decision.request_id}")
    yield from _told_wrongly(evidence, [*evidence.events, *evidence.webhooks])
    yield from _two(evidence)


def _by_decision(told: list[Row]) -> dict[str, Row]:
    return {one["decisionId"]: one for one in told if one.get("decisionId")}


def _told_wrongly(evidence: Evidence, told: list[Row]) -> Iterator[Finding]:
    for one in told:
        if not one.get("decisionId"):
            continue
        decision = evidence.decisions.get(one["decisionId"])
        if decision is None or decision.request_id != one["requestId"]:
            yield Finding("unaccounted", NOBODYS, f"{one['decisionId']} on {one['requestId']}")
        elif decision.is_undone:
            yield Finding("unaccounted", UNDONE_TOLD, f"{one['decisionId']} on {one['requestId']}")
        elif decision.is_refused:
            yield Finding("unaccounted", REFUSED_TOLD, f"{one['decisionId']} on {one['requestId']}")
        elif one["riskLevel"] != decision.verdict:
            yield Finding("lost", DIFFERENT, f"{one['decisionId']}: {decision.verdict}, told as {one['riskLevel']}")


def _two(evidence: Evidence) -> Iterator[Finding]:
    standing: dict[str, set[str]] = defaultdict(set)
    for decision in evidence.decisions.values():
        if decision.stands:
            standing[decision.case_id].add(decision.decision_id)
    for event in evidence.events:
        if event["decisionId"]:
            standing[event["caseId"]].add(event["decisionId"])
    allowed = Counter(evidence.reopened)
    for case_id, decisions in standing.items():
        if len(decisions) > 1 + allowed[case_id]:
            yield Finding("double", TWO, f"case {case_id}: {', '.join(sorted(decisions))}")
