"""Ring a worker once a transaction has committed. A lost ring costs seconds, never work: maintenance finds the rest."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any

from celery import Task
from django.db import transaction

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1  # in which whatever else is asked for becomes one round of rings
RINGS_AT_MOST = 4  # in a round: as many workers as can usefully share it

Nudge = Task[[], Any]
"""A task that finds out from PostgreSQL what is to do."""


def ring(nudge: Nudge, *, times: int = 1) -> None:
    """After the commit, nudge so many workers. Whoever rings waits for no broker, and hears of none that is away."""

    def ask() -> None:  # with a name, which Django writes down if it ever fails
        _ringer.ask(nudge, times)

    transaction.on_commit(ask, robust=True)


class _Ringer:
    """One thread of the process that rings: the first time at once, then for all that was asked for in a pause."""

    def __init__(self) -> None:
        self._asked = Counter[Nudge]()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, nudge: Nudge, times: int) -> None:
        with self._changed:
            self._asked[nudge] = min(self._asked[nudge] + times, RINGS_AT_MOST)
            if self._thread is None or not self._thread.is_alive():  # also in a child of the process that rang before
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
    except Exception as error:  # whatever a broker can do wrong; the thread must live on
        log.warning("The broker did not take %s (%s); maintenance will start it.", nudge.name, error)
