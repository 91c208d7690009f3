"""A conflict of two people who changed the same, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from moderation.policy.changes import Change
from moderation.policy_versions.draft import Conflict
from review.policy_editor import shared_draft
from review.views.thresholds.words import ConflictWords


def in_words(conflict: Conflict, *, again: list[tuple[str, str]]) -> ConflictWords:
    """Mine can be saved over theirs, unless the draft has to be carried over to another policy first."""
    again = [] if conflict.draft.is_outdated else again
    if conflict.why == "base":
        told = gettext("Policy %(number)s is in force by now. Nothing was saved.")
        title = told % {"number": conflict.draft.in_force}
        return ConflictWords(title, _sentences(conflict.theirs), _sentences(conflict.mine), again)
    title = gettext("Somebody else has changed the same meanwhile. Nothing was saved.")
    return ConflictWords(title, _sentences(_colliding(conflict)), _sentences(conflict.mine), again)


def in_publishing(conflict: Conflict) -> ConflictWords:
    """The draft, or the policy that it changes, is not the one that the page showed."""
    if conflict.why == "base":
        told = gettext("Policy %(number)s is in force by now. Nothing was published.")
        title = told % {"number": conflict.draft.in_force}
    else:
        title = gettext("Somebody else has changed the draft meanwhile. Nothing was published: look at it again.")
    return ConflictWords(title, _sentences(conflict.theirs), _sentences(conflict.mine))


def _colliding(conflict: Conflict) -> Iterable[Change]:
    """What of theirs excludes mine; all of it where that is not known."""
    found = [one for one in conflict.theirs if one.id in conflict.collisions]
    return found or conflict.theirs


def _sentences(changes: Iterable[Change]) -> list[SafeString]:
    return [line.sentence for line in shared_draft.lines(changes)]
