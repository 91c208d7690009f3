"""Compute priority in minutes: each fact that moves a task up its queue, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.contract.values import Label, LabelPath, Request, Result
from moderation.messages import LedgerCode, Message
from moderation.policy.facts import Facts, Subject
from moderation.policy.policy import Boosts
from moderation.policy.taxonomy import Severity, Taxonomy


@dataclass(frozen=True, slots=True)
class Term:
    """`minutes` is how far the task moves up."""

    term: str
    minutes: float
    why: Message


_BY_SEVERITY: Mapping[Severity, LedgerCode] = {
    "critical": LedgerCode.PRIORITY_CRITICAL,
    "high": LedgerCode.PRIORITY_HIGH,
    "moderate": LedgerCode.PRIORITY_MODERATE,
    "low": LedgerCode.PRIORITY_LOW,
}


def terms(facts: Facts, *, boosts: Boosts, taxonomy: Taxonomy) -> tuple[Term, ...]:
    """Every term that moves the task, in the order they are shown."""
    found = (
        _severity(facts.result, boosts, taxonomy),
        _confidence(facts.result, boosts),
        _record(facts.subject, boosts),
        _reach(facts.request, boosts),
    )
    return tuple(term for term in found if term and term.minutes)


def worst_label(result: Result, taxonomy: Taxonomy) -> tuple[LabelPath, Severity] | None:
    """The most severe label that the machine did not pass, the overall one included; None when none is rated."""
    paths = [result.path, *(label.path for label in result.labels if label.risk_level != "PASS")]
    return taxonomy.worst(paths)


def _severity(result: Result, boosts: Boosts, taxonomy: Taxonomy) -> Term | None:
    worst = worst_label(result, taxonomy)
    if worst is None:
        return None
    path, severity = worst
    return Term("severity", boosts.severity.get(severity, 0), Message(_BY_SEVERITY[severity], label=str(path)))


def _confidence(result: Result, boosts: Boosts) -> Term | None:
    probability = max((_risky_probability(label) for label in result.labels), default=0.0)
    minutes = round(boosts.confidence * max(0.0, probability - 0.5) * 2, 1)
    return Term("confidence", minutes, Message(LedgerCode.PRIORITY_CONFIDENCE, probability=round(probability, 2)))


def _risky_probability(label: Label) -> float:
    return 0.0 if label.risk_level == "PASS" or label.probability is None else min(label.probability, 1.0)


def _record(subject: Subject, boosts: Boosts) -> Term | None:
    minutes = min(boosts.rejected_before * subject.rejected, boosts.rejected_before_at_most)
    return Term("record", minutes, Message(LedgerCode.PRIORITY_RECORD, number=subject.rejected))


def _reach(request: Request | None, boosts: Boosts) -> Term | None:
    if request is None or not request.level:
        return None
    return Term("reach", boosts.reach * request.level, Message(LedgerCode.PRIORITY_REACH, number=request.level))
