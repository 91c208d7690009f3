"""`moderation.policy` is pure: its tests need no server, so they may open no socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import sockets


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    with sockets.none_at_all():
        yield
