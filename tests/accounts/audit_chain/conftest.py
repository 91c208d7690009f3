from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append, verify
from accounts.models import App


@pytest.fixture
def eight_links(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    for number in range(8):
        audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App(pk=number), note=f"note {number}")
    append.append()
    assert verify.whole().fault is None
