"""What the scores of the last weeks say about one label's threshold: its drawing, its effect, the nearest cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import User
from moderation import labels
from moderation.policy import Policy, Threshold
from review.policy_editor import handling
from review.policy_editor.thresholds.label_here import LabelHere
from review.presentation import case_card
from review.presentation.case_card import CaseCard
from review.statistics.label_scores import drawing, effect
from review.statistics.label_scores.asked import Asked, asked
from review.statistics.label_scores.drawing import Area, Bar
from review.statistics.label_scores.effect import Effect, Judging
from review.statistics.label_scores.nearest import nearest
from review.statistics.label_scores.sample import Sample, first_case, sample
from review.statistics.label_scores.seen import FirstCase
from review.statistics.reports.intervals import Rate

MACHINE = Threshold()  # drawn where the machine's own level counts: no zones


@dataclass(frozen=True, slots=True)
class Band:
    """A hundred scores: how many results a day, and how many people rejected of those they decided."""

    low: int
    high: int
    a_day: float
    outcome: str
    upheld: Rate

    @property
    def shade(self) -> int:
        """From 0 to 9, for the darkness of its cell."""
        return min(9, int((self.upheld.percent or 0) // 10))


@dataclass(frozen=True, slots=True)
class Near:
    card: CaseCard
    score: int


@dataclass(frozen=True, slots=True)
class Scores:
    """`effect` is None where no threshold counts. `minutes` are the staff's a day, more or less, None when nobody has
    decided anything lately.
    """

    sample: Sample
    bars: list[Bar]
    areas: Mapping[str, Area]
    changes: Mapping[str, Area]
    effect: Effect | None
    bands: list[Band]
    minutes: float | None
    around: int | None
    near: list[Near]

    @property
    def is_empty(self) -> bool:
        return not self.sample.total


def scores(draft: Policy, here: LabelHere, known: Collection[str], *, user: User) -> Scores:
    which = asked(draft, here.place.scope, here.label.key, known, labels.in_force())
    start, counts = first_case(), here.counts or MACHINE
    found = sample(which, start)
    done = _effect(found, here)
    around = _number_to_look_around(here)
    return Scores(
        found,
        drawing.bars(found.decided_by_score + found.intermediate),
        drawing.areas(counts),
        drawing.changes(here.before if here.counts else None, counts),
        done,
        _bands(found, here),
        _minutes(done),
        around,
        [] if around is None else _near(which, around, start, user),
    )


def _effect(found: Sample, here: LabelHere) -> Effect | None:
    if here.counts is None:
        return None
    then = Judging(here.before, here.flags_before) if here.before else None
    return effect.effect(found, then, Judging(here.counts, here.flags))


def _bands(found: Sample, here: LabelHere) -> list[Band]:
    all_scores = found.decided_by_score + found.intermediate
    spans = effect.band_spans()
    return [
        Band(span.low, span.high, span.count(all_scores) / found.days, _outcome(span.low, here), rate)
        for span, rate in zip(spans, effect.bands(found), strict=True)
    ]


def _outcome(score: int, here: LabelHere) -> str:
    if here.counts is None:
        return ""
    return next(name for name, span in effect.spans(here.counts).items() if span.low <= score <= span.high)


def _minutes(done: Effect | None) -> float | None:
    seconds = handling.seconds_per_case()
    return None if done is None or seconds is None else done.more(effect.REVIEW) * seconds / 60


def _number_to_look_around(here: LabelHere) -> int | None:
    """The one that has been changed, the reject number before the review number."""
    if here.counts is None:
        return None
    now = (here.counts.reject, here.counts.review)
    then = (here.before.reject, here.before.review) if here.before else (None, None)
    moved = [one for one, was in zip(now, then, strict=True) if one is not None and one != was]
    return next(iter([*moved, *(one for one in now if one is not None)]), None)


def _near(which: Asked, around: int, start: FirstCase | None, user: User) -> list[Near]:
    found = nearest(which, around, start)
    cards = {card.case.pk: card for card in case_card.of_cases([case for case, _ in found], user=user)}
    return [Near(cards[case.pk], score) for case, score in found if case.pk in cards]
