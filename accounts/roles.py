"""The permissions of each role. In which queues a user has them is membership (review)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class Permission(StrEnum):
    DECIDE = "decide"  # lease tasks and decide them
    TAKE_ESCALATED = "take escalated"  # see and decide tasks that others escalated
    ASSIGN = "assign"  # assign a waiting case to a named colleague
    REOPEN = "reopen"  # open a decided case again, for a correction
    WRITE_GUIDELINES = "write guidelines"
    WAIVE_PRACTICE = "waive practice"  # let a new moderator begin without it
    SEE_REPORTS = "see reports"  # figures about a queue, over all people together
    SEE_ALL_QUEUES = "see all queues"  # without being a member of each
    READ_AUDIT = "read audit"
    ADMINISTER = "administer"  # people, apps, keys, queues, endpoints

    @property
    def words(self) -> str:
        """As it reads behind “may not”, in the language of the page."""
        return {
            Permission.DECIDE: pgettext("may not …", "decide"),
            Permission.TAKE_ESCALATED: pgettext("may not …", "take escalated"),
            Permission.ASSIGN: pgettext("may not …", "assign"),
            Permission.REOPEN: pgettext("may not …", "reopen"),
            Permission.WRITE_GUIDELINES: pgettext("may not …", "write guidelines"),
            Permission.WAIVE_PRACTICE: pgettext("may not …", "waive practice"),
            Permission.SEE_REPORTS: pgettext("may not …", "see reports"),
            Permission.SEE_ALL_QUEUES: pgettext("may not …", "see all queues"),
            Permission.READ_AUDIT: pgettext("may not …", "read audit"),
            Permission.ADMINISTER: pgettext("may not …", "administer"),
        }[self]


class Role(models.TextChoices):
    MODERATOR = "moderator", _("Moderator")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.DECIDE}),
    Role.LEAD: frozenset(
        {
            *(Permission.DECIDE, Permission.TAKE_ESCALATED, Permission.ASSIGN, Permission.REOPEN),
            *(Permission.WRITE_GUIDELINES, Permission.WAIVE_PRACTICE, Permission.SEE_REPORTS),
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.AUDITOR: frozenset({Permission.SEE_ALL_QUEUES, Permission.READ_AUDIT}),
}
