"""Compare the stored facts and scores of every case with those of the result that it stands on, read from its body."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from moderation.models import LabelScore, MachineResult, ResultFacts
from moderation.policy.stored_facts import facts_columns, score_columns
from moderation.policy_versions.past_facts import facts_of


def check_all() -> int:
    """How many cases were compared."""
    results = MachineResult.objects.filter(revision=F("case__stands_on")).select_related("case__app")
    facts = dict(zip([one.case_id for one in results], facts_of(results), strict=True))
    told = {one.case_id: (one.revision, one.received_at, one.case.app_id) for one in results}
    rows = {row.case_id: row for row in ResultFacts.objects.all()}
    assert sorted(rows) == sorted(facts)
    for case, row in rows.items():
        was = row.revision, row.received_at, row.app_id
        assert was == told[case]
        expected = facts_columns(facts[case])
        assert {name: getattr(row, name) for name in expected} == expected
        assert labels(case) == score_columns(facts[case].result)
    return len(rows)


def labels(case: int) -> list[dict[str, Any]]:
    names = ("place", "label", "spelt", "score", "probability", "confidence_level", "risk_level")
    return list(LabelScore.objects.filter(case=case).order_by("place").values(*names))
