from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.contract.values import LabelPath
from review.models.decision import Verdict

WARNED_AFTER = 0.75  # of the SLA, in a queue without a warning of its own


def both_verdicts() -> list[str]:
    return list(Verdict.values)


def in_language(name: str, name_zh: str) -> str:
    """The name in the reader's language, where it has one there."""
    return name_zh if name_zh and (get_language() or "").startswith("zh") else name


class Blur(models.IntegerChoices):
    """How a picture is covered; see `review.preferences`."""

    NONE = 0, _("off")
    SOFT = 1, _("soft")
    STRONG = 2, _("strong")
    FULL = 3, _("strongest")


class Queue(models.Model):
    """Named work with members, an SLA, allowed verdicts and reasons.

    `boosts` are the priority weights that differ from the policy's: {"severity": {level: minutes}, "confidence",
    "rejected_before", "rejected_before_at_most", "reach"}, each optional. A paused queue takes cases in and hands
    none out. A closed one does neither: its cases go to `closed_into`.
    """

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_zh = models.CharField(_("Chinese name"), max_length=150, default="", db_default="", blank=True)
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Receives everything that no rule sends to another queue. Exactly one queue is the default."),
    )
    sla_minutes = models.PositiveIntegerField(_("SLA, minutes"), default=60, validators=[MinValueValidator(1)])
    warn_minutes = models.PositiveIntegerField(
        _("warn after, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "When a case that still waits counts as at risk. Shorter than the SLA; empty: three quarters of it."
        ),
    )
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
    blur = models.PositiveSmallIntegerField(
        _("blur at first"),
        choices=Blur.choices,
        null=True,
        blank=True,
        help_text=_("How pictures of this queue are covered for people who have chosen no filter of their own."),
    )
    boosts = models.JSONField(_("priority weights"), default=dict, db_default={}, blank=True)
    guideline = models.TextField(_("guideline"), default="", blank=True)  # written by review.queues.guidelines
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    pause_reason = models.CharField(_("reason"), max_length=300, default="", db_default="", blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    members = models.ManyToManyField(User, through="review.Membership", related_name="queues")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("queue"), _("queues")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_queue"),
            models.CheckConstraint(condition=Q(sla_minutes__gte=1), name="queue_sla"),
            models.CheckConstraint(condition=Q(allowed_verdicts__len__gt=0), name="queue_allows_a_verdict"),
            models.CheckConstraint(
                condition=Q(warn_minutes=None) | Q(warn_minutes__gte=1, warn_minutes__lt=F("sla_minutes")),
                name="queue_warns_before_its_sla",
            ),
            models.CheckConstraint(condition=Q(blur=None) | Q(blur__lte=3), name="queue_blur_is_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_into=None)
                | Q(closed_at__isnull=False, closed_into__isnull=False, is_default=False),
                name="closed_queue_names_another",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_zh)

    @property
    def is_open(self) -> bool:
        """Whether it hands out cases."""
        return self.paused_at is None and self.closed_at is None

    @property
    def warned_after_minutes(self) -> float:
        """When a case that still waits counts as at risk."""
        return self.warn_minutes or self.sla_minutes * WARNED_AFTER


class Team(models.Model):
    """A named group of people who are put into queues as a whole."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    people = models.ManyToManyField(User, related_name="teams", verbose_name=_("people"))
    queues = models.ManyToManyField(Queue, related_name="teams", verbose_name=_("queues"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("team"), _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person works in a queue: named there in person (`is_direct`), or through a team of the queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    practises = models.BooleanField(default=False, db_default=False)  # leases nothing here before practice is finished
    is_direct = models.BooleanField(default=True, db_default=True)

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
    name_zh = models.CharField(_("Chinese name"), max_length=150, default="", db_default="", blank=True)
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
        return in_language(self.name, self.name_zh)

    @property
    def path(self) -> LabelPath:
        return LabelPath(self.risk_label1, self.risk_label2, self.risk_label3)


class QueueJob(models.Model):
    """Long work on a queue's waiting tasks, done in chunks: moving them to another queue when it closes, or ranking
    them anew by other weights. `after` is the last task ranked; `total` is what was counted at the start.
    """

    class Kind(models.TextChoices):
        MOVE = "move", _("moving")
        RANK = "rank", _("ranking")

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "kind"], condition=Q(ended_at=None), name="one_open_job_per_queue")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.queue}: {self.done} of {self.total}"
