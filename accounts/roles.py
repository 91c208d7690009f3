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
    TRY_PICTURES = "try pictures"  # have a picture moderated, as if a call had brought it
    SEE_REPORTS = "see reports"  # figures about a queue, over all people together
    SEE_ALL_QUEUES = "see all queues"  # without being a member of each
    SEE_CHILD_SAFETY = "see child safety"  # the cases of suspected child abuse; no queue asks for it yet
    READ_AUDIT = "read audit"
    ERASE = "erase"  # say how long data is kept, erase a subject's, and place and lift legal holds
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
            Permission.TRY_PICTURES: pgettext("may not …", "try pictures"),
            Permission.SEE_REPORTS: pgettext("may not …", "see reports"),
            Permission.SEE_ALL_QUEUES: pgettext("may not …", "see all queues"),
            Permission.SEE_CHILD_SAFETY: pgettext("may not …", "see child safety"),
            Permission.READ_AUDIT: pgettext("may not …", "read audit"),
            Permission.ERASE: pgettext("may not …", "erase data"),
            Permission.ADMINISTER: pgettext("may not …", "administer"),
        }[self]


class Role(models.TextChoices):
    MODERATOR = "moderator", _("Moderator")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


BY_NAME = frozenset({Permission.SEE_CHILD_SAFETY})
"""No role brings these: an administrator grants them to a person."""

GRANTED_TO = frozenset({Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR})
"""The roles whose people can be granted one by name."""

IN_OWN_QUEUES = frozenset(
    {
        *(Permission.TAKE_ESCALATED, Permission.ASSIGN, Permission.REOPEN),
        *(Permission.WRITE_GUIDELINES, Permission.WAIVE_PRACTICE, Permission.SEE_REPORTS),
    }
)
"""Whoever does not administer has these in the queues they work in alone; escalated tasks everybody."""

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.DECIDE}),
    Role.LEAD: frozenset(
        {
            *(Permission.DECIDE, Permission.TAKE_ESCALATED, Permission.ASSIGN, Permission.REOPEN),
            *(Permission.WRITE_GUIDELINES, Permission.WAIVE_PRACTICE, Permission.SEE_REPORTS),
            Permission.TRY_PICTURES,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission) - BY_NAME,
    Role.AUDITOR: frozenset({Permission.SEE_ALL_QUEUES, Permission.READ_AUDIT}),
}


class Reach(StrEnum):
    """How far a role's permission reaches, as the page of people draws it."""

    EVERYWHERE = "everywhere"
    OWN_QUEUES = "own-queues"
    BY_NAME = "by-name"
    NEVER = "never"


def reach(role: str, permission: Permission) -> Reach:
    if permission in BY_NAME:
        return Reach.BY_NAME if role in GRANTED_TO else Reach.NEVER
    if permission not in PERMISSIONS[role]:
        return Reach.NEVER
    leads_everywhere = Permission.ADMINISTER in PERMISSIONS[role] and permission is not Permission.TAKE_ESCALATED
    return Reach.OWN_QUEUES if permission in IN_OWN_QUEUES and not leads_everywhere else Reach.EVERYWHERE
