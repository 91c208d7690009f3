from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.contract.values import LabelPath
from review.models.decision import Verdict


def both_verdicts() -> list[str]:
    return list(Verdict.values)


class Queue(models.Model):
    """Named work with members, an SLA, allowed verdicts and reasons."""

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Receives everything that no rule sends to another queue. Exactly one queue is the default."),
    )
    sla_minutes = models.PositiveIntegerField(_("SLA, minutes"), default=60, validators=[MinValueValidator(1)])
    lease_seconds = models.PositiveIntegerField(
        _("lease, seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
        help_text=_("Empty: as set for the whole installation."),
    )
    allowed_verdicts = ArrayField(
        models.CharField(max_length=6, choices=Verdict.choices), verbose_name=_("verdicts"), default=both_verdicts
    )
    reason_required = models.BooleanField(_("a rejection needs a reason"), default=False)
    note_required = models.BooleanField(_("a rejection needs a note"), default=False)
    grid = models.BooleanField(
        _("grid"),
        default=True,
        help_text=_(
            "Offer pages of pictures that are suspected of one label, where people mark the exceptions. Needs both "
            "verdicts and rejections without a note. Pictures with a critical label are always judged singly."
        ),
    )
    practice_first = models.BooleanField(
        _("practice first"),
        default=True,
        help_text=_("New moderators judge the five practice pictures before they receive cases of this queue."),
    )
    guideline = models.TextField(_("guideline"), default="", blank=True)  # written by review.queues.guidelines
    members = models.ManyToManyField(User, through="review.Membership", related_name="queues")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("queue"), _("queues")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_queue"),
            models.CheckConstraint(condition=Q(sla_minutes__gte=1), name="queue_sla"),
            models.CheckConstraint(condition=Q(allowed_verdicts__len__gt=0), name="queue_allows_a_verdict"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person works in a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    practises = models.BooleanField(default=False, db_default=False)  # leases nothing here before practice is finished

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.queue}"


class Reason(models.Model):
    """Why a picture is rejected, in this queue: one key, one label path for the customer."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="reasons")
    code = models.SlugField(_("short name"), max_length=50)
    key = models.PositiveSmallIntegerField(_("key"), validators=[MinValueValidator(1), MaxValueValidator(9)])
    name = models.CharField(_("name"), max_length=150)
    risk_label1 = models.CharField("riskLabel1", max_length=200)
    risk_label2 = models.CharField("riskLabel2", max_length=200, default="", blank=True)
    risk_label3 = models.CharField("riskLabel3", max_length=200, default="", blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("reason"), _("reasons")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "code"], name="reason_code_once"),
            models.UniqueConstraint(fields=["queue", "key"], name="reason_key_once"),
            models.CheckConstraint(condition=Q(key__gte=1, key__lte=9), name="reason_key_is_a_digit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> LabelPath:
        return LabelPath(self.risk_label1, self.risk_label2, self.risk_label3)
