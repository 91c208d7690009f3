"""Legal holds: nothing of a held case is erased, whatever retention says and whoever asks for it."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.models import Case, LegalHold

LONGEST_REASON = 500


class HoldRefused(ValueError):
    """A reason is missing, or somebody was faster."""


def place(case: Case, *, reason: str, by: User) -> LegalHold:
    """Raises NotAllowed, or HoldRefused without a reason and when the case is held already."""
    check(by, Permission.ERASE)
    reason = _checked(reason)
    with transaction.atomic():
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)  # who erases has the case locked too
        if LegalHold.objects.filter(case=case, lifted_at=None).exists():
            raise HoldRefused(gettext("This case is under legal hold already."))
        hold = LegalHold.objects.create(case=case, reason=reason, placed_by=by)
        audit.record(AuditAction.CASE_HELD, by=by, on=case, note=reason)
    return hold


def lift(case: Case, *, reason: str, by: User) -> None:
    """From then on what is due may be erased. Raises NotAllowed, or HoldRefused without a reason or a hold."""
    check(by, Permission.ERASE)
    reason = _checked(reason)
    with transaction.atomic():
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        standing = LegalHold.objects.filter(case=case, lifted_at=None)
        if not standing.update(lifted_at=Now(), lifted_by=by, lift_reason=reason):
            raise HoldRefused(gettext("This case is not under legal hold."))
        audit.record(AuditAction.CASE_HOLD_LIFTED, by=by, on=case, note=reason)


def of_case(case: Case) -> LegalHold | None:
    """The hold that stands, if one does."""
    return LegalHold.objects.select_related("placed_by").filter(case=case, lifted_at=None).first()


def _checked(reason: str) -> str:
    reason = reason.replace("\0", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise HoldRefused(gettext("Give a reason of 1–{longest} characters.").format(longest=LONGEST_REASON))
    return reason
