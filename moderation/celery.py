"""The Celery application. Run: `celery -A moderation worker` and `celery -A moderation beat`."""

import gc
import logging.config

from celery import Celery
from celery.signals import setup_logging, worker_init

from moderation.runtime.start import read_settings

read_settings()

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
