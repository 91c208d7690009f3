"""What a test of the grid does again and again: pictures that are suspected of a label, a person at their page."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator

from review.models import Decision
from tests.browser.stage_page import StagePage
from tests.factories import grids
from tests.factories.grids import said
from tests.waiting import PATIENCE_SECONDS

LOOK_MS = 600  # after a page was painted, a commit does not count for half a second


class Grid:
    """Alice at the grid of the queue that everything comes into."""

    def __init__(self, desk: StagePage) -> None:
        self.desk, self.page = desk, desk.page

    def add(self, count: int, *others: dict[str, Any], top: str = grids.LABEL) -> list[str]:
        return self.desk.add_all([said(top, *others) for _ in range(count)])

    def open(self) -> None:
        self.desk.sign_in()
        self.page.goto(f"{self.desk.app.url}/review/grid/?queue=default")

    def sit_down(self) -> None:
        self.open()
        self.wait_ready()

    def wait_ready(self) -> None:
        self.desk.wait_ready()
        self.page.wait_for_timeout(LOOK_MS)

    @property
    def tiles(self) -> Locator:
        return self.page.locator(".cell")

    @property
    def counts(self) -> Locator:
        return self.page.locator("#grid-counts")

    @property
    def told(self) -> Locator:
        return self.page.locator("#stage-undo-line")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def wait_for_decided(self, count: int) -> None:
        """Until so many decisions stand, and for a while no more."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.standing() != count and time.monotonic() < until:
            self.page.wait_for_timeout(100)
        self.desk.wait_for_calls()
        assert self.standing() == count

    def standing(self) -> int:
        return Decision.objects.filter(undone_at=None).count()

    def verdicts(self) -> dict[str, str]:
        return {request_id: verdict for request_id, verdict, _ in self.desk.decisions()}
