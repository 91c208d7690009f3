from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.customer import Customer
from tests.customer import customer as serving
from tests.world import World, build


@pytest.fixture
def customer() -> Iterator[Customer]:
    with serving() as found:
        yield found


@pytest.fixture
def cast(transactional_db: None) -> World:
    return build()


@pytest.fixture(autouse=True)
def no_undo_window(settings: Any, tmp_path: Path) -> None:
    """A result leaves at once. The list of erasures is each test's own."""
    settings.UNDO_SECONDS = 0
    settings.DATA_DIR = tmp_path
