from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.moderation.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture(autouse=True)
def no_undo_window(settings: Any) -> None:
    """A result leaves at once; the window has tests of its own."""
    settings.UNDO_SECONDS = 0
