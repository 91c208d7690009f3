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


def context(draft: Draft, *, by: User) -> dict[str, Any]:
    version, _policy = store.in_force()
    changes = shared_draft.lines(draft.changes())
    return {
        "version": version,
        "changes": changes,
        "draft_title": _title(draft, len(changes)),
        "is_mine": draft.saved_by == by,
        "replayed": replayed(draft),
        "rollback": _rolled_back_to(version),
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
