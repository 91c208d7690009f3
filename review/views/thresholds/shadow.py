"""What the draft would have made of the results since it is in shadow, in words."""

from __future__ import annotations

from moderation.policy_versions.draft import Draft


def in_words(draft: Draft) -> str:
    return ""
