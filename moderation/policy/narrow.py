"""Apply what a call asked of policy to what its sections made of one label. Stricter only, unless it may loosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from moderation.contract.evidence import NORMAL, UNCHECKED, UNNAMED
from moderation.contract.narrowing import Narrowing
from moderation.contract.values import RiskLevel
from moderation.policy.chain import Bound, Link
from moderation.policy.sections import Section, Threshold

ALWAYS = frozenset({"", NORMAL, UNCHECKED, UNNAMED})  # what is said of the picture as a whole is never left out


def narrowed(link: Link, keys: tuple[str, ...], narrowing: Narrowing, fitting: Sequence[Section]) -> Link:
    """`link` is by the `fitting` sections alone; `keys` are its label's."""
    if link.label not in ALWAYS and not narrowing.asks_for(keys):
        return Link(link.label, link.score, RiskLevel.PASS, "", "not-asked")
    asked = narrowing.threshold(keys)
    if asked is None or link.score is None:
        return link
    bound = Bound(asked[0], "reject", asked[1])
    if link.score >= bound.number:
        return link if link.level is RiskLevel.REJECT else _by_call(link, RiskLevel.REJECT, bound)
    if narrowing.may_loosen and link.level is RiskLevel.REJECT:
        return _loosened(link, bound, _threshold(keys, fitting))
    return link


def _loosened(link: Link, bound: Bound, threshold: Threshold | None) -> Link:
    """Rejected by policy, below the call's number: what is left is the review, where the section has one."""
    if link.by != "threshold" or threshold is None:
        return _by_call(link, RiskLevel.REVIEW, bound)
    reviewed = threshold.review is not None and link.score is not None and link.score >= threshold.review
    return _by_call(link, RiskLevel.REVIEW if reviewed else RiskLevel.PASS, bound)


def _threshold(keys: tuple[str, ...], fitting: Sequence[Section]) -> Threshold | None:
    hits = (section.thresholds[key] for section in fitting for key in keys if key in section.thresholds)
    return next(hits, None)


def _by_call(link: Link, level: RiskLevel, bound: Bound) -> Link:
    return replace(link, level=level, section="", by="call", threshold=bound)
