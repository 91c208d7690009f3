"""The routing rules of the policy, for administrators: save a draft, try it on past cases, put it in force."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.models import PolicyVersion
from moderation.policy import Mistake, Policy, PolicyRefused, read
from moderation.policy.errors import gettext_noop as _
from moderation.policy.replay import Queues, Replayed
from moderation.policy_versions import replay, store
from review.models import Queue


def save(body: Any, *, by: User | str) -> PolicyVersion:
    """Store a draft. Raises PolicyRefused for what cannot be read and for queues that do not exist, all at once."""
    check_queues(body)
    return store.draft(body, by=by)


def put_in_force(version: PolicyVersion, *, by: User | str) -> None:
    """Route all results from now on by this version. Raises PolicyRefused when it names a queue that does not exist."""
    check_queues(version.body)
    store.activate(version, by=by)


def try_out(policy: Policy, *, by: User) -> Replayed:
    """Route the last cases by this policy and compare. Reads only; takes seconds."""
    check(by, Permission.ADMINISTER)
    return replay.dry_run(policy, queues=queues())


def queues() -> Queues:
    slugs = dict(Queue.objects.values_list("slug", "is_default"))
    return Queues(next((slug for slug, is_default in slugs.items() if is_default), "default"), frozenset(slugs))


def check_queues(body: Any) -> Policy:
    """The policy that the body describes, if all its queues exist. Raises PolicyRefused."""
    try:
        policy, mistakes = read(0, body), list[Mistake]()
    except PolicyRefused as refused:
        policy, mistakes = Policy(), list(refused.mistakes)
    wrong = {mistake.pointer for mistake in mistakes}
    mistakes += [mistake for mistake in _unknown_queues(body) if mistake.pointer not in wrong]
    if mistakes:
        raise PolicyRefused(mistakes)
    return policy


def _unknown_queues(body: Any) -> list[Mistake]:
    """Read from the body itself, so that they are reported together with other mistakes."""
    rules = body.get("rules") if isinstance(body, dict) else None
    named = enumerate(rules if isinstance(rules, list) else ())
    known = queues().slugs
    slugs = [(index, rule["queue"]) for index, rule in named if isinstance(rule, dict) and "queue" in rule]
    text = _("There is no queue “%(queue)s”.")
    unknown = [(index, slug) for index, slug in slugs if isinstance(slug, str) and slug and slug not in known]
    return [Mistake(f"/rules/{index}/queue", text, {"queue": slug}) for index, slug in unknown]
