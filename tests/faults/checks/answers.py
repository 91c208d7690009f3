"""Were all answers among those that are promised: success, a named refusal, or "try again"?"""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.checks.evidence import Evidence, Finding

WORDLESS = "a call was told to come again, and not why"
UNEXPECTED = "a call was answered as nobody was promised"
ACCOUNTING = "the product itself counts something as unaccounted"
PROMISED = (409, 422, 429, 503)


def check(evidence: Evidence) -> Iterator[Finding]:
    for one in evidence.answers:
        if one["status"] not in PROMISED:
            said = " ".join(one["body"].split())[:160]
            yield Finding(
                "unaccounted", UNEXPECTED, f"{one['status']} to {one.get('verb', 'a sender or reader')}: {said}"
            )
        elif one["status"] in (429, 503) and '"detail"' not in one["body"]:
            yield Finding("unaccounted", WORDLESS, f"{one['status']}: {one['body'][:160]!r}")
    if evidence.unaccounted:
        yield Finding("unaccounted", ACCOUNTING, f"{evidence.unaccounted:g}")
