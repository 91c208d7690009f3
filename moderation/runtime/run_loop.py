"""Call a function repeatedly until the process gets SIGTERM or SIGINT; errors are logged and do not end it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections

log = logging.getLogger(__name__)


def poll(work: Callable[[], Any], *, every_seconds: float) -> None:
    """Call `work` every `every_seconds` until SIGTERM or SIGINT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            work()
        except Exception:
            log.exception("Failed; trying again in %s s.", every_seconds)
            close_old_connections()
        stopped.wait(every_seconds)
