"""The mail about a queue that is about to break its SLA, or has recovered, to administrators and the queue's leads. It
names no case. Where no mail server is set none is sent; one that fails is logged.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.core import mail
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import Role
from accounts.times import zone_of
from review.models import SlaAlert
from review.statistics.reports.wording import minutes

log = logging.getLogger(__name__)

SECONDS = 10  # a mail server that does not answer keeps maintenance no longer


def is_configured() -> bool:
    """Not where the backend discards all mail, nor where it is Django's own without a server that was set."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return bool(getattr(settings, "EMAIL_URL", "")) or settings.EMAIL_HOST != "localhost"
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def send(alert: SlaAlert) -> int:
    """Returns how many were sent."""
    if not is_configured():
        return 0
    try:
        messages = [_message(alert, person) for person in recipients(alert)]
        with mail.get_connection(timeout=SECONDS) as connection:
            return connection.send_messages(messages) or 0
    except Exception:
        log.exception("The mail about the SLA of queue %s was not sent", alert.queue.slug)
        return 0


def recipients(alert: SlaAlert) -> list[User]:
    leads = Q(role=Role.LEAD, memberships__queue=alert.queue_id, memberships__practises=False)
    return list(User.objects.filter(Q(role=Role.ADMINISTRATOR) | leads, is_active=True).distinct().order_by("pk"))


def _message(alert: SlaAlert, to: User) -> mail.EmailMessage:
    """In the reader's language and time zone."""
    language = to.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone_of(to.zone) or timezone.get_default_timezone()):
        return mail.EmailMessage(_subject(alert), _text(alert), to=[to.email])


def _subject(alert: SlaAlert) -> str:
    if alert.at_risk:
        return gettext("{queue} is about to break its SLA").format(queue=alert.queue)
    return gettext("{queue} keeps its SLA again").format(queue=alert.queue)


def _text(alert: SlaAlert) -> str:
    lines = [
        _subject(alert),
        "",
        gettext("SLA: {minutes}").format(minutes=minutes(alert.queue.sla_minutes)),
        gettext("Waiting: {n}, of which overdue: {overdue}").format(n=alert.waiting, overdue=alert.overdue),
    ]
    if alert.due_at:
        due = timezone.localtime(alert.due_at)
        lines.append(gettext("First due: {time}").format(time=date_format(due, "DATETIME_FORMAT")))
    lines += ["", gettext("The board of Second Look shows who works there and how fast it drains.")]
    return "\n".join(lines) + "\n"
