"""Ring a worker once a transaction has committed. A lost ring costs seconds, never work: the sweep finds the rest."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction

log = logging.getLogger(__name__)


def ring(task: Task[..., Any], *args: Any) -> None:
    """After the commit, nudge `task`. A broker that does not answer is logged, not raised."""
    transaction.on_commit(partial(_publish, task, args), robust=True)


def _publish(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args, retry=False)
    except (OSError, task.OperationalError) as error:
        log.warning("The broker did not take %s (%s); the sweep will start it.", task.name, error)
