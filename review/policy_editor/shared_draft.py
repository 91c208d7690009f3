"""The draft of the policy as pages show it: its changes in sentences, and what a form was opened on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.utils.safestring import SafeString

from moderation import labels
from moderation.policy.changes import Change
from moderation.policy_versions import draft, store
from moderation.policy_versions.draft import Conflict, Draft
from moderation.publishing.confirm import NeedsConfirmation
from review.models import Queue
from review.presentation import confirmations, policy_changes
from review.presentation.policy_changes import ChangeLine


@dataclass(frozen=True, slots=True)
class Seen:
    """Which draft a form was opened on: its version, and the policy that it changes. Both are hidden inputs."""

    base: int
    version: int

    @classmethod
    def of(cls, found: Draft) -> Self:
        return cls(found.base, found.version)

    @classmethod
    def after(cls, conflict: Conflict) -> Self:
        """Who saw the conflict has seen what is in force now."""
        return cls(conflict.draft.in_force, conflict.draft.version)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> Self | None:
        """None when the form does not say so, or no number."""
        texts = form.get("base", ""), form.get("version", "")
        if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts):
            return None
        return cls(*map(int, texts))


@dataclass(frozen=True, slots=True)
class ShownDraft:
    draft: Draft
    changes: list[ChangeLine]

    @property
    def next_number(self) -> int:
        return store.next_number()


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """What a colleague has changed; `is_base`: by putting another policy in force."""

    is_base: bool
    draft: Draft
    theirs: list[ChangeLine]
    collisions: frozenset[str]

    @classmethod
    def of(cls, conflict: Conflict) -> Self:
        found = lines(conflict.theirs)
        return cls(conflict.why == "base", conflict.draft, found, frozenset(conflict.collisions))


def shown() -> ShownDraft:
    found = draft.current()
    return ShownDraft(found, lines(found.changes()))


def lines(changes: Iterable[Change]) -> list[ChangeLine]:
    return policy_changes.lines(changes, queue_names(), labels.in_force())


def reasons(refusal: NeedsConfirmation) -> list[SafeString]:
    names, taxonomy = queue_names(), labels.in_force()
    return [confirmations.sentence(reason, names, taxonomy) for reason in refusal.reasons]


def queue_names() -> dict[str, str]:
    return {queue.slug: str(queue) for queue in Queue.objects.only("slug", "name", "name_zh")}
