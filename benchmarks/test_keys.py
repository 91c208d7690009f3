"""How many keys a verdict takes at the stage, in Chromium: they are pressed, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.table.rows import row
from review.models import Decision, ReviewTask
from tests.browser.stage_page import StagePage

KEYS = {"keys-pass": ["a"], "keys-reject": ["1"], "keys-undo": ["Backspace"], "keys-escalate": ["e"]}


def test_keys_for_each_verdict(desk: StagePage) -> None:
    desk.add_cases(len(KEYS) + 1)
    desk.sit_down()
    first, came_to_pass = desk.request_id, _asked(desk)
    for key, pressed in KEYS.items():
        for one in pressed:
            desk.press(one)
        desk.wait_for(came_to_pass[key], what=f"what {pressed} does")
        row(key, len(pressed), f"{' '.join(pressed)}, without the mouse")
    assert ReviewTask.objects.get(state="escalated").case.request_id != first


def _asked(desk: StagePage) -> dict[str, Callable[[], object]]:
    """Whether each has happened."""
    standing = Decision.objects.filter(undone_at=None)
    return {
        "keys-pass": standing.filter(verdict="PASS").exists,
        "keys-reject": standing.filter(verdict="REJECT", reason="nudity").exists,
        "keys-undo": Decision.objects.filter(verdict="REJECT", undone_at__isnull=False).exists,
        "keys-escalate": ReviewTask.objects.filter(state="escalated").exists,
    }
