"""Sign a person out everywhere: of a new password, another role, a reset second factor, and of a lost browser."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from accounts.models import User


def everywhere(user: User, *, by: User | str, hands_back: bool = True) -> None:
    """End every session, in the caller's transaction. What the person has leased or snoozed goes back to the queues,
    unless they do it themselves and go on working.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    UserSession.objects.filter(user=user).delete()
    user.refresh_from_db(fields=["session_epoch"])
    if hands_back:
        import_string(settings.PERSON_HANDOVER)(user, by=by)
