"""Try a policy on past cases, and tell the ledger which queues a policy may name."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.policy import Policy
from moderation.policy.replay import Queues, Replayed
from moderation.policy_versions import replay
from review.models import Queue


def try_out(policy: Policy, *, by: User) -> Replayed:
    """Route the last cases by this policy and compare. Reads only; takes seconds."""
    check(by, Permission.ADMINISTER)
    return replay.dry_run(policy, queues=queues())


def queues() -> Queues:
    """At settings.POLICY_QUEUES."""
    slugs = dict(Queue.objects.values_list("slug", "is_default"))
    return Queues(next((slug for slug, is_default in slugs.items() if is_default), "default"), frozenset(slugs))
