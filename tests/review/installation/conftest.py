"""An installation in which everybody is at work."""

from __future__ import annotations

import pytest

from moderation import last_times
from moderation.last_times import Happening
from moderation.webhooks.dispatcher_lease import DispatcherLease


@pytest.fixture
def well(db: None) -> None:
    """Everybody is at work."""
    DispatcherLease().take()
    for what in (Happening.WORKER, Happening.BEAT, Happening.BACKUP):
        last_times.record(what, by="here, process 7")
