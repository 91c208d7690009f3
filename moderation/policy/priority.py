"""Priority in minutes: each fact that moves a task up the line, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.contract.values import Label, Request, Result
from moderation.policy.policy import Boosts, Subject
from moderation.policy.taxonomy import Category, category

_ORDER = ("low", "moderate", "high", "critical")


@dataclass(frozen=True, slots=True)
class Term:
    """`minutes` is how far the task moves up; `why` is read by people."""

    term: str
    minutes: float
    why: str


def terms(result: Result, request: Request | None, subject: Subject, boosts: Boosts) -> tuple[Term, ...]:
    """Every term that moves the task, in the order they are shown."""
    found = (
        _severity(result, boosts),
        _confidence(result, boosts),
        _record(subject, boosts),
        _reach(request, boosts),
    )
    return tuple(term for term in found if term and term.minutes)


def worst_category(result: Result) -> Category | None:
    """The most severe category among the labels the machine did not pass, the overall label included."""
    paths = [result.path, *(label.path for label in result.labels if label.risk_level != "PASS")]
    known = [found for path in paths if (found := category(path.risk_label1))]
    return max(known, key=lambda found: _ORDER.index(found.severity), default=None)


def _severity(result: Result, boosts: Boosts) -> Term | None:
    worst = worst_category(result)
    if worst is None:
        return None
    return Term("severity", boosts.severity.get(worst.severity, 0), f"{worst.name_en} ({worst.severity})")


def _confidence(result: Result, boosts: Boosts) -> Term | None:
    probability = max((_risky_probability(label) for label in result.labels), default=0.0)
    minutes = round(boosts.confidence * max(0.0, probability - 0.5) * 2, 1)
    return Term("confidence", minutes, f"confidence {probability:.2f}")


def _risky_probability(label: Label) -> float:
    return 0.0 if label.risk_level == "PASS" or label.probability is None else min(label.probability, 1.0)


def _record(subject: Subject, boosts: Boosts) -> Term | None:
    minutes = min(boosts.rejected_before * subject.rejected, boosts.rejected_before_at_most)
    return Term("record", minutes, f"{subject.rejected} rejected before")


def _reach(request: Request | None, boosts: Boosts) -> Term | None:
    if request is None or not request.level:
        return None
    return Term("reach", boosts.reach * request.level, f"user level {request.level}")
