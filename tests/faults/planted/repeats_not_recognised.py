"""Planted: a result that comes again is taken for another one of the same case, since no two bodies look alike."""

from __future__ import annotations

import secrets
from dataclasses import replace as with_changes
from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(submissions: ModuleType) -> None:
    usual = submissions.arrived

    def arrived(submission: Any, *, app: Any) -> Any:
        return with_changes(usual(submission, app=app), raw_sha256=secrets.token_hex(32))

    replace(submissions, "arrived", arrived)


PATCHES = {"moderation.intake.submissions": _plant}
