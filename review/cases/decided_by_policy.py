"""Keep where cases that policy decided alone would have waited, also for those of before that was kept.

A chunk is one transaction: it locks the row that says how far the others came, and moves it behind its cases. So it
goes on after whatever ended the process, and two processes never work on the same cases.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import monotonic

from django.db import transaction
from django.db.models import F

from moderation import cache_versions, labels
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import BUILT_IN, queue_if_reviewed
from moderation.policy_versions import past_facts, store
from moderation.results import by_policy_alone, standing
from review.models import DecidedCase, DecidedCaseBackfill, Queue
from review.workflow.enqueue import queue_for

log = logging.getLogger(__name__)

CHUNK = 1_000  # cases that are looked at; reading one that policy decided takes about half a millisecond


def keep_older(*, for_seconds: float) -> int:
    """Do chunks for so long. Returns how many cases were kept."""
    until, kept = monotonic() + for_seconds, 0
    while monotonic() < until:
        done = _chunk()
        if done is None:
            break
        kept += done
    return kept


def _chunk() -> int | None:
    """None when nothing is left, or another process is at it."""
    with transaction.atomic(), cache_versions.read_together():
        row = DecidedCaseBackfill.objects.select_for_update(skip_locked=True).filter(below__gt=0).first()
        if row is None:
            return None
        cases = list(Case.objects.filter(pk__lte=row.below).order_by("-pk")[:CHUNK])
        kept = _keep(cases)
        row.below = cases[-1].pk - 1 if cases else 0
        row.save(update_fields=["below"])
    return kept


def _keep(cases: Iterable[Case]) -> int:
    final = {case.pk: case for case in cases if case.state == Case.State.FINAL}
    last: dict[int, FinalResult] = standing(list(final))
    kept = set(DecidedCase.objects.filter(case__in=final).values_list("case", flat=True))
    wanted = [pk for pk, case in final.items() if pk not in kept and by_policy_alone(case, last.get(pk))]
    results = MachineResult.objects.filter(case__in=wanted, revision=F("case__stands_on"))
    found = [(one, _queue(one)) for one in results.select_related("case__app", "policy_version")]
    rows = [DecidedCase(case_id=one.case_id, queue=queue) for one, queue in found if queue]
    DecidedCase.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _queue(result: MachineResult) -> Queue | None:
    """By the rules of then. One that cannot be read any more is told in the log, and keeps no other from its turn."""
    try:
        (facts,) = past_facts.facts_of([result])
        policy = store.saying(result.policy_version) if result.policy_version else BUILT_IN
        return queue_for(queue_if_reviewed(facts, policy=policy, taxonomy=labels.in_force()))
    except Exception:
        log.exception("Case %s cannot be read: leads of its queue do not see that policy decided it.", result.case_id)
        return None
