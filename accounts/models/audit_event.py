from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AuditEvent(models.Model):
    """Who did what to which thing. Written in the transaction of the change; never changed after."""

    at = models.DateTimeField(_("at"), db_default=Now())
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=320)  # as it read at the time: a person, a key, or "policy"
    action = models.CharField(_("action"), max_length=60)  # an AuditAction, or a former name of one
    on_type = models.CharField(_("thing"), max_length=40)
    on_id = models.CharField(_("ID"), max_length=64)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("audit event"), _("audit events")
        indexes = [
            models.Index(fields=["on_type", "on_id", "id"], name="audit_by_thing"),
            models.Index(fields=["by", "id"], name="audit_by_person"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return gettext("Event %(number)s") % {"number": self.pk}
