from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from moderation.media import child_process

MEASURING = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as figures:
    figures.write(f"{usage.ru_maxrss} {usage.ru_utime + usage.ru_stime}")
os._exit(0 if status == 0 else 1)
"""
"""Starts the child from a slim process: started from the test's own, it would be charged with the test's memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    peak_mib: float
    cpu_seconds: float


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Cost]:
    """Ask it what the last decoder process of this test took."""
    figures = tmp_path / "figures"
    measured = (sys.executable, "-I", "-S", "-c", MEASURING, str(figures), *child_process._COMMAND)
    monkeypatch.setattr(child_process, "_COMMAND", measured)

    def read() -> Cost:
        peak_kib, seconds = figures.read_text().split()
        return Cost(int(peak_kib) / 1024, float(seconds))

    return read
