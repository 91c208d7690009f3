"""The Celery application. Run: `celery -A moderation worker` and `celery -A moderation beat`."""

import gc
import logging
import logging.config
import os
from importlib import import_module
from typing import Any

from celery import Celery, bootsteps
from celery.signals import beat_init, setup_logging, worker_init, worker_process_init, worker_process_shutdown

from moderation.runtime.start import read_settings

read_settings()

log = logging.getLogger(__name__)
NOTIFY_SECONDS = 10
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # they load every page, which no task needs
app = Celery("moderation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_all_processes_do(**_: object) -> None:
    """A receiver of this signal stops Celery's own logging setup: its logs go through LOGGING (LOG_FORMAT)."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@beat_init.connect
@worker_init.connect
def _refuse_another_key(**_: object) -> None:
    from moderation.runtime.key_fingerprint import refuse_another_key

    refuse_another_key()


@worker_init.connect
def _share_what_is_loaded(**_: object) -> None:
    """Forked children share the memory of loaded modules as long as no garbage collection writes to it."""
    from django.conf import settings

    for name in settings.LOADED_BEFORE_FORK:
        import_module(name)
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def _write_counts(**_: object) -> None:
    from accounts import audit_buffers

    audit_buffers.start()


@worker_process_shutdown.connect
def _write_the_last_counts(**_: object) -> None:
    """A process of the pool ends without the finalizers that `start` relies on."""
    from accounts import audit_buffers
    from moderation.runtime import tracing

    audit_buffers.flush()
    tracing.flush()


class _NotifyItself(bootsteps.StartStopStep):
    """A beat that hangs or is not running must not stop scheduled tasks: a worker notifies itself too, only less often.
    Tasks are idempotent.
    """

    def start(self, parent: Any) -> None:
        parent.timer.call_repeatedly(NOTIFY_SECONDS, notify_all)  # until the connection is lost; then this restarts


app.steps["consumer"].add(_NotifyItself)


def notify_all() -> None:
    """Send every task of the schedule."""
    for entry in app.conf.beat_schedule.values():
        try:
            app.send_task(entry["task"], expires=NOTIFY_SECONDS, retry=False)
        except Exception as error:  # any failure of the broker; the next call comes soon
            log.warning("The broker did not take %s (%s).", entry["task"], error)
