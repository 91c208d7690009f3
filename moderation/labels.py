"""The labels as they are named and rated now."""

from __future__ import annotations

from moderation.policy import BUILT_IN_TAXONOMY, Taxonomy


def in_force() -> Taxonomy:
    return BUILT_IN_TAXONOMY
