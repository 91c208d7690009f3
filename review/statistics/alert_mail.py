"""The mail about a queue that is about to break its SLA, or has recovered, to administrators and the queue's leads. It
names no case.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import mail
from accounts.models import User
from accounts.roles import Role
from accounts.times import zone_of
from review.models import SlaAlert
from review.statistics.reports.wording import minutes


def send(alert: SlaAlert) -> int:
    """Returns how many were sent."""
    messages = [_message(alert, person) for person in recipients(alert)]
    return mail.send(messages, about=f"the SLA of queue {alert.queue.slug}")


def recipients(alert: SlaAlert) -> list[User]:
    leads = Q(role=Role.LEAD, memberships__queue=alert.queue_id, memberships__practises=False)
    return list(User.objects.filter(Q(role=Role.ADMINISTRATOR) | leads, is_active=True).distinct().order_by("pk"))


def _message(alert: SlaAlert, to: User) -> EmailMessage:
    """In the reader's language and time zone."""
    language = to.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone_of(to.zone) or timezone.get_default_timezone()):
        return EmailMessage(_subject(alert), _text(alert), to=[to.email])


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
