from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import App, User
from review.models.queue import Queue


class Figures(models.Model):
    """What is counted, of whatever the row is about."""

    arrived = models.PositiveIntegerField(default=0)  # cases put into the queue, by when they were
    reopened = models.PositiveIntegerField(default=0)  # of these, opened again after a decision
    made = models.PositiveIntegerField(default=0)  # decisions, by when they were made
    undone = models.PositiveIntegerField(default=0)
    acts = models.PositiveIntegerField(default=0)  # key presses: a page of a grid is one, and so are cases taken along
    undone_acts = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)  # decisions that were not undone
    in_time = models.PositiveIntegerField(default=0)  # of these, made before the case was due
    cases = models.PositiveIntegerField(default=0)  # decided by these, those grouped with another included
    passed = models.PositiveIntegerField(default=0)  # of these cases, without those decided anew in a later round
    rejected = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)  # by when the lease ended
    escalated = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ReportCount(Figures):
    """What happened in a quarter of an hour, rolled up from decisions, tasks and leases.

    Rows without a person are everybody's, by queue, app and first level of the label. Rows of one person are by queue
    alone, without app and label, for that person and their leads.
    """

    slot = models.DateTimeField()  # the begin of the quarter: any time zone's day is made of whole ones
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    app = models.ForeignKey(App, models.CASCADE, related_name="+", db_index=False, null=True)
    label = models.TextField(default="", blank=True)
    by = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "queue", "app", "label", "by"], name="report_count_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["by", "slot"], condition=Q(by__isnull=False), name="report_count_of_person"),
            # The unique index begins with the slot too, but PostgreSQL expects to skip through all of it.
            models.Index(fields=["slot"], condition=Q(by__isnull=True), name="report_count_of_everybody"),
        ]

    def __str__(self) -> str:
        return f"{self.made} decisions from {self.slot}"


class ReportHistogram(models.Model):
    """How often something fell into a bucket in a quarter of an hour, by queue, app, label, person.

    Times are in the buckets of `review.statistics.reports.buckets`, scores in tenths: bucket 7 is 700 to 799.
    """

    class Kind(models.TextChoices):
        WAIT = "wait"  # from entering the queue to the decision
        HANDLING = "handling"  # from the picture on the screen to the decision, idle time cut away
        UPHELD = "upheld"  # rejected for the label that the machine suspected, by that label's score
        DIFFERED = "differed"  # passed, or rejected for another label, by the same score

    slot = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    app = models.ForeignKey(App, models.CASCADE, related_name="+", db_index=False, null=True)
    label = models.TextField(default="", blank=True)
    by = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False, null=True)
    bucket = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "kind", "queue", "app", "label", "by", "bucket"],
                name="report_histogram_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["by", "slot"], condition=Q(by__isnull=False), name="report_histogram_of_person"),
            models.Index(fields=["slot"], condition=Q(by__isnull=True), name="report_histogram_of_everybody"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.kind} from {self.slot}"


class ReportDay(models.Model):
    """A day of some time zone of which nothing changes any more, added up so that it need not be read in quarters.

    It is deleted with its rows, and added up anew when somebody asks for it, whenever one of its quarters is counted
    anew.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["since", "until"], name="report_day_once")]

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class ReportDayCount(Figures):
    """Everybody's rows of ReportCount, added up."""

    day = models.ForeignKey(ReportDay, models.CASCADE, related_name="+")
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    app = models.ForeignKey(App, models.CASCADE, related_name="+", db_index=False)
    label = models.TextField()

    def __str__(self) -> str:
        return f"{self.made} decisions of {self.day_id}"


class ReportDayHistogram(models.Model):
    """Everybody's rows of ReportHistogram, added up by queue, app and label. No app, and for times no label, stands for
    all of them.
    """

    day = models.ForeignKey(ReportDay, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=ReportHistogram.Kind.choices)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    app = models.ForeignKey(App, models.CASCADE, related_name="+", db_index=False, null=True)
    label = models.TextField(null=True)
    bucket = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["day", "app", "label"], name="report_histogram_of_day")]

    def __str__(self) -> str:
        return f"{self.count} of {self.kind} of {self.day_id}"


class RollUp(models.Model):
    """How far the tables of the reports are: nothing before `settled_until` changes but by a later round's verdict."""

    name = models.CharField(max_length=20, primary_key=True)
    settled_until = models.DateTimeField()
    rolled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} until {self.settled_until}"
