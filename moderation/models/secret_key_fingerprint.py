from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class SecretKeyFingerprint(models.Model):
    """Which SECRET_KEY the stored secrets are sealed with, in the one row of this table.

    Written by the first process that starts; every later one compares (moderation/runtime/key_fingerprint.py).
    """

    name = models.CharField(primary_key=True, max_length=20)
    fingerprint = models.CharField(max_length=64)
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.fingerprint
