"""The labels: registered as first seen, listed, named and rated by administrators, found by typing."""

from moderation.labels import naming, registration, search
from moderation.labels.catalogue import NO_SEVERITY, coverage, listed
from moderation.labels.known import closest, refusal, unknown, unknown_patterns
from moderation.labels.naming import EDITED, in_force, name
from moderation.labels.registration import register
from moderation.labels.search import Found, everything, matching, threshold_key
from moderation.labels.severity import critical_label, severity_of, worst_of

__all__ = [
    "EDITED",
    "NO_SEVERITY",
    "Found",
    "closest",
    "coverage",
    "critical_label",
    "everything",
    "forget",
    "in_force",
    "listed",
    "matching",
    "name",
    "refusal",
    "register",
    "severity_of",
    "threshold_key",
    "unknown",
    "unknown_patterns",
    "worst_of",
]


def forget() -> None:
    """Drop this process's caches."""
    for part in (naming, registration, search):
        part.forget()
