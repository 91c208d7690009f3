from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.models.user import User


class PasswordMail(models.Model):
    """Somebody has asked for a link to a new password, and no worker has mailed it yet. The link is kept nowhere.

    Without a `user` the address was nobody's: that is written down too, so that the time it takes tells nothing.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)  # of the page, for who has chosen none
    origin = models.CharField(max_length=300)  # where the page was, such as https://review.example.com
    asked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.user} at {self.asked_at}"
