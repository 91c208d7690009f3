"""The web application, for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")

application = get_wsgi_application()

# What the start made lives as long as the process; walking it at every full collection doubles the time of a batch.
gc.collect()
gc.freeze()
