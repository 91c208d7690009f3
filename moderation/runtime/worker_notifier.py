"""Notify workers once a transaction has committed. A lost notification delays work by seconds: maintenance finds it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any

from celery import Task
from django.db import transaction

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1  # notifications requested within it are sent together in the next round
RINGS_AT_MOST = 4  # of one task in a round: as many workers as can usefully share the work

Nudge = Task[[], Any]
"""A task that finds out from PostgreSQL what is to do."""


def ring(nudge: Nudge, *, times: int = 1) -> None:
    """After the commit, notify this many workers. The caller neither waits for the broker nor gets its errors."""

    def ask() -> None:  # a named function: Django logs the name if it fails
        _ringer.ask(nudge, times)

    transaction.on_commit(ask, robust=True)


class _Ringer:
    """One thread of the process that sends notifications: the first at once, then those of each pause together."""

    def __init__(self) -> None:
        self._asked = Counter[Nudge]()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, nudge: Nudge, times: int) -> None:
        with self._changed:
            self._asked[nudge] = min(self._asked[nudge] + times, RINGS_AT_MOST)
            if self._thread is None or not self._thread.is_alive():  # also in a forked child, which has no such thread
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            for nudge, times in self._wait().items():
                for _ in range(times):
                    _publish(nudge)
            time.sleep(PAUSE_SECONDS)

    def _wait(self) -> Counter[Nudge]:
        with self._changed:
            self._changed.wait_for(lambda: self._asked)
            asked, self._asked = self._asked, Counter()
        return asked


_ringer = _Ringer()


def _publish(nudge: Nudge) -> None:
    try:
        nudge.apply_async(retry=False)
    except Exception as error:  # any error of the broker; the thread must go on
        log.warning("The broker did not take %s (%s); maintenance will start it.", nudge.name, error)
