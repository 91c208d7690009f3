"""Percentiles from buckets are within what is said of them."""

from __future__ import annotations

from collections import Counter
from math import ceil

import pytest

from review.statistics.reports.buckets import ERROR_PERCENT, LAST, bucket_of, percentile, seconds_of
from review.statistics.reports.intervals import Rate


@pytest.mark.parametrize("seconds", [0.05, 0.0501, 0.3, 1, 2.9, 59.99, 60, 188, 3600, 86_400, 30 * 86_400])
def test_a_bucket_stands_for_its_times(seconds: float) -> None:
    assert seconds_of(bucket_of(seconds)) == pytest.approx(seconds, rel=ERROR_PERCENT / 100)


def test_buckets_have_ends() -> None:
    assert bucket_of(0) == bucket_of(-3) == 0
    assert bucket_of(1e12) == LAST


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_percentiles_are_the_exact_ones_but_for_the_bucket(share: float) -> None:
    values = [1 + (n * 7919) % 4000 / 10 for n in range(1999)]
    exact = sorted(values)[ceil(share * len(values)) - 1]
    found = percentile(Counter(map(bucket_of, values)), share)
    assert found == pytest.approx(exact, rel=ERROR_PERCENT / 100)


def test_no_times_have_no_percentile() -> None:
    assert percentile({}, 0.5) is None


def test_wilsons_interval() -> None:
    """As in the books: 8 of 10 is 49 to 94 %, none of ten 0 to 28 %."""
    assert (round(Rate(8, 10).low, 1), round(Rate(8, 10).high, 1)) == (49.0, 94.3)
    assert (round(Rate(0, 10).low, 1), round(Rate(0, 10).high, 1)) == (0.0, 27.8)
    assert (Rate(0, 0).percent, Rate(0, 0).low, Rate(0, 0).high) == (None, 0.0, 100.0)
    assert [Rate(1, n).is_few for n in (0, 1, 19, 20)] == [False, True, True, False]
