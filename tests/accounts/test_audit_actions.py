"""What the audit records has one spelling, and nothing is recorded that is not on the list."""

from __future__ import annotations

import re

import pytest

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from tests.world import World


def test_every_action_is_a_noun_and_what_was_done_to_it() -> None:
    odd = [action for action in AuditAction if not re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", action)]
    assert odd == []
    assert max(map(len, AuditAction)) <= 60  # the column


def test_a_bare_text_is_not_recorded(world: World) -> None:
    with pytest.raises(AttributeError):
        audit.record("case.deceided", by="policy", on=world.web)  # type: ignore[arg-type] # which mypy finds, too
    assert not AuditEvent.objects.filter(by_name="policy").exists()
