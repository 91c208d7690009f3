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
from moderation.policy import Policy, PolicyRefused, read
from moderation.policy import changes as policy_changes
from moderation.policy.changes import Change, changes
from moderation.policy.merge import Merged, merge
from moderation.policy_versions import names, store
from moderation.policy_versions.access import check_may_change
from moderation.policy_versions.content import Content

SHADOW_CACHE = "policy in shadow"
KEPT = 100  # saves; a page opened before them meets a conflict

Why = Literal["base", "saved", "published"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What everybody edits. With nothing drafted (`is_empty`) it is the policy in force. `base` is the number of the
    policy that it began with; `in_force` the one that is in force now, which can be another by then.
    """

    content: Content
    version: int
    in_force: int
    is_empty: bool
    saved_at: datetime | None = None
    saved_by: User | None = None
    saved_by_name: str = ""
    shadow_since: datetime | None = None

    @property
    def base(self) -> int:
        return self.content.base

    @property
    def body(self) -> dict[str, Any]:
        return self.content.body

    @property
    def policy(self) -> Policy:
        return self.content.policy

    @property
    def is_outdated(self) -> bool:
        """Another policy was put in force since: `rebase` carries the changes over."""
        return not self.is_empty and self.base != self.in_force

    def changes(self) -> tuple[Change, ...]:
        """What it changes of the policy that it began with."""
        return () if self.is_empty else self.content.changes


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
    def not_shown(cls, draft: Draft, why: Why = "published") -> Self:
        """The draft is not the one that was shown."""
        return cls(why, draft=draft, mine=(), theirs=draft.changes(), merged=Merged(draft.body, ()))


def current() -> Draft:
    row = PolicyDraft.objects.select_related("saved_by").first()
    return _told(row or PolicyDraft())


def at(version: int, *, base: int) -> Content:
    """What pages showed when this was the draft's version and it stood on `base`. Raises Conflict when it is not kept
    any more.
    """
    kept = SavedDraft.objects.filter(version=version).first()
    if kept is None and version:
        raise Conflict.not_shown(current(), "saved")
    if kept is None or kept.body is None:
        return Content.of(_known(base), base)
    return Content(kept.body, base)


def save(
    body: Any, *, base: int, expected_version: int | None, by: Actor, new_labels: Collection[int] | None = ()
) -> Draft:
    """Save a draft that was begun on the policy `base`, by somebody who saw the draft's `expected_version`. Without one
    the body replaces a draft that the same one saved, and is merged with anybody else's. A draft that changes nothing
    any more is none.

    Raises PolicyRefused with all that is wrong at once, and Conflict. `body` can also be what `names.check` has made of
    it; its `new_labels` are registered.
    """
    check_may_change(by)
    checked = body if isinstance(body, names.Checked) else names.check(body, new_labels=new_labels)
    mine = Content.of(checked.policy, base)
    if base == store.number_in_force():
        mine.compare()  # before anybody waits for the lock
    with transaction.atomic():
        row = lock()
        draft = _told(row)
        if base == draft.in_force and expected_version in (None, draft.version):
            draft = _carried_over(draft)
        _check_base(mine, draft)
        merged = _merged(draft, mine, _seen(draft, base, expected_version, by))
        labels.register(names.new_paths(checked))
        return _write(row, merged, by=by)


def undo(change_id: str, *, expected_version: int, by: Actor) -> Draft:
    """Undo one change of the draft. Raises UnknownChange when it has none of this id, PolicyRefused when the others
    cannot stand without it, and Conflict. An outdated draft stays one.
    """
    check_may_change(by)
    base = current().base
    seen, mine = _undone(change_id, expected_version, base)
    with transaction.atomic():
        row = lock()
        draft = _told(row)
        if draft.base != base:
            seen, mine = _undone(change_id, expected_version, draft.base)
        return _write(row, _merged(draft, mine, seen), by=by)


def rebase(*, by: Actor) -> Draft:
    """Carry all changes of the draft over to the policy in force, also where that was changed in the same place."""
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        draft = _told(row)
        return _write(row, _carried_over(draft).content, by=by) if draft.is_outdated else draft


def rewrite(rewritten: Callable[[dict[str, Any]], dict[str, Any]], *, before: int, by: Actor) -> None:
    """Follow what was renamed elsewhere, as the policy in force did, which was `before`. The caller has locked the row.
    A draft that was outdated already stays so.
    """
    row = lock()
    draft = _told(row)
    if not draft.is_empty:
        renamed = replace(draft, content=Content(rewritten(draft.body), draft.base))
        followed = _carried_over(renamed) if draft.base == before else renamed
        _write(row, followed.content, by=by)


def discard(*, expected_version: int, by: Actor) -> None:
    """Nothing is drafted any more. Raises Conflict when the draft is not the one that was shown."""
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        if row.body is not None:
            if expected_version != row.version:
                raise Conflict.not_shown(_told(row))
            audit.record(AuditAction.POLICY_DRAFT_DISCARDED, by=by, on=row, base=row.base)
            clear(row)


def clear(row: PolicyDraft) -> None:
    """Nothing is drafted any more. The caller has locked the row, and writes the audit event."""
    row.body = row.saved_at = row.saved_by = row.shadow_since = None
    row.saved_by_name = ""
    _keep(row)


def lock() -> PolicyDraft:
    """The row, which exists from then on."""
    PolicyDraft.objects.bulk_create([PolicyDraft()], ignore_conflicts=True)
    return PolicyDraft.objects.select_for_update().get()


def _check_base(mine: Content, draft: Draft) -> None:
    begun_on = draft.base if draft.is_outdated else mine.base
    if begun_on == draft.in_force:
        return
    begun, theirs = _known(begun_on), store.policy_of(draft.in_force)
    found, other = changes(begun, mine.policy), changes(begun, theirs)
    raise Conflict("base", draft=draft, mine=found, theirs=other, merged=merge(begun, mine.policy, theirs))


def _known(number: int) -> Policy:
    """A number that there never was stands for the policy in force."""
    is_known = number == 0 or PolicyVersion.objects.filter(number=number).exists()
    return store.policy_of(number if is_known else store.number_in_force())


def _seen(draft: Draft, base: int, expected_version: int | None, by: Actor) -> Content:
    """What somebody began with. Who does not say so: with the draft where it is their own, else with the policy."""
    if expected_version == draft.version:
        return draft.content
    if expected_version is not None:
        return at(expected_version, base=base)
    if draft.is_empty or draft.saved_by_name == audit.name_of(by):
        return draft.content
    return at(0, base=draft.in_force)


def _undone(change_id: str, version: int, base: int) -> tuple[Content, Content]:
    """What was seen, and the same without this change."""
    seen = at(version, base=base)
    body = policy_changes.undo(store.policy_of(base), seen.policy, change_id)
    return seen, Content.of(read(0, body), base)


def _carried_over(draft: Draft) -> Draft:
    if not draft.is_outdated:
        return draft
    in_force = store.policy_of(draft.in_force)
    merged = merge(store.policy_of(draft.base), draft.policy, in_force)
    return replace(draft, content=Content.of(read(0, merged.body), draft.in_force))


def _merged(draft: Draft, mine: Content, begun: Content) -> Content:
    if begun.body == draft.body:  # nobody else has changed anything
        return mine
    merged = merge(begun.policy, mine.policy, draft.policy)
    if not merged.collisions:
        try:
            return Content.of(read(0, merged.body), mine.base)
        except PolicyRefused:
            pass  # each is sound, but not both together
    both = {"mine": changes(begun.policy, mine.policy), "theirs": changes(begun.policy, draft.policy)}
    raise Conflict("saved", draft=draft, merged=merged, **both)


def _write(row: PolicyDraft, content: Content, *, by: Actor) -> Draft:
    if (content.body, content.base) == (row.body, row.base):
        return _told(row, content)
    found = content.changes
    if not found and row.body is None:
        return _told(row)
    audit.record(AuditAction.POLICY_DRAFT_SAVED, by=by, on=row, base=content.base, changes=len(found))
    row.base = content.base
    if found:
        row.body, row.saved_at, row.saved_by = content.body, Now(), by if isinstance(by, User) else None
        row.saved_by_name = audit.name_of(by)
        row.shadow_since = None if row.shadow_since is None else Now()
        _keep(row)
    else:
        clear(row)
    return _told(row, content)


def _keep(row: PolicyDraft) -> None:
    """Write the row as the next version, and keep what this one shows."""
    row.version += 1
    row.save()
    cache_versions.advance(SHADOW_CACHE)  # a changed draft begins anew in shadow, and no draft is in none
    row.refresh_from_db()
    SavedDraft.objects.create(version=row.version, body=row.body)
    SavedDraft.objects.filter(version__lte=row.version - KEPT).delete()


def _told(row: PolicyDraft, content: Content | None = None) -> Draft:
    """`content` is what the row holds, where somebody has it already."""
    in_force = store.number_in_force()
    if row.body is None:
        return Draft(Content.of(store.policy_of(in_force), in_force), row.version, in_force, is_empty=True)
    saved = {"saved_at": row.saved_at, "saved_by": row.saved_by, "saved_by_name": row.saved_by_name}
    about: dict[str, Any] = saved | {"shadow_since": row.shadow_since}
    return Draft(content or Content(row.body, row.base), row.version, in_force, is_empty=False, **about)
