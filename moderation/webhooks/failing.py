"""Pause an endpoint after a day of failures, and tell the administrators."""

from __future__ import annotations

import json

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils.translation import gettext

from accounts import mail
from accounts.models import User
from accounts.roles import Role
from moderation.messages import LedgerCode, Message, english
from moderation.models import Endpoint
from moderation.webhooks import endpoints

AFTER_HOURS = 24
FAILURES = 10  # at least; one delivery alone makes six attempts in its first day

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
 WHERE e.state = 'enabled' AND e.callback_of_id IS NULL
   AND (%(endpoint)s::bigint IS NULL OR e.id = %(endpoint)s) AND failed.failures >= %(failures)s
   AND failed.since <= statement_timestamp() - make_interval(hours => %(hours)s, mins => 30)
"""


def pause_failing() -> int:
    """Returns how many endpoints were paused."""
    paused = [one for pk, _ in _failing() if (one := _pause(pk))]
    for one in paused:  # afterwards: a mail server may be slow
        mail.send([_mail(one)], about=f"the pause of endpoint {one.pk}")
    return len(paused)


def _pause(endpoint_id: int) -> Endpoint | None:
    """Unless it has been delivered to, or a person has resumed it, since it was found."""
    with transaction.atomic():
        Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
        found = _failing(endpoint_id)
        return endpoints.pause_for_failing(endpoint_id, why=found[0][1]) if found else None


def _failing(endpoint_id: int | None = None) -> list[tuple[int, Message]]:
    """Those that are failing, of all or of one, and why they are to be paused."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILING, {"failures": FAILURES, "hours": AFTER_HOURS, "endpoint": endpoint_id})
        return [
            (pk, Message(LedgerCode.ENDPOINT_FAILING, hours=round(hours), failures=failures, why=json.loads(last)))
            for pk, failures, hours, last in cursor.fetchall()
        ]


def _mail(endpoint: Endpoint) -> EmailMessage:
    """To every active administrator."""
    active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    addresses = list(active.order_by("pk").values_list("email", flat=True))
    subject = gettext("The endpoint %(endpoint)s is paused") % {"endpoint": endpoint.name}
    said = gettext(
        "Second Look has paused the endpoint %(endpoint)s (%(url)s): %(why)s.\n\n"
        "Its deliveries wait; none is lost. Send it a test on its page under Manage, Endpoints, and resume it there."
    )
    body = said % {"endpoint": endpoint.name, "url": endpoint.url, "why": english(endpoint.why)}
    return EmailMessage(" ".join(subject.split()), body, bcc=addresses)
