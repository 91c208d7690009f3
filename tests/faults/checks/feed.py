"""Does a reader of /api/v1/events miss nothing, and is it told revisions in their order?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.checks.evidence import Evidence, Finding, Row

SKIPPED = "an event was never told to a reader who follows the feed"
TWICE = "an event is in the feed twice"
DISORDER = "the feed tells revisions of a case out of order"
NO_EVENT = "a final result was delivered and is not in the feed"


def check(evidence: Evidence) -> Iterator[Finding]:
    followed = Counter(map(_key, evidence.followed))
    read = Counter(map(_key, evidence.events))
    for event in read:
        if not followed[event]:
            yield Finding("lost", SKIPPED, f"{event}")
    for counted, by in ((read, "the API"), (followed, "the reader")):
        yield from (Finding("double", TWICE, f"{event}, {by}") for event, count in counted.items() if count > 1)
    yield from _disorder(evidence.events)
    told = {event["decisionId"] for event in evidence.events}
    for decision in {one["decisionId"] for one in evidence.accepted if one["decisionId"]} - told:
        yield Finding("lost", NO_EVENT, decision)


def _key(event: Row) -> tuple[str, int]:
    return event["requestId"], event["revision"]


def _disorder(events: list[Row]) -> Iterator[Finding]:
    last: dict[str, int] = defaultdict(int)
    for event in events:
        if event["revision"] != last[event["requestId"]] + 1:
            before = last[event["requestId"]]
            yield Finding("out of order", DISORDER, f"{event['requestId']}: {event['revision']} after {before}")
        last[event["requestId"]] = event["revision"]
