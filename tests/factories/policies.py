"""Policies in force, and ones of the time when every draft was a version."""

from __future__ import annotations

from typing import Any

from moderation.models import PolicyVersion
from moderation.policy_versions import draft, store
from moderation.publishing import publish


def never_in_force(body: Any) -> PolicyVersion:
    """A version as drafts were kept before there was one draft for everybody."""
    return PolicyVersion.objects.create(number=store.next_number(), body=body)


def published(body: Any, *, by: Any) -> PolicyVersion:
    """Drafted and published, as the pages do it."""
    found = draft.current()
    draft.save(body, base=found.base, expected_version=found.version, by=by)
    return publish.publish(confirm=store.next_number(), by=by)
