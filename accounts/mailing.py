"""Send mail over one connection, and tell how much of it the mail server took."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage, get_connection

log = logging.getLogger(__name__)


def send(messages: Sequence[EmailMessage]) -> int:
    """How many were sent, in their order: it stops at the first that fails. Never raises for mail."""
    sent = 0
    try:
        with get_connection() as connection:
            for message in messages:
                sent += connection.send_messages([message]) or 0
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; an address may be none that mail can have
        log.error("The mail server took %d of %d messages: %s", sent, len(messages), error)
    return sent
