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
    """How many of them were sent, in their order and over one connection: it stops at the first that fails. `about` is
    for the log. Never raises.
    """
    sent = 0
    try:
        if is_set():
            with get_connection() as server:
                for message in messages:
                    sent += server.send_messages([message]) or 0
    except Exception:  # whatever the mail server, its settings or an address do
        log.exception("The mail server took %d of %d messages about %s.", sent, len(messages), about)
    return sent
