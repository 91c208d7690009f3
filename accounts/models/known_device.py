from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models.user import User


class KnownDevice(models.Model):
    """A browser in which this person has signed in: wrong passwords from elsewhere do not slow it down.

    The browser keeps a random token in a cookie; only its SHA-256 is here. The token is a new one after each sign-in,
    and opens nothing: a password is asked for as everywhere.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="known_devices")
    token_sha256 = models.CharField(max_length=64)
    signed_in_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_sha256"], name="known_device_once")]
        indexes = [models.Index(fields=["token_sha256"], name="known_device_by_token")]

    def __str__(self) -> str:
        return f"a device of {self.user_id}"
