"""What a threshold does to the scores of its label: pure arithmetic, and where it is drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from moderation.policy import Section, Threshold
from review.statistics.label_scores import drawing
from review.statistics.label_scores.effect import Effect, Judging, Span, band_spans, bands, effect, joins, spans
from review.statistics.label_scores.sample import Sample

SCORES = Counter({100: 10, 420: 20, 600: 30, 830: 4, 900: 6})


PEOPLE, SCORES_DECIDE = Section("", intermediate="person"), Section("", intermediate="decide")


def sample(**more: Counter[int]) -> Sample:
    return Sample(days=2, decided_by_score=Counter(SCORES), **more)


def by_scores(of: Sample, before: Threshold, after: Threshold) -> Effect:
    return effect(of, Judging(before, SCORES_DECIDE), Judging(after, SCORES_DECIDE))


@pytest.mark.parametrize(
    ("threshold", "passed", "reviewed", "rejected"),
    [
        (Threshold(400, 850), Span(0, 399), Span(400, 849), Span(850, 1000)),
        (Threshold(), Span(0, 1000), Span(1001, 1000), Span(1001, 1000)),
        (Threshold(reject=0), Span(0, -1), Span(0, -1), Span(0, 1000)),
        (Threshold(review=0), Span(0, -1), Span(0, 1000), Span(1001, 1000)),
        (Threshold(reject=700), Span(0, 699), Span(700, 699), Span(700, 1000)),
    ],
)
def test_every_score_has_one_outcome(threshold: Threshold, passed: Span, reviewed: Span, rejected: Span) -> None:
    assert spans(threshold) == {"PASS": passed, "REVIEW": reviewed, "REJECT": rejected}
    for score in range(1001):
        (outcome,) = [name for name, span in spans(threshold).items() if span.low <= score <= span.high]
        reached = threshold.reached(score)
        assert outcome == (reached[0].upper() if reached else "PASS")


def test_what_joins_an_outcome_had_another_before() -> None:
    before, after = Threshold(400, 850), Threshold(480, 820)
    assert joins(before, after, "PASS") == Span(400, 479)
    assert joins(before, after, "REJECT") == Span(820, 849)
    assert joins(after, before, "PASS").is_empty
    assert joins(None, after, "REJECT").is_empty


def test_counts_are_a_day_before_and_after() -> None:
    found = by_scores(sample(), Threshold(400, 850), Threshold(480, 820))
    assert found.before == {"PASS": 5, "REVIEW": 27, "REJECT": 3}
    assert found.after == {"PASS": 15, "REVIEW": 15, "REJECT": 5}
    assert (found.more("REVIEW"), found.more("REJECT")) == (-12, 2)


def test_what_the_machine_left_to_people_is_reviewed_whatever_its_score_unless_scores_decide() -> None:
    left = sample(intermediate=Counter({990: 8}))
    asked, not_asked = (effect(left, None, Judging(Threshold(400, 850), one)) for one in (PEOPLE, SCORES_DECIDE))
    assert (asked.after["REVIEW"], asked.after["REJECT"]) == (31, 3)
    assert (not_asked.after["REVIEW"], not_asked.after["REJECT"]) == (27, 7)
    assert asked.before is None


def test_before_is_counted_by_the_flags_of_the_policy_in_force() -> None:
    left, same = Sample(days=2, intermediate=Counter({990: 8})), Threshold(400, 850)
    found = effect(left, Judging(same, PEOPLE), Judging(same, SCORES_DECIDE))
    assert found.before == {"PASS": 0, "REVIEW": 4, "REJECT": 0}
    assert found.after == {"PASS": 0, "REVIEW": 0, "REJECT": 4}


def test_people_contradict_in_what_changes_or_else_in_all_of_it() -> None:
    judged = sample(passed=Counter({830: 3, 450: 1, 900: 2}), rejected=Counter({830: 1, 450: 9, 900: 8}))
    found = by_scores(judged, Threshold(400, 850), Threshold(480, 820))
    assert (found.rejected_passed.span, found.rejected_passed.rate.count) == (Span(820, 849), 3)
    assert (found.passed_rejected.rate.count, found.passed_rejected.rate.n) == (9, 10)
    same = by_scores(judged, Threshold(400, 850), Threshold(400, 850))
    assert (same.rejected_passed.span, same.rejected_passed.rate.n) == (Span(850, 1000), 10)


def test_bands_hold_every_score_once() -> None:
    assert [score for span in band_spans() for score in range(span.low, span.high + 1)] == list(range(1001))
    judged = bands(Sample(passed=Counter({0: 1, 1000: 2}), rejected=Counter({999: 5})))
    assert (judged[0].count, judged[0].n, judged[9].count, judged[9].n) == (0, 1, 5, 7)


def test_bars_are_as_high_as_the_root_of_their_count() -> None:
    few, many = drawing.bars(Counter({5: 25, 1000: 100}))
    assert (few.x, many.x) == ("0.07", "99.07")
    assert float(many.height) == drawing.TALLEST
    assert float(few.height) == drawing.TALLEST / 2


def test_areas_cover_the_drawing() -> None:
    found = drawing.areas(Threshold(480, 820))
    assert [(one.x, one.width) for one in found.values()] == [("0.0", "48.0"), ("48.0", "34.0"), ("82.0", "18.0")]
    assert drawing.areas(Threshold())["REJECT"].width == "0.0"
