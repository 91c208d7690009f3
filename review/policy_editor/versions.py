"""Try a policy on past cases, and tell the ledger which queues a policy may name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import labels
from moderation.models import PolicyVersion
from moderation.policy import Policy
from moderation.policy.replay import Queues, Replayed
from moderation.policy_versions import names, replay, store
from review.models import Queue


def save(body: Any, *, by: User | str, new_labels: Collection[int] = ()) -> PolicyVersion:
    """Store a version that is not in force. Raises PolicyRefused for all that is wrong at once."""
    policy = names.check(body, new_labels=new_labels)
    with transaction.atomic():
        labels.register(names.new_paths(policy, new_labels))
        return store.draft(body, by=by)


def put_in_force(version: PolicyVersion, *, by: User | str) -> None:
    """Route all results from now on by this version. Raises PolicyRefused when it names a queue that does not exist."""
    names.check_queues(version.body)
    store.activate(version, by=by)


def try_out(policy: Policy, *, by: User) -> Replayed:
    """Route the last cases by this policy and compare. Reads only; takes seconds."""
    check(by, Permission.ADMINISTER)
    return replay.dry_run(policy, queues=queues())


def queues() -> Queues:
    """At settings.POLICY_QUEUES."""
    slugs = dict(Queue.objects.values_list("slug", "is_default"))
    return Queues(next((slug for slug, is_default in slugs.items() if is_default), "default"), frozenset(slugs))
