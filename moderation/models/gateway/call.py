from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import App


class GatewayCall(models.Model):
    """A picture that a call of the gateway gave with a `callback`, until it is moderated: then its case has everything.

    `request` is the call's body as JSON text, without access key and pixels; `upload` is the picture-store key of
    pixels that were sent. A worker leases the row; one that dies leaves it to the next.
    """

    app = models.ForeignKey(App, models.CASCADE)
    request_id = models.CharField("requestId", max_length=128)
    bt_id = models.CharField("btId", max_length=128, default="", blank=True)
    key_name = models.CharField(max_length=320)  # whose call it was, as the audit has it
    request = models.TextField()
    upload = models.CharField(max_length=160, default="", blank=True)
    callback = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # leases, the present one included
    outages = models.PositiveSmallIntegerField(default=0, db_default=0)  # leases given back because we were down

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "request_id", "bt_id"], name="gateway_call_once"),
        ]
        indexes = [models.Index(fields=["due_at"], name="gateway_call_due")]

    def __str__(self) -> str:
        return f"{self.request_id}_{self.bt_id}" if self.bt_id else self.request_id
