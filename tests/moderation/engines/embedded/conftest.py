from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from moderation.engines.embedded import engine
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from tests.moderation.engines import stand_in_engine
from tests.moderation.engines.embedded.processes import gone
from tests.waiting import wait_for


@pytest.fixture
def stand_in_host() -> Iterator[Host]:
    """A host of its own, whose process is the stand-in; afterwards none may be left."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Host(Path(folder), (sys.executable, "-I", str(stand_in_engine.__file__)))
        leave(Path(folder))


@pytest.fixture
def embedded(stand_in_host: Host) -> Embedded:
    return Embedded(stand_in_host)


def leave(folder: Path, *started: Popen[bytes]) -> None:
    """As if this process ended: hang up, and the engine ends by itself. `started` are ones that the test started."""
    for line in engine._here["lines"].values():
        line.close()
    engine._here["lines"].clear()
    for process in started:
        process.wait(timeout=10)
    wait_for(lambda: gone(folder), what="the engine's process to end")
