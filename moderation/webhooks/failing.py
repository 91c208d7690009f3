"""Pause an endpoint after a day of failures, and tell the administrators."""

from __future__ import annotations

import json
import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import Role
from moderation.messages import LedgerCode, Message, english
from moderation.models import Endpoint
from moderation.webhooks import endpoints

log = logging.getLogger(__name__)

AFTER_HOURS = 24
FAILURES = 10  # at least; one delivery alone makes six attempts in its first day
MAIL_SECONDS = 5

# Since the last success, or since a person enabled it. Tallies are of half hours, so it may take half an hour longer.
_FAILING = """
SELECT e.id, failed.failures, extract(epoch FROM statement_timestamp() - failed.since)::float / 3600,
       newest.last_failure
  FROM moderation_endpoint e
 CROSS JOIN LATERAL (
    SELECT sum(t.failed)::int AS failures, min(t.began_at) AS since
      FROM moderation_attempttally t
     WHERE t.endpoint_id = e.id AND t.failed > 0 AND t.began_at >= e.enabled_at
       AND t.began_at > coalesce((SELECT max(s.began_at) FROM moderation_attempttally s
                                   WHERE s.endpoint_id = e.id AND s.delivered > 0), '-infinity')) AS failed
 CROSS JOIN LATERAL (
    SELECT t.last_failure
      FROM moderation_attempttally t
     WHERE t.endpoint_id = e.id AND t.last_failure IS NOT NULL
     ORDER BY t.began_at DESC, t.last_failure_at DESC
     LIMIT 1) AS newest
 WHERE e.state = 'enabled' AND failed.failures >= %(failures)s
   AND failed.since <= statement_timestamp() - make_interval(hours => %(hours)s, mins => 30)
"""


def pause_failing() -> int:
    """Returns how many endpoints were paused."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILING, {"failures": FAILURES, "hours": AFTER_HOURS})
        found = cursor.fetchall()
    paused = [_pause(pk, failures, hours, last) for pk, failures, hours, last in found]
    return sum(paused)


def _pause(endpoint_id: int, failures: int, hours: float, last: str) -> bool:
    why = Message(LedgerCode.ENDPOINT_FAILING, hours=round(hours), failures=failures, why=json.loads(last))
    with transaction.atomic():
        endpoint = endpoints.pause_for_failing(endpoint_id, why=why)
        if endpoint is None:
            return False
        transaction.on_commit(lambda: tell_administrators(endpoint), robust=True)
    return True


def tell_administrators(endpoint: Endpoint) -> None:
    """By mail, to every active administrator. A mail server that is away stops nothing: the pages tell it, too."""
    active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    addresses = list(active.order_by("pk").values_list("email", flat=True))
    subject = gettext("The endpoint %(endpoint)s is paused") % {"endpoint": endpoint.name}
    said = gettext(
        "Second Look has paused the endpoint %(endpoint)s (%(url)s): %(why)s.\n\n"
        "Its deliveries wait; none is lost. Send it a test on its page under Manage, Endpoints, and resume it there."
    )
    body = said % {"endpoint": endpoint.name, "url": endpoint.url, "why": english(endpoint.why)}
    try:
        with get_connection(timeout=MAIL_SECONDS) as mail:
            EmailMessage(
                " ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, bcc=addresses, connection=mail
            ).send()
    except Exception as error:  # whatever the mail server or its settings do
        log.warning("The administrators could not be told by mail that endpoint %s is paused: %s", endpoint.pk, error)
