"""Try a policy on past cases, and tell the ledger which queues a policy may name."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.policy import Policy
from moderation.policy.places import Queues
from moderation.replay.trial import Tried, trial
from review.models import Queue


def try_out(policy: Policy, *, by: User, known: Iterable[Queue] | None = None) -> Tried:
    """Judge the last cases by this policy and by the one in force, and compare. Reads only. `known` are all queues,
    where they are read already.
    """
    check(by, Permission.ADMINISTER)
    return trial(policy, queues=queues() if known is None else _named((one.slug, one.is_default) for one in known))


def queues() -> Queues:
    """At settings.POLICY_QUEUES."""
    return _named(Queue.objects.values_list("slug", "is_default"))


def _named(known: Iterable[tuple[str, bool]]) -> Queues:
    slugs = dict(known)
    return Queues(next((slug for slug, is_default in slugs.items() if is_default), "default"), frozenset(slugs))
