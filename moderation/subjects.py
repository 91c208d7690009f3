"""The record of a subject: what people decided about their pictures so far."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, Max, OuterRef, Q

from moderation.models import FinalResult
from moderation.policy import Subject

Key = tuple[int, str]
"""The app's row and the `tokenId`: history is kept per app."""


def records_of(keys: Iterable[Key]) -> dict[Key, Subject]:
    """The records of several subjects; who has none is left out. Results taken back or corrected do not count."""
    wanted = {key for key in keys if key[1]}
    if not wanted:
        return {}
    one_of = Q()
    for app, token_id in wanted:
        one_of |= Q(case__app=app, case__token_id=token_id)
    later = FinalResult.objects.filter(case=OuterRef("case"), voided_at=None, revision__gt=OuterRef("revision"))
    standing = FinalResult.objects.filter(~Exists(later), one_of, result_type=1, voided_at=None)
    rejected = Q(risk_level="REJECT")
    counted = standing.values_list("case__app_id", "case__token_id").annotate(
        decided=Count("pk"),
        rejected=Count("pk", filter=rejected),
        last_rejected_at=Max("decided_at", filter=rejected),
    )
    return {(app, token_id): Subject(*facts) for app, token_id, *facts in counted}


def record_of(key: Key) -> Subject:
    return records_of([key]).get(key, Subject())
