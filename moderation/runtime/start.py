"""Read the settings, at the start of every process."""

from __future__ import annotations

import os
import sys


def read_settings() -> None:
    """Read the settings; an invalid one ends the process with its error message instead of a traceback."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    try:
        _ = settings.DEBUG
    except (ValueError, ImproperlyConfigured) as error:  # EnvError is a ValueError
        sys.exit(f"Cannot start: {error}")
