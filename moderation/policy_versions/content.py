"""What a draft says: read once, and compared once with the policy that it changes, by whoever asks first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from moderation.policy import Policy, read, write
from moderation.policy.changes import Change, changes
from moderation.policy_versions import store


@dataclass(frozen=True)
class Content:
    """The body of a policy that changes the one with the number `base`. `was_read` is the policy that it describes,
    where somebody has read it: one with thousands of thresholds takes tens of milliseconds.
    """

    body: dict[str, Any]
    base: int
    was_read: Policy | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, policy: Policy, base: int) -> Self:
        return cls(write(policy), base, policy)

    @cached_property
    def policy(self) -> Policy:
        return read(0, self.body) if self.was_read is None else self.was_read

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return changes(store.policy_of(self.base), self.policy)

    def compare(self) -> None:
        """Find the changes now: later somebody may wait for it."""
        _ = self.changes
