"""Mail an invitation's link to the invited address, in their language."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext

from accounts import mail, times
from accounts.models import Invitation


def send(invitation: Invitation, link: str) -> bool:
    """Whether the mail server took it. The invitation is valid all the same: its link is on the page too."""
    with translation.override(invitation.language or settings.LANGUAGE_CODE):
        subject = gettext("Second Look: you are invited")
        body = _body(invitation, link)
    return bool(mail.send([EmailMessage(subject, body, to=[invitation.email])], about="an invitation"))


def _body(invitation: Invitation, link: str) -> str:
    told = gettext(
        "%(who)s invites you to Second Look, as %(role)s.\n\n"
        "Open this link, give your name and choose a password. It works once, until %(until)s:\n\n%(link)s\n"
    )
    who = str(invitation.invited_by or "Second Look")
    until = f"{times.text(invitation.expires_at)} {times.zone_name()}"
    return told % {"who": who, "role": invitation.get_role_display(), "until": until, "link": link}
