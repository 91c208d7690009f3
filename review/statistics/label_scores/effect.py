"""What a threshold does to the scores of its label, beside another one. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from moderation.policy import Section, Threshold
from review.statistics.label_scores.sample import Sample
from review.statistics.reports.intervals import Rate

HIGHEST = 1000
BAND = 100
PASS, REVIEW, REJECT = "PASS", "REVIEW", "REJECT"


@dataclass(frozen=True, slots=True)
class Span:
    """Scores from `low` to `high`, both included; none when `low` is above `high`."""

    low: int
    high: int

    @property
    def is_empty(self) -> bool:
        return self.low > self.high

    def count(self, scores: Counter[int]) -> int:
        return sum(count for score, count in scores.items() if self.low <= score <= self.high)


@dataclass(frozen=True, slots=True)
class Contradicted:
    """`rate` of the cases with a score in `span` that people decided otherwise."""

    span: Span
    rate: Rate


@dataclass(frozen=True, slots=True)
class Effect:
    """How many results a day the label alone brings to each outcome, before and after. `before` is None where the
    machine's own level counted. `rejected_passed` are those that would be rejected and people passed, `passed_rejected`
    the other way round.
    """

    before: dict[str, float] | None
    after: dict[str, float]
    rejected_passed: Contradicted
    passed_rejected: Contradicted

    def more(self, outcome: str) -> float:
        """How many more a day than before."""
        return self.after[outcome] - self.before[outcome] if self.before else 0.0


NOTHING = Span(0, -1)


def spans(threshold: Threshold) -> dict[str, Span]:
    """The scores of each outcome."""
    reject = HIGHEST + 1 if threshold.reject is None else threshold.reject
    review = min(reject, HIGHEST + 1 if threshold.review is None else threshold.review)
    return {PASS: Span(0, review - 1), REVIEW: Span(review, reject - 1), REJECT: Span(reject, HIGHEST)}


def joins(before: Threshold | None, after: Threshold, outcome: str) -> Span:
    """The scores that have this outcome after, and had another one before; an empty span where there are none. It is
    asked of PASS and REJECT, which grow from an end of the scale.
    """
    if before is None:
        return NOTHING
    was, now = spans(before)[outcome], spans(after)[outcome]
    return Span(was.high + 1, now.high) if outcome == PASS else Span(now.low, was.low - 1)


@dataclass(frozen=True, slots=True)
class Judging:
    """A threshold, and the section whose flags apply where it stands."""

    threshold: Threshold
    flags: Section

    @property
    def asks_people(self) -> bool:
        """Whether what the machine left to a person is reviewed whatever its score."""
        return self.flags.intermediate == "person"


def effect(sample: Sample, then: Judging | None, now: Judging) -> Effect:
    """Of the policy in force, `then`, and of the draft, each with its own flags."""
    before, after = then.threshold if then else None, now.threshold
    return Effect(
        _a_day(sample, then) if then else None,
        _a_day(sample, now),
        _contradicted(before, after, REJECT, of=sample.passed, other=sample.rejected),
        _contradicted(before, after, PASS, of=sample.rejected, other=sample.passed),
    )


def band_spans() -> list[Span]:
    """Bands of 100 scores; the last takes 1000 in."""
    return [Span(low, low + BAND - 1 if low + BAND < HIGHEST else HIGHEST) for low in range(0, HIGHEST, BAND)]


def bands(sample: Sample) -> list[Rate]:
    """How many people rejected, in each band."""
    return [
        Rate(span.count(sample.rejected), span.count(sample.rejected) + span.count(sample.passed))
        for span in band_spans()
    ]


def _a_day(sample: Sample, judging: Judging) -> dict[str, float]:
    by_score = spans(judging.threshold)
    counted = {name: float(span.count(sample.decided_by_score)) for name, span in by_score.items()}
    if judging.asks_people:
        counted[REVIEW] += sample.intermediate.total()
    else:
        for name, span in by_score.items():
            counted[name] += span.count(sample.intermediate)
    return {name: count / sample.days for name, count in counted.items()}


def _contradicted(
    before: Threshold | None, after: Threshold, outcome: str, *, of: Counter[int], other: Counter[int]
) -> Contradicted:
    """In what joins this outcome, or else in all that has it."""
    joined = joins(before, after, outcome)
    span = spans(after)[outcome] if joined.is_empty else joined
    return Contradicted(span, Rate(span.count(of), span.count(of) + span.count(other)))
