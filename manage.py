#!/usr/bin/env python
"""Django's command line. Without a configured database, an embedded one runs for as long as the command."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

NEED_NO_DATABASE = {"check", "collectstatic", "compilemessages", "makemessages", "help", "spectacular"}


def main() -> None:
    from moderation.runtime.start import read_settings

    read_settings()
    from django.core.management import execute_from_command_line

    from moderation.runtime.embedded import CannotStart

    try:
        with _databases():
            execute_from_command_line(sys.argv)
    except CannotStart as error:
        sys.exit(f"Cannot start: {error}")


def _databases() -> AbstractContextManager[Any]:
    from django.conf import settings

    from moderation.runtime import embedded

    if len(sys.argv) < 2 or sys.argv[1] in NEED_NO_DATABASE or os.environ.get("DATABASE_URL"):
        return nullcontext()
    return embedded.running(settings.DATA_DIR, redis=settings.EMBEDDED_REDIS)


if __name__ == "__main__":
    main()
