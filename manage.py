#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    _read_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def _read_settings() -> None:
    """A setting that cannot be used ends the command with the sentence that says so."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        _ = settings.DEBUG
    except (ValueError, ImproperlyConfigured) as error:  # EnvError is a ValueError
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    main()
