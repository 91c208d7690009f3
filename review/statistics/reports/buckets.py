"""Times in buckets that grow by a twelfth of their size, so that percentiles of any days can be added up from counts.

A percentile read from them is within ERROR_PERCENT of the exact one.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, log2

PER_OCTAVE = 8  # a bucket's end is 9 % above its begin
SHORTEST_SECONDS = 0.05
LAST = 240  # a year and a half
ERROR_PERCENT = 5


def bucket_of(seconds: float) -> int:
    if seconds <= SHORTEST_SECONDS:
        return 0
    return min(LAST, 1 + floor(PER_OCTAVE * log2(seconds / SHORTEST_SECONDS)))


def seconds_of(bucket: int) -> float:
    """The middle of the bucket, as far in proportion from its begin as from its end."""
    return float(SHORTEST_SECONDS * 2 ** ((bucket - 0.5) / PER_OCTAVE)) if bucket else SHORTEST_SECONDS


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The seconds that `share` of the times are at most; None of no times."""
    wanted, passed = max(1, ceil(share * sum(counts.values()))), 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= wanted:
            return seconds_of(bucket)
    return None
