"""Waiting for what must happen. The one limit is generous, since it costs nothing when the thing happens, and a machine
that is ten times busier still meets it. Whoever waits to see that something does *not* happen sleeps a short fixed
time instead. No Django here: tests of the servers and of the demo's processes wait, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

PATIENCE_SECONDS = 180
PATIENCE_MS = 1000 * PATIENCE_SECONDS


class Logged(Protocol):
    """Running processes that keep a log each."""

    @property
    def processes(self) -> Mapping[str, object]: ...

    def log(self, name: str) -> str: ...


def wait_for(
    ask: Callable[[], object],
    *,
    what: str = "it to happen",
    tell: Logged | None = None,
    pause: Callable[[], object] = lambda: time.sleep(0.05),
) -> None:
    """Ask again and again until the answer is true; fail with the logs of `tell` when it never is. `pause` is what is
    done between two questions.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not ask():
        if time.monotonic() > until:
            logs = "\n".join(f"--- {name}\n{tell.log(name)[-3000:]}" for name in tell.processes) if tell else ""
            raise AssertionError(f"Waited {PATIENCE_SECONDS} s in vain for {what}.\n{logs}")
        pause()
