"""How every process of ours begins: by reading its settings."""

from __future__ import annotations

import os
import sys


def read_settings() -> None:
    """A setting that cannot be used ends the process with the sentence that says so, instead of a traceback."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    try:
        _ = settings.DEBUG
    except (ValueError, ImproperlyConfigured) as error:  # EnvError is a ValueError
        sys.exit(f"Cannot start: {error}")
