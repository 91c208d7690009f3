"""The Celery application. Run: `celery -A moderation worker` and `celery -A moderation beat`."""

import gc
import logging
import logging.config
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging, worker_init

from moderation.runtime.start import read_settings

read_settings()

log = logging.getLogger(__name__)
NOTIFY_SECONDS = 10
app = Celery("moderation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_all_processes_do(**_: object) -> None:
    """Celery sets up nothing of its own once somebody listens here: what it says goes through LOGGING (LOG_FORMAT)."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def _share_what_is_loaded(**_: object) -> None:
    """Children share the memory of what was loaded before they began, as long as no collection writes into it."""
    gc.collect()
    gc.freeze()


class _NotifyItself(bootsteps.StartStopStep):
    """A beat that hangs, or that nobody has started, must not stop what it starts: a worker notifies itself too,
    only more rarely. Running a task twice does nothing twice.
    """

    def start(self, parent: Any) -> None:
        parent.timer.call_repeatedly(NOTIFY_SECONDS, notify_all)  # until the connection is lost; then this starts anew


app.steps["consumer"].add(_NotifyItself)


def notify_all() -> None:
    """Every task of the schedule."""
    for entry in app.conf.beat_schedule.values():
        try:
            app.send_task(entry["task"], expires=NOTIFY_SECONDS, retry=False)
        except Exception as error:  # whatever a broker can do wrong; the next time comes soon
            log.warning("The broker did not take %s (%s).", entry["task"], error)
