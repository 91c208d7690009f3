"""The draft of the policy, which everybody edits together: read it, save it, undo one change, discard it.

Two people who save at the same time are merged where they changed different things. Where they did not, or where
another policy was put in force meanwhile, nothing is written and Conflict says what both have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation import cache_versions, labels
from moderation.models import PolicyDraft, PolicyVersion, SavedDraft
from moderation.policy import BUILT_IN, Policy, PolicyRefused, read, write
from moderation.policy import changes as policy_changes
from moderation.policy.changes import Change, changes
from moderation.policy.merge import Merged, merge
from moderation.policy_versions import names, store
from moderation.policy_versions.access import check_may_change

SHADOW_CACHE = "policy in shadow"
KEPT = 100  # saves; a page opened before them meets a conflict

Why = Literal["base", "saved", "published"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What everybody edits. With nothing drafted (`is_empty`) it is the policy in force. `base` is the number of the
    policy that it began with; `in_force` the one that is in force now, which can be another by then.
    """

    body: dict[str, Any]
    base: int
    version: int
    in_force: int
    is_empty: bool
    saved_at: datetime | None = None
    saved_by: User | None = None
    saved_by_name: str = ""
    shadow_since: datetime | None = None

    @property
    def policy(self) -> Policy:
        return read(0, self.body)

    @property
    def is_outdated(self) -> bool:
        """Another policy was put in force since: `rebase` carries the changes over."""
        return not self.is_empty and self.base != self.in_force

    def changes(self) -> tuple[Change, ...]:
        """What it changes of the policy that it began with."""
        return () if self.is_empty else changes(policy_of(self.base), self.policy)


class NothingDrafted(ValueError):
    """There is no draft: somebody has published or discarded it."""


class Conflict(Exception):
    """Somebody else changed the same, or put another policy in force (`why`). Nothing was written; a person decides.

    `theirs` and `mine` are what both changed since they had the same, and `collisions` the ids of those changes that
    exclude each other. `merged` is a body with both, and mine where they collide; it may be one that cannot be read.
    """

    def __init__(
        self, why: Why, *, draft: Draft, mine: tuple[Change, ...], theirs: tuple[Change, ...], merged: Merged
    ) -> None:
        told = {
            "base": f"Policy {draft.in_force} is in force by now.",
            "saved": "The draft was changed meanwhile.",
            "published": "The draft is not the one that was shown.",
        }
        super().__init__(f"{told[why]} Nothing was written.")
        self.why, self.draft, self.mine, self.theirs = why, draft, mine, theirs
        self.collisions, self.merged = merged.collisions, merged.body

    @classmethod
    def published(cls, draft: Draft) -> Self:
        """The draft is not the one that was shown."""
        return cls("published", draft=draft, mine=(), theirs=draft.changes(), merged=Merged(draft.body, ()))


def current() -> Draft:
    row = PolicyDraft.objects.select_related("saved_by").first()
    return _told(row or PolicyDraft(), number_in_force())


def at(version: int, *, base: int) -> dict[str, Any]:
    """The body that pages showed when this was the draft's version and it stood on `base`. Raises Conflict when it is
    not kept any more.
    """
    kept = SavedDraft.objects.filter(version=version).first()
    if kept is None and version:
        draft = current()
        merged = Merged(draft.body, ())
        raise Conflict("saved", draft=draft, mine=(), theirs=draft.changes(), merged=merged)
    body: dict[str, Any] | None = kept.body if kept else None
    return write(_known(base)) if body is None else body


def save(
    body: Any, *, base: int, expected_version: int | None, by: Actor, new_labels: Collection[int] | None = ()
) -> Draft:
    """Save a draft that was begun on the policy `base`, by somebody who saw the draft's `expected_version`. Without one
    the body replaces a draft that the same one saved, and is merged with anybody else's.

    Raises PolicyRefused with all that is wrong at once, and Conflict. `new_labels` are the rules, from 0, whose unknown
    labels are new ones; they are registered. With None rules may name any label, and none is registered. A draft that
    changes nothing any more is none.
    """
    check_may_change(by)
    mine = names.check(body, new_labels=new_labels)
    with transaction.atomic():
        row = lock()
        draft = _told(row, number_in_force())
        if base == draft.in_force and expected_version in (None, draft.version):
            draft = _carried_over(draft)
        _check_base(base, mine, draft)
        merged = _merged(draft, mine, read(0, _seen(draft, base, expected_version, by)))
        labels.register(names.new_paths(mine, new_labels or ()))
        return _write(row, write(merged), base=base, by=by)


def undo(change_id: str, *, expected_version: int, by: Actor) -> Draft:
    """Undo one change of the draft. Raises UnknownChange when it has none of this id, PolicyRefused when the others
    cannot stand without it, and Conflict. An outdated draft stays one.
    """
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        draft = _told(row, number_in_force())
        seen = read(0, at(expected_version, base=draft.base))
        mine = read(0, policy_changes.undo(policy_of(draft.base), seen, change_id))
        return _write(row, write(_merged(draft, mine, seen)), base=draft.base, by=by)


