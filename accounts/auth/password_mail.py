"""Mail a link to a new password to whoever has forgotten theirs.

The page notes who asks, and a worker mails: the page waits for no mail server, and answers a stranger as quickly.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from accounts import mail
from accounts.auth import password_link
from accounts.models import PasswordMail, User

AT_ONCE = 10  # in one run of a worker, which a silent mail server holds up for EMAIL_TIMEOUT


class AskForm(ResetPasswordForm):  # type: ignore[misc] # allauth ships no types
    def save(self, request: HttpRequest, **more: Any) -> str:
        user = next(iter(self.users), None)
        origin = build_absolute_uri(request, "/").removesuffix("/")
        with transaction.atomic():
            PasswordMail.objects.create(user=user, language=translation.get_language(), origin=origin)
            import_string(settings.MAIL_HANDOVER)()
        return str(self.cleaned_data["email"])


def send_waiting(*, older_than: timedelta = timedelta()) -> int:
    """Mail the links that were asked for. Each is tried once; one that fails is logged, and the rest waits for the next
    run. Returns how many are done with.
    """
    done = 0
    while done < AT_ONCE and (asked := _take(older_than)):
        done += 1
        if asked.user and asked.user.is_active and not _send(asked, asked.user):
            break
    return done


def _send(asked: PasswordMail, user: User) -> bool:
    return bool(mail.send([_message(asked, user)], about="a forgotten password"))


def _take(older_than: timedelta) -> PasswordMail | None:
    with transaction.atomic():
        waiting = PasswordMail.objects.select_for_update(skip_locked=True, of=["self"]).select_related("user")
        asked = waiting.filter(asked_at__lte=Now() - older_than).order_by("pk").first()
        if asked:
            PasswordMail.objects.filter(pk=asked.pk).delete()
    return asked


def _message(asked: PasswordMail, user: User) -> EmailMessage:
    with translation.override(user.language or asked.language):
        subject = gettext("Second Look: choose a new password")
        told = gettext(
            "Somebody, maybe you, asked for a new password for %(email)s at Second Look.\n\n"
            "Open this link and choose one. It works once, for an hour:\n\n%(link)s\n\n"
            "If it was not you, do nothing: your password stays as it is.\n"
        )
        body = told % {"email": user.email, "link": asked.origin + password_link.path(user)}
    return EmailMessage(subject, body, to=[user.email])
