from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.engines.embedded import host
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from tests.moderation.engines.embedded.conftest import leave, stand_in_host

__all__ = ["stand_in_host"]


@pytest.fixture
def on(settings: Any) -> None:
    settings.LOCATE_TEXT = True


@pytest.fixture(scope="module")
def engine() -> Iterator[Embedded]:
    """The real one, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Embedded(Host(Path(folder)))
        leave(Path(folder))


@pytest.fixture
def engine_of_this_host() -> Iterator[None]:
    """That workers and maintenance ask; none may be left."""
    yield
    leave(host.this_host().folder)
