from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import chromium
from tests.browser.desk import Desk
from tests.customer import customer
from tests.processes import line
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


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path, page: Page) -> Iterator[Desk]:
    """Alice at her stage, with a web process behind it and a customer who serves pictures."""
    world = build()
    with customer() as host, line(tmp_path / "logs", UNDO_SECONDS="8") as running:
        made = Desk(page, running, world, host)
        yield made
        assert made.complaints == [], "the browser complained"
