"""A task's place in its queue: when it is due, less the minutes of each term. A queue may weigh them differently from
the policy; then they are computed from the facts, as known when the result arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from moderation import labels
from moderation.models import MachineResult
from moderation.policy import Facts, Route
from moderation.policy.policy import Boosts
from moderation.policy.priority import Term
from moderation.policy.priority import terms as priority_terms
from moderation.policy_versions import past_facts, store
from review.models import Queue, ReviewTask

StoredTerms = list[dict[str, Any]]
"""As `ReviewTask.priority` keeps them: [{"term", "minutes", "why"}]."""


def weighed(boosts: Boosts, own: Mapping[str, Any]) -> Boosts:
    """The policy's weights with those of a queue over them."""
    severity = MappingProxyType({**boosts.severity, **own.get("severity", {})})
    return replace(boosts, **{name: value for name, value in own.items() if name != "severity"}, severity=severity)


def weights_of(queue: Queue) -> Boosts:
    """The weights in force in this queue."""
    _, policy = store.in_force()
    return weighed(policy.boosts, queue.boosts)


def terms_of(queue: Queue, route: Route, facts: Facts | None) -> StoredTerms:
    """The terms of a result that was just routed to this queue."""
    if not queue.boosts or facts is None:
        return _stored(route.terms)
    rule = [term for term in route.terms if term.term == "rule"]
    return _stored([*rule, *priority_terms(facts, boosts=weights_of(queue), taxonomy=labels.in_force())])


def place(task: ReviewTask, terms: StoredTerms) -> None:
    """Change the row, which the caller saves."""
    task.due_at = task.entered_at + timedelta(minutes=task.queue.sla_minutes)
    order(task, terms)


def order(task: ReviewTask, terms: StoredTerms) -> None:
    """The same, with the due time as it is: a new SLA counts for tasks that enter from then on."""
    task.priority = terms
    task.rank_at = task.due_at - timedelta(minutes=minutes_of(terms))


def minutes_of(terms: StoredTerms) -> float:
    """How far a task is moved up."""
    return float(sum(term["minutes"] for term in terms))


def anew(tasks: Sequence[ReviewTask], boosts: Boosts) -> dict[int, StoredTerms]:
    """By task, its terms by these weights; what a rule gave stays."""
    taxonomy = labels.in_force()
    facts = _facts_of(tasks)
    return {
        task.pk: [
            *(term for term in task.priority if term["term"] == "rule"),
            *_stored(priority_terms(facts[task.case_id, task.machine_revision], boosts=boosts, taxonomy=taxonomy)),
        ]
        for task in tasks
        if (task.case_id, task.machine_revision) in facts
    }


def _facts_of(tasks: Collection[ReviewTask]) -> dict[tuple[int, int], Facts]:
    wanted = {(task.case_id, task.machine_revision) for task in tasks}
    found = MachineResult.objects.filter(case__in=[case for case, _ in wanted]).select_related("case__app")
    results = [one for one in found if (one.case_id, one.revision) in wanted]
    return {
        (one.case_id, one.revision): facts for one, facts in zip(results, past_facts.facts_of(results), strict=True)
    }


def _stored(terms: Sequence[Term]) -> StoredTerms:
    return [{"term": one.term, "minutes": one.minutes, "why": one.why} for one in terms]
