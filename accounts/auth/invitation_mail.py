"""Mail an invitation's link to the invited address, in their language."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext

from accounts import mail, times
from accounts.models import Invitation


def send(invitations: Sequence[tuple[Invitation, str]]) -> list[Invitation]:
    """Those with their links that were not mailed: all from the first on that the mail server did not take. They are
    valid all the same, and their links are on the page too.
    """
    sent = mail.send([_message(*one) for one in invitations], about="invitations")
    return [invitation for invitation, _link in invitations[sent:]]


def _message(invitation: Invitation, link: str) -> EmailMessage:
    with translation.override(invitation.language or settings.LANGUAGE_CODE):
        subject = gettext("Second Look: you are invited")
        return EmailMessage(subject, _body(invitation, link), to=[invitation.email])


def _body(invitation: Invitation, link: str) -> str:
    told = gettext(
        "%(who)s invites you to Second Look, as %(role)s.\n\n"
        "Open this link, give your name and choose a password. It works once, until %(until)s:\n\n%(link)s\n"
    )
    who = str(invitation.invited_by or "Second Look")
    until = f"{times.text(invitation.expires_at)} {times.zone_name()}"
    return told % {"who": who, "role": invitation.get_role_display(), "until": until, "link": link}
