"""A test of an endpoint in Chromium: sent by a worker, watched by the page, and told within its time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.outbound.limits import WEBHOOK
from tests.browser.pages.house import browsing
from tests.browser.stage_page import StagePage
from tests.factories.endpoints import NOWHERE, subscribed
from tests.moderation.webhooks.receiver import Answer, receiving

MARGIN_SECONDS = 15  # a worker that starts, on a busy machine


def outcome(page: Page, desk: StagePage, url: str) -> str | None:
    endpoint, _ = subscribed(url=url)
    page.goto(f"{desk.app.url}/manage/endpoints/{endpoint.pk}/")
    begun = time.monotonic()
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#exchange:not([data-finding=''])")).to_be_visible()
    assert time.monotonic() - begun < WEBHOOK.total_seconds + MARGIN_SECONDS
    return page.locator("#exchange").get_attribute("data-finding")


@pytest.fixture
def worker(desk: StagePage) -> Iterator[None]:
    """Gone afterwards: it would do the work of other tests' workers, into its own folder of pictures."""
    desk.app.start_worker()
    yield
    desk.app.kill("worker")


@pytest.mark.usefixtures("worker")
def test_each_kind_of_receiver_is_told_within_the_time_limit(desk: StagePage, browser: Browser) -> None:
    with browsing(browser, desk, "dave") as page:
        for answer, finding in ((200, "fine"), (401, "signature-refused"), (500, "server-error")):
            with receiving() as receiver:
                receiver.answers = [Answer(answer)]
                assert outcome(page, desk, receiver.url) == finding
        assert outcome(page, desk, NOWHERE) == "no-connection"
        with receiving() as receiver:
            receiver.hangs = True
            assert outcome(page, desk, receiver.url) == "slow-to-answer"
