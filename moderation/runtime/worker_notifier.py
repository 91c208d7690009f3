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
NOTIFICATIONS_AT_MOST = 4  # of one task in a round: as many workers as can usefully share the work

Notification = Task[[], Any]
"""A task that finds out from PostgreSQL what is to do."""


def notify(notification: Notification, *, times: int = 1) -> None:
    """After the commit, notify this many workers. The caller neither waits for the broker nor gets its errors."""

    def ask() -> None:  # a named function: Django logs the name if it fails
        _notifier.ask(notification, times)

    transaction.on_commit(ask, robust=True)


class _Notifier:
    """One thread of the process that sends notifications: the first at once, then those of each pause together."""

    def __init__(self) -> None:
        self._asked = Counter[Notification]()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, notification: Notification, times: int) -> None:
        with self._changed:
            self._asked[notification] = min(self._asked[notification] + times, NOTIFICATIONS_AT_MOST)
            if self._thread is None or not self._thread.is_alive():  # also in a forked child, which has no such thread
                self._thread = threading.Thread(target=self._run, name="worker-notifier", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            for notification, times in self._wait().items():
                for _ in range(times):
                    _publish(notification)
            time.sleep(PAUSE_SECONDS)

    def _wait(self) -> Counter[Notification]:
        with self._changed:
            self._changed.wait_for(lambda: self._asked)
            asked, self._asked = self._asked, Counter()
        return asked


_notifier = _Notifier()


def _publish(notification: Notification) -> None:
    try:
        notification.apply_async(retry=False)
    except Exception as error:  # any error of the broker; the thread must go on
        log.warning("The broker did not take %s (%s); maintenance will start it.", notification.name, error)
