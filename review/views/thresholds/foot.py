"""The foot of the page: what the draft changes, as sentences, and what can be done with all of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from accounts.models import User
from moderation.models import PolicyVersion
from moderation.policy_versions import store
from moderation.policy_versions.draft import Draft
from review.policy_editor import shadow_table, shared_draft
from review.policy_editor.thresholds.replayed import replayed

MOST_LINES = 50  # sentences; a page of their own has all


def context(draft: Draft, *, by: User) -> dict[str, Any]:
    version = store.in_force()[0]
    rollback = _rolled_back_to(version) if draft.is_empty else 0  # else it is not offered
    return {"version": version, "rollback": rollback, **_drafted(draft, by)}


def _drafted(draft: Draft, by: User) -> dict[str, Any]:
    changes = draft.changes()
    return {
        "changes": shared_draft.lines(changes[:MOST_LINES]),
        "unlisted": len(changes[MOST_LINES:]),
        "draft_title": _title(draft, len(changes)),
        "is_mine": draft.saved_by == by,
        "replayed": replayed(draft),
        "shadow": shadow_table.table() if draft.shadow_since else None,
    }


def _title(draft: Draft, count: int) -> str:
    if not count:
        return gettext("No change is drafted.")
    if not draft.base:
        told = ngettext(
            "Draft: %(n)d change to the built-in policy", "Draft: %(n)d changes to the built-in policy", count
        )
        return told % {"n": count}
    told = ngettext("Draft: %(n)d change to policy %(number)d", "Draft: %(n)d changes to policy %(number)d", count)
    return told % {"n": count, "number": draft.base}


def _rolled_back_to(version: PolicyVersion | None) -> int:
    """The number of the policy that was in force before; 0 where there was none."""
    if version is None:
        return 0
    earlier = PolicyVersion.objects.filter(in_force_at__isnull=False).exclude(pk=version.pk)
    return earlier.order_by("-in_force_at").values_list("number", flat=True).first() or 0
