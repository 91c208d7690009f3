"""The routing rules of the policy, for administrators: save a draft, try it on past cases, put it in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import labels
from moderation.models import PolicyVersion
from moderation.policy import Mistake, Policy, PolicyRefused, read
from moderation.policy.errors import gettext_noop as _
from moderation.policy.replay import Queues, Replayed
from moderation.policy_versions import replay, store
from review.models import Queue
from review.policy_editor import known_names


def save(body: Any, *, by: User | str, new_labels: Collection[int] = ()) -> PolicyVersion:
    """Store a draft. Raises PolicyRefused for what cannot be read and for queues, apps and labels that do not exist,
    all at once. `new_labels` are the rules, from 0, whose unknown labels are new ones; they are registered.
    """
    policy = check_names(body, new_labels=new_labels)
    with transaction.atomic():
        labels.register(known_names.new_paths(policy, new_labels))
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


def check_names(body: Any, *, new_labels: Collection[int] = ()) -> Policy:
    """The policy that the body describes, if all its queues, apps and labels exist. Raises PolicyRefused."""
    policy = check_queues(body, besides=known_names.unknown_apps(body))
    if mistakes := known_names.unknown_labels(policy, besides=new_labels):
        raise PolicyRefused(mistakes)
    return policy


def check_queues(body: Any, *, besides: Iterable[Mistake] = ()) -> Policy:
    """The policy that the body describes, if all its queues exist. Raises PolicyRefused; `besides` are told with it."""
    try:
        policy, mistakes = read(0, body), list[Mistake]()
    except PolicyRefused as refused:
        policy, mistakes = Policy(), list(refused.mistakes)
    wrong = {mistake.pointer for mistake in mistakes}
    names = (*_unknown_queues(body), *besides)
    mistakes += [mistake for mistake in names if mistake.pointer not in wrong]
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
