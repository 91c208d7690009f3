from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from moderation.media import decoder_server
from moderation.media.child_process import Child
from moderation.media.decoder_server import Ended


@dataclass(frozen=True, slots=True)
class Cost:
    peak_mib: float
    cpu_seconds: float


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Cost]:
    """Ask it what the last decoder process of this test took."""
    ends: list[Ended] = []
    ended = Child.ended

    def noted(self: Child, *, at_once: bool = False) -> Ended:
        ends.append(ended(self, at_once=at_once))
        return ends[-1]

    monkeypatch.setattr(Child, "ended", noted)
    return lambda: Cost(ends[-1].peak_kib / 1024, ends[-1].cpu_seconds)


@pytest.fixture
def own_servers() -> Iterator[None]:
    """None that was there before is asked, and none is left."""
    decoder_server.end()
    yield
    decoder_server.end()
