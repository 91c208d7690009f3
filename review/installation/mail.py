"""Check of the mail server, when one is set."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from accounts.mail import is_set
from moderation.outbound import mail_server
from review.installation.findings import Finding, Seen, attention, broken, ok


def mail(seen: Seen | None) -> Finding:
    if not is_set():
        found = gettext("`EMAIL_URL` is not set: nobody can reset a password by mail, and nothing is notified by mail.")
        return attention(found, gettext("Set `EMAIL_URL`, for example `smtp://user:password@mail.example.com:587`."))
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    wrong = mail_server.greet()
    if wrong:
        found = gettext("`%(server)s` does not take mail: `%(why)s`.") % {"server": server, "why": wrong}
        return broken(found, gettext("Look at `EMAIL_URL`, and whether this machine may reach the server."))
    return ok(gettext("`%(server)s` answers.") % {"server": server})
