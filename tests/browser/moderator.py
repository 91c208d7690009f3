"""A scripted moderator: one decision a second, whatever happens, and an account of what was made and how it felt."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.browser.stage_page import StagePage
from tests.waiting import PATIENCE_SECONDS

STALL_MS = 250
READY = "document.getElementById('stage').dataset.state === 'ready'"
VERDICTS = {"a": ("PASS", ""), "1": ("REJECT", "nudity"), "x": ("REJECT", ""), "2": ("REJECT", "contact")}
ROUND = "aa1ax2"  # most pictures pass


@dataclass
class Shift:
    """`made` are (requestId, verdict, reason) in order; `waits` the stage's own measures, `late` what a key had to
    wait for beyond its second, both in milliseconds.
    """

    made: list[tuple[str, str, str]] = field(default_factory=list)
    waits: list[tuple[float, bool]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def stalls(self) -> list[float]:
        return [wait for wait in (*self.late, *(duration for duration, _ in self.waits)) if wait > STALL_MS]

    @property
    def warm(self) -> list[float]:
        return [duration for duration, warm in self.waits if warm]

    @property
    def hits(self) -> float:
        """The share of decisions whose next picture was there already."""
        return len(self.warm) / len(self.waits)


def work(
    desk: StagePage, *, decisions: int, every_seconds: float = 1.0, at: Mapping[float, Callable[[], None]] | None = None
) -> Shift:
    """Decide `decisions` cases by key; `at` are things that happen so many seconds after the first of them."""
    shift, started = Shift(), time.monotonic()
    coming = sorted((at or {}).items())
    due = started
    for number in range(decisions):
        while (left := due - time.monotonic()) > 0 or not desk.page.evaluate(READY):
            while coming and time.monotonic() - started >= coming[0][0]:
                coming.pop(0)[1]()
            assert time.monotonic() < due + PATIENCE_SECONDS, f"nothing to decide: {desk.stage.inner_text()}"
            desk.page.wait_for_timeout(min(max(left, 0.02), 0.2) * 1000)
        shift.late.append((time.monotonic() - due) * 1000)
        due = max(due + every_seconds, time.monotonic())
        key = ROUND[number % len(ROUND)]
        shift.made.append((desk.request_id, *VERDICTS[key]))
        desk.page.keyboard.press(key)
    desk.page.wait_for_timeout(1000)
    for _, happen in coming:
        happen()
    shift.waits = waits(desk)
    return shift


def waits(desk: StagePage) -> list[tuple[float, bool]]:
    """Every `decision-to-next` the stage has measured: duration in milliseconds, and whether it was warm."""
    entries = "performance.getEntriesByName('decision-to-next', 'measure')"
    found = desk.page.evaluate(f"{entries}.map(({{duration, detail}}) => [duration, detail.warm])")
    return [(duration, warm) for duration, warm in found]
