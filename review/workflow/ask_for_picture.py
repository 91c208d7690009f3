"""A person requests another fetch of a picture that could not be fetched."""

from __future__ import annotations

from django.db import transaction

from accounts import audit, permissions
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.roles import Permission
from moderation.media.fetch import start_anew
from moderation.models import Case, PictureFetch
from moderation.runtime.worker_notifier import notify
from moderation.tasks import fetch_pictures
from review.permissions import can_see_case


def ask(case_id: int, *, by: User) -> bool:
    """Whether another fetch is scheduled: not when the picture is ready or being fetched, or came without a URL.

    Raises NotAllowed, or Case.DoesNotExist also when the person may not see the case.
    """
    permissions.check(by, Permission.DECIDE)
    case = Case.objects.get(pk=case_id)
    if not can_see_case(by, case_id):
        raise Case.DoesNotExist
    with transaction.atomic():
        started = bool(start_anew([case_id]))
        if started:
            audit.record(AuditAction.CASE_PICTURE_ASKED_FOR, by=by, on=case)
            notify(fetch_pictures)
    return started


def can_ask(fetch: PictureFetch, *, by: User) -> bool:
    """Whether this person may request a fetch now; the caller has checked that they may see the case."""
    waits = fetch.state == PictureFetch.State.UNAVAILABLE or fetch.next_try_at is not None
    return waits and bool(fetch.url or fetch.backup_url) and permissions.may(by, Permission.DECIDE)
