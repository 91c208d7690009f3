"""The Celery application. Run: `celery -A moderation worker` and `celery -A moderation beat`."""

import gc
import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")

app = Celery("moderation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _share_what_is_loaded(**_: object) -> None:
    """Children share the memory of what was loaded before they began, as long as no collection writes into it."""
    gc.collect()
    gc.freeze()
