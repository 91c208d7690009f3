"""Put the draft of the policy in force, and roll back to an earlier version."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import Actor
from moderation import cache_versions
from moderation.models import PolicyVersion
from moderation.policy.changes import changes
from moderation.policy.merge import Merged
from moderation.policy_versions import names, store
from moderation.policy_versions.access import check_may_change
from moderation.policy_versions.draft import Conflict, Draft, NothingDrafted, clear, current, lock
from moderation.publishing.confirm import NeedsConfirmation, Reason, reasons


class NeverInForce(ValueError):
    """Only a version that was in force can be rolled back to; another is taken over into the draft."""


def publish(*, confirm: int | None = None, expected_version: int | None = None, by: Actor) -> PolicyVersion:
    """Put the draft in force as the next version: every process routes by it within two seconds, and nothing is drafted
    any more. `expected_version` is the draft that was shown; None is whatever is drafted. `confirm` is the number that
    was typed, which is looked at only where one has to be.

    Raises NothingDrafted, Conflict, NeedsConfirmation, and PolicyRefused when a queue it names is gone.
    """
    check_may_change(by)
    looked_at = current()
    _check(looked_at, expected_version)
    found = [] if confirm == store.next_number() else confirm_reasons(looked_at)
    policy = looked_at.policy
    with transaction.atomic():
        row = lock()
        cache_versions.advance(store.CACHE_VERSION)  # nobody puts another version in force from here on
        _check(current(), looked_at.version)
        names.check_queues(policy)
        number = store.next_number()
        if confirm != number and found:
            raise NeedsConfirmation(number, found)
        version = store.put_in_force(policy, by=by, **({"confirmed": number} if confirm == number else {}))
        clear(row)
    return version


def confirm_reasons(draft: Draft) -> list[Reason]:
    """Why publishing this draft asks for its number; none when it does not."""
    return reasons(store.policy_of(draft.in_force), draft.policy)


def rollback(number: int, *, by: Actor) -> PolicyVersion:
    """Put an earlier version in force again. The draft stays, and is outdated. Raises PolicyVersion.DoesNotExist,
    NeverInForce, and PolicyRefused when a queue it names is gone.
    """
    check_may_change(by)
    if number == 0:
        raise NeverInForce("Policy 0 is the built-in one, which is no version: draft an empty policy and publish it.")
    version = PolicyVersion.objects.get(number=number)
    if not version.was_in_force:
        raise NeverInForce(f"Policy {number} was never in force.")
    names.check_queues(store.saying(version))
    store.activate(version, by=by)
    return version


def _check(draft: Draft, expected_version: int | None) -> None:
    if draft.is_empty:
        raise NothingDrafted("Nothing is drafted.")
    if draft.is_outdated:
        theirs, unmerged = changes(store.policy_of(draft.base), store.policy_of(draft.in_force)), Merged(draft.body, ())
        raise Conflict("base", draft=draft, mine=draft.changes(), theirs=theirs, merged=unmerged)
    if expected_version not in (None, draft.version):
        raise Conflict.not_shown(draft)
