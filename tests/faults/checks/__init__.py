"""What is checked after a run, from the outside alone: see `evidence`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.faults.checks import answers, decisions, deliveries, feed, leases, results
from tests.faults.checks.evidence import Evidence, Finding

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = tuple(
    module.check for module in (results, decisions, deliveries, leases, feed, answers)
)

NAMES = {
    "lost": (
        *(results.NOT_IN_API, decisions.NOT_IN_FEED, decisions.NOT_DELIVERED, decisions.DIFFERENT),
        *(deliveries.NOT_RECEIVED, feed.SKIPPED, feed.NO_EVENT),
    ),
    "double": (
        *(results.TWO_CASES, results.ANOTHER, decisions.TWO, deliveries.TWO_IDS, deliveries.TWO_BODIES),
        *(leases.TWO_PEOPLE, leases.LOST_LEASE, feed.TWICE),
    ),
    "out of order": (deliveries.OUT_OF_ORDER, feed.DISORDER),
    "silent": (deliveries.NOT_TRUE, deliveries.NO_DELIVERY, deliveries.STILL_PENDING, deliveries.DEAD),
    "unaccounted": (
        *(results.STILL_WAITS, results.UNKNOWN, decisions.UNDONE_TOLD, decisions.REFUSED_TOLD, decisions.NOBODYS),
        *(deliveries.CANCELLED, deliveries.BAD_SIGNATURE, deliveries.NOBODYS, answers.UNEXPECTED, answers.WORDLESS),
        answers.ACCOUNTING,
    ),
}
"""Every check by the group that its findings are counted in."""


def findings(evidence: Evidence) -> list[Finding]:
    found = [finding for check in CHECKS for finding in check(evidence)]
    assert all(finding.check in NAMES[finding.group] for finding in found)
    return found
