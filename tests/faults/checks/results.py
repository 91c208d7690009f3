"""Are all acknowledged results there, once each?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.faults.actors.results import RECORDED
from tests.faults.checks.evidence import Evidence, Finding

NOT_IN_API = "an acknowledged result is not in the API"
TWO_CASES = "one result became two cases"
ANOTHER = "the same body, sent again, was taken for another result"
STILL_WAITS = "a case has no final result after the drain"
UNKNOWN = "the API tells a result that nobody sent"


def check(evidence: Evidence) -> Iterator[Finding]:
    cases = Counter(case["requestId"] for case in evidence.cases)
    for request in evidence.acknowledged:
        if not cases[request]:
            yield Finding("lost", NOT_IN_API, request)
    for request, count in cases.items():
        if count > 1:
            yield Finding("double", TWO_CASES, f"{request}: {count}")
        if request not in evidence.sorts:
            yield Finding("unaccounted", UNKNOWN, request)
    yield from _taken_for_others(evidence)
    yield from _still_waiting(evidence)


def _taken_for_others(evidence: Evidence) -> Iterator[Finding]:
    """A result that was never changed is a repeat each time it comes again."""
    for request, answers in evidence.acknowledged.items():
        others = [one for one in answers if one["status"] == "revised"]
        if len(others) > (request in evidence.changed):
            yield Finding("double", ANOTHER, request)


def _still_waiting(evidence: Evidence) -> Iterator[Finding]:
    for case in evidence.cases:
        wanted = ["final", "recorded"][: 1 + (evidence.sorts.get(case["requestId"]) == RECORDED)]
        if case["requestId"] in evidence.acknowledged and case["state"] not in wanted:
            yield Finding("unaccounted", STILL_WAITS, f"{case['requestId']}: {case['state']}")
