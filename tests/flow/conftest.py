from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.customer import Customer, customer
from tests.processes import Line, line
from tests.world import World, build


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The cast, committed, so that other processes see it."""
    return build()


@pytest.fixture
def receiver() -> Iterator[Customer]:
    with customer() as running:
        yield running


@pytest.fixture
def running_line(committed_world: World, tmp_path: Path) -> Iterator[Line]:
    with line(tmp_path / "logs", UNDO_SECONDS="1") as running:
        yield running
