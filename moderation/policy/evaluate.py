"""Evaluate a result by the thresholds of a policy's sections. Pure and total: every result gets an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.contract.values import Label, LabelPath, Result, RiskLevel
from moderation.policy.chain import Bound, Evaluation, Link
from moderation.policy.facts import Facts
from moderation.policy.narrow import narrowed
from moderation.policy.policy import Policy
from moderation.policy.sections import Section, keys
from moderation.policy.taxonomy import Taxonomy
from moderation.scores import score

_STRICTNESS = {RiskLevel.PASS: 0, RiskLevel.REVIEW: 1, RiskLevel.REJECT: 2}
_OF_WHICH = {"review": RiskLevel.REVIEW, "reject": RiskLevel.REJECT}
_NO_SECTION = Section("")  # what a call's own thresholds narrow where no section fits: the machine's levels


def evaluate(facts: Facts, policy: Policy, taxonomy: Taxonomy) -> Evaluation | None:
    """None where nothing is decided: no section fits, nor does the call ask for labels or thresholds of its own, the
    machine failed, or a person judged the result.
    """
    result, narrowing = facts.result, facts.narrowing
    if not (policy.sections or narrowing) or not result.succeeded or result.result_type == 1:
        return None
    fitting = [section for section in policy.by_specificity if section.scope.fits(facts)]
    if not (fitting or narrowing):
        return None
    links = sorted(_links(facts, fitting or [_NO_SECTION], taxonomy), key=_strictest_first)
    return _outcome(result, fitting[0] if fitting else _NO_SECTION, tuple(links))


def deciding_label(result: Result, evaluation: Evaluation, taxonomy: Taxonomy) -> Label | None:
    """The label that decided; None when it is the result's own."""
    wanted = evaluation.chain[0].label
    return next((label for label in result.labels if _named(label.path, taxonomy) == wanted), None)


def _outcome(result: Result, section: Section, links: tuple[Link, ...]) -> Evaluation:
    """The strictest label decides, unless the section sends its verdict to a person."""
    first = links[0]
    if result.final_result == 0 and section.intermediate == "person":
        asked = Link("", None, RiskLevel.REVIEW, section.name, "intermediate")
        return Evaluation(RiskLevel.REVIEW, (asked, *links))
    if first.level is RiskLevel.REJECT and section.after_reject == "confirm":
        asked = Link(first.label, first.score, RiskLevel.REVIEW, section.name, "confirm", first.threshold)
        return Evaluation(RiskLevel.REVIEW, (asked, *links))
    return Evaluation(first.level, links)


def _links(facts: Facts, fitting: Sequence[Section], taxonomy: Taxonomy) -> list[Link]:
    """One for each label, and one for the result's own unless it is among them."""
    result, narrowing = facts.result, facts.narrowing
    told = [(keys(label.path, taxonomy), _link(label, result, fitting, taxonomy)) for label in result.labels]
    own = keys(result.path, taxonomy)
    if own not in [found for found, _ in told]:
        level = result.risk_level or RiskLevel.REVIEW
        told.append((own, Link(_named(result.path, taxonomy), None, level, fitting[0].name, "machine")))
    if narrowing is None:
        return [link for _, link in told]
    return [narrowed(link, found, narrowing, fitting) for found, link in told]


def _link(label: Label, result: Result, fitting: Sequence[Section], taxonomy: Taxonomy) -> Link:
    path, points, flags = _named(label.path, taxonomy), score(label.probability), fitting[0]
    if points is not None:
        found = keys(label.path, taxonomy)
        hits = ((section, key) for section in fitting for key in found if key in section.thresholds)
        if hit := next(hits, None):
            return _by_threshold(path, points, *hit)
        if flags.otherwise != "machine":
            return Link(path, points, RiskLevel(flags.otherwise), flags.name, "otherwise")
    level = label.risk_level or result.risk_level or RiskLevel.REVIEW
    return Link(path, points, level, flags.name, "machine")


def _by_threshold(path: str, points: int, section: Section, key: str) -> Link:
    threshold = section.thresholds[key]
    reached = threshold.reached(points)
    level = _OF_WHICH[reached[0]] if reached else RiskLevel.PASS
    told = reached or threshold.lowest
    return Link(path, points, level, section.name, "threshold", Bound(key, *told) if told else None)


def _named(path: LabelPath, taxonomy: Taxonomy) -> str:
    return "/".join(taxonomy.key(path)).rstrip("/")


def _strictest_first(link: Link) -> tuple[int, int, str, str]:
    return -_STRICTNESS[link.level], -1 if link.score is None else -link.score - 1, link.label, link.by
