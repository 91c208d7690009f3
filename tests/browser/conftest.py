from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from moderation.media.storage import picture_storage
from tests import chromium
from tests.browser.grid_page import Grid
from tests.browser.stage_page import StagePage
from tests.customer import customer
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_MS
from tests.world import build

# Playwright runs an event loop in this thread; the database is still used by it alone.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = chromium.find()
    assert found, chromium.MISSING
    return {**browser_type_launch_args, "executable_path": str(found), "args": chromium.launch_arguments()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}


@pytest.fixture(scope="session", autouse=True)
def browsers_are_waited_for() -> None:
    """As long as everything else; Playwright's own limit for an expectation is five seconds."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture(scope="session")
def web(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """One web process for all tests of the browser; starting one for each would be most of their time."""
    folder = tmp_path_factory.mktemp("web")
    with (
        django_db_blocker.unblock(),
        run_app(folder / "logs", MEDIA_STORAGE=str(folder / "pictures"), GATEWAY_SECONDS="60") as running,
    ):
        yield running


@pytest.fixture
def desk(transactional_db: None, web: RunningApp, settings: Any, page: Page) -> Iterator[StagePage]:
    """Alice at her stage, with a web process behind it and a customer who serves pictures."""
    pictures = picture_storage(web.environment["MEDIA_STORAGE"])
    settings.STORAGES = {**settings.STORAGES, "pictures": pictures}
    with customer() as host:
        made = StagePage(page, web, build(), host)
        yield made
        for tab in page.context.pages:
            tab.goto("about:blank")  # the stage gives back what it has leased before the database is emptied
        page.wait_for_timeout(200)
        assert made.complaints == [], "the browser complained"


@pytest.fixture
def grid(desk: StagePage) -> Grid:
    return Grid(desk)