def rebase(*, by: Actor) -> Draft:
    """Carry all changes of the draft over to the policy in force, also where that was changed in the same place."""
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        draft = _told(row, number_in_force())
        return _write(row, _carried_over(draft).body, base=draft.in_force, by=by) if draft.is_outdated else draft


def rewrite(rewritten: Callable[[dict[str, Any]], dict[str, Any]], *, by: Actor) -> None:
    """Follow what was renamed elsewhere, as the policy in force did. The caller has locked the row."""
    row = lock()
    draft = _told(row, number_in_force())
    if not draft.is_empty:
        body = rewritten(draft.body)
        carried = _carried_over(replace(draft, body=body))
        _write(row, carried.body, base=draft.in_force, by=by)


def discard(*, by: Actor) -> None:
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        if row.body is not None:
            audit.record(AuditAction.POLICY_DRAFT_DISCARDED, by=by, on=row, base=row.base)
            clear(row)


def clear(row: PolicyDraft) -> None:
    """Nothing is drafted any more. The caller has locked the row, and writes the audit event."""
    row.body = row.saved_at = row.saved_by = row.shadow_since = None
    row.saved_by_name = ""
    _keep(row)


def policy_of(number: int) -> Policy:
    """The policy of a version by its number; 0 is the built-in one."""
    return store.saying(PolicyVersion.objects.get(number=number)) if number else BUILT_IN


def number_in_force() -> int:
    """As the database has it now."""
    return PolicyVersion.objects.filter(active=True).values_list("number", flat=True).first() or 0


def lock() -> PolicyDraft:
    """The row, which exists from then on."""
    PolicyDraft.objects.bulk_create([PolicyDraft()], ignore_conflicts=True)
    return PolicyDraft.objects.select_for_update().get()


def _check_base(base: int, mine: Policy, draft: Draft) -> None:
    begun_on = draft.base if draft.is_outdated else base
    if begun_on == draft.in_force:
        return
    begun, theirs = _known(begun_on), policy_of(draft.in_force)
    found, other = changes(begun, mine), changes(begun, theirs)
    raise Conflict("base", draft=draft, mine=found, theirs=other, merged=merge(begun, mine, theirs))


def _known(number: int) -> Policy:
    """A number that there never was stands for the policy in force."""
    is_known = number == 0 or PolicyVersion.objects.filter(number=number).exists()
    return policy_of(number if is_known else number_in_force())


def _seen(draft: Draft, base: int, expected_version: int | None, by: Actor) -> dict[str, Any]:
    """What somebody began with. Who does not say so: with the draft where it is their own, else with the policy."""
    if expected_version == draft.version:
        return draft.body
    if expected_version is not None:
        return at(expected_version, base=base)
    is_own = draft.is_empty or draft.saved_by_name == audit.name_of(by)
    return draft.body if is_own else write(policy_of(draft.in_force))


def _carried_over(draft: Draft) -> Draft:
    if not draft.is_outdated:
        return draft
    merged = merge(policy_of(draft.base), draft.policy, policy_of(draft.in_force))
    return replace(draft, body=write(read(0, merged.body)), base=draft.in_force)


def _merged(draft: Draft, mine: Policy, begun: Policy) -> Policy:
    theirs = draft.policy
    merged = merge(begun, mine, theirs)
    if not merged.collisions:
        try:
            return read(0, merged.body)
        except PolicyRefused:
            pass  # each is sound, but not both together
    raise Conflict("saved", draft=draft, mine=changes(begun, mine), theirs=changes(begun, theirs), merged=merged)


def _write(row: PolicyDraft, body: dict[str, Any], *, base: int, by: Actor) -> Draft:
    if body == row.body and base == row.base:
        return _told(row, number_in_force())
    found = changes(policy_of(base), read(0, body))
    if not found and row.body is None:
        return _told(row, number_in_force())
    audit.record(AuditAction.POLICY_DRAFT_SAVED, by=by, on=row, base=base, changes=len(found))
    row.base = base
    if found:
        row.body, row.saved_at, row.saved_by = body, Now(), by if isinstance(by, User) else None
        row.saved_by_name = audit.name_of(by)
        row.shadow_since = None if row.shadow_since is None else Now()
        _keep(row)
    else:
        clear(row)
    return _told(row, number_in_force())


def _keep(row: PolicyDraft) -> None:
    """Write the row as the next version, and keep what this one shows."""
    row.version += 1
    row.save()
    cache_versions.advance(SHADOW_CACHE)  # a changed draft begins anew in shadow, and no draft is in none
    row.refresh_from_db()
    SavedDraft.objects.create(version=row.version, body=row.body)
    SavedDraft.objects.filter(version__lte=row.version - KEPT).delete()


def _told(row: PolicyDraft, in_force: int) -> Draft:
    if row.body is None:
        return Draft(write(policy_of(in_force)), in_force, row.version, in_force, is_empty=True)
    return Draft(
        row.body,
        row.base,
        row.version,
        in_force,
        is_empty=False,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        saved_by_name=row.saved_by_name,
        shadow_since=row.shadow_since,
    )
