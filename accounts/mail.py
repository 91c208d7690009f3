"""Mail, where a mail server is set (EMAIL_URL). One that is away stops nothing: what mail is about is on pages too."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

log = logging.getLogger(__name__)


def is_set() -> bool:
    return bool(settings.EMAIL_URL)


def send(messages: Sequence[EmailMessage], *, about: str) -> int:
    """Returns how many the mail server took. `about` is for the log."""
    if not is_set():
        return 0
    try:
        with get_connection() as server:
            return server.send_messages(messages) or 0
    except Exception:  # whatever the mail server or its settings do
        log.exception("The mail about %s was not sent.", about)
        return 0
