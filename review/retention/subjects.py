"""Erase all that is kept of one subject: counted first, then in batches until nothing is left but what is held.

A case that still waits for a person, or has a delivery on its way, is erased once it is over: the erasure stays under
way until then. Held cases are left and named in the certificate.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.erasure import applied_again
from moderation.erasure.kinds import Kind
from moderation.messages import LedgerCode, Message
from moderation.models import Case, ErasedCase, Erasure
from review.retention import certificate, erase, traces
from review.retention.candidates import IS_HELD, IS_OVER
from review.retention.traces import Traces

AT_ONCE = 50
LOOKED_AT_AGAIN = timedelta(seconds=30)  # whether what kept cases from being erased is over
LONGEST_TOKEN = 64
_WHY = Message(LedgerCode.PICTURE_OF_ERASED_SUBJECT)
COMMAND_LINE = "command line"

_OF_SUBJECT = "c.token_id = %(token)s AND (%(app)s::bigint IS NULL OR c.app_id = %(app)s) AND c.id <= %(last)s"
# Of an erasure that a restored backup had not heard of: the cases that it names, as far as they are from before it.
_OF_LIST = """
c.id IN (SELECT case_id FROM moderation_erasedcase WHERE erasure_id = %(erasure)s)
AND c.received_at <= %(requested_at)s AND c.records_erased_at IS NULL
"""
_NEXT = "SELECT c.id FROM moderation_case c WHERE {these} AND {over} AND NOT {held} ORDER BY c.id LIMIT %(limit)s"
_COUNT = """
SELECT count(*), count(*) FILTER (WHERE {held}), count(*) FILTER (WHERE NOT {held} AND NOT ({over})),
       count(*) FILTER (WHERE EXISTS (SELECT FROM moderation_picturefetch p
                                       WHERE p.case_id = c.id AND p.picture_id IS NOT NULL))
  FROM moderation_case c
 WHERE {these}
"""


class ErasureRefused(ValueError):
    """The text is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The cases of a subject: all, those under legal hold, those that are not over yet, those with a picture."""

    cases: int
    held: int
    waiting: int
    pictures: int


def count(token_id: str, *, app: App | None, by: User | str) -> Counted:
    """Raises NotAllowed, or ErasureRefused for what cannot be the id of a subject."""
    _check(by)
    about = {"token": checked(token_id), "app": app.pk if app else None, "last": _last_case()}
    return _counted(_OF_SUBJECT, about)


def begin(token_id: str, *, app: App | None, counted: int, by: User | str) -> Erasure:
    """Erase the cases that there are now, which have to be as many as the person was told. Maintenance does it.

    Raises NotAllowed, or ErasureRefused when the number is another one by now, or it is under way already.
    """
    _check(by)
    token_id = checked(token_id)
    with transaction.atomic():
        _check_count(token_id, app, counted, by)
        salt = secrets.token_hex(16)
        made = Erasure.objects.create(
            app=app,
            token_id=token_id,
            subject_salt=salt,
            subject_sha256=digest_of(token_id, salt),
            last_case=_last_case(),
            counted=counted,
            requested_by=by if isinstance(by, User) else None,
        )
        of = {"app_id": app.app_id} if app else {}
        audit.record(AuditAction.ERASURE_STARTED, by=by, on=made, counted=counted, **of)
    return made


def digest_of(token_id: str, salt: str) -> str:
    """How a certificate names a subject: who knows the id can check it."""
    return hashlib.sha256(f"{salt}:{token_id}".encode()).hexdigest()


def checked(token_id: str) -> str:
    """Raises ErasureRefused."""
    if not token_id.strip() or len(token_id) > LONGEST_TOKEN or "\0" in token_id:
        refused = gettext("Write the tokenId of the subject: 1–{longest} characters.")
        raise ErasureRefused(refused.format(longest=LONGEST_TOKEN))
    return token_id


def work(*, for_seconds: float) -> int:
    """Go on with the erasures under way, for about so long. Returns how many cases were erased."""
    until, erased = time.monotonic() + for_seconds, 0
    is_due = Q(looked_at=None) | Q(looked_at__lt=Now() - LOOKED_AT_AGAIN)
    running = Erasure.objects.filter(is_due, state=Erasure.State.RUNNING).order_by("requested_at")
    for pk in list(running.values_list("pk", flat=True)):
        while time.monotonic() < until and (done := _batch(pk)):
            erased += done
    applied_again.note_all()
    return erased


def left(erasure: Erasure) -> Counted:
    """What is still there of one under way."""
    return _counted(*_about(erasure))


def _batch(pk: UUID) -> int:
    """One transaction. Returns how many cases were erased: 0 when there is nothing to do now, or another process is at
    it.
    """
    with transaction.atomic():
        erasure = _locked(pk)
        if erasure is None:
            return 0
        these, about = _about(erasure)
        cases, done = erase.erase({Kind.RECORDS: _next(these, about)}, why=_WHY)
        if cases:
            _note(erasure, cases, done)
            return len(cases)
        Erasure.objects.filter(pk=pk).update(looked_at=timezone.now())
        is_over = _is_over(these, about)
    if is_over:
        _finish(pk, traces.find(erasure.token_id) if erasure.token_id else traces.NONE)
    return 0


def _locked(pk: UUID) -> Erasure | None:
    return Erasure.objects.select_for_update(skip_locked=True).filter(pk=pk, state="running").first()


def _is_over(these: str, about: dict[str, Any]) -> bool:
    """Whether nothing is left but what is under legal hold."""
    counted = _counted(these, about)
    return counted.cases == counted.held


def _note(erasure: Erasure, cases: list[int], done: dict[Kind, int]) -> None:
    known = set(erasure.cases.filter(case_id__in=cases).values_list("case_id", flat=True))
    ErasedCase.objects.bulk_create([ErasedCase(erasure=erasure, case_id=one) for one in cases if one not in known])
    told = {"cases": len(cases), **{kind.value: count for kind, count in done.items()}}
    erasure.erased = {name: erasure.erased.get(name, 0) + count for name, count in told.items()}
    erasure.looked_at = None
    erasure.save(update_fields=["erased", "looked_at"])


def _finish(pk: UUID, found: Traces) -> None:
    """Unless another process has, or a hold was lifted meanwhile."""
    with transaction.atomic():
        erasure = _locked(pk)
        if erasure is None or not _is_over(*_about(erasure)):
            return
        held = _held(erasure)
        erasure.erased = {**dict.fromkeys(("cases", *Kind), 0), **erasure.erased, **traces.erase(found)}
        erasure.token_id, erasure.state, erasure.ended_at = "", Erasure.State.FINISHED, timezone.now()
        erasure.certificate = certificate.body_of(erasure, held=held)
        erasure.save()
        facts = {"count": erasure.erased["cases"], "kept": len(held), "certificate": certificate.sha256_of(erasure)}
        audit.record(AuditAction.ERASURE_FINISHED, by=erasure.requested_by or COMMAND_LINE, on=erasure, **facts)


def _held(erasure: Erasure) -> list[dict[str, str]]:
    these, about = _about(erasure)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id, c.full_id FROM moderation_case c WHERE {these} AND {IS_HELD}", about)  # noqa: S608 - ours
        return [{"caseId": str(pk), "requestId": name} for pk, name in cursor.fetchall()]


def _about(erasure: Erasure) -> tuple[str, dict[str, Any]]:
    if not erasure.token_id:
        return _OF_LIST, {"erasure": erasure.pk, "requested_at": erasure.requested_at}
    return _OF_SUBJECT, {"token": erasure.token_id, "app": erasure.app_id, "last": erasure.last_case}


def _next(these: str, about: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(these=these, over=IS_OVER, held=IS_HELD), about | {"limit": AT_ONCE})
        return [case for (case,) in cursor.fetchall()]


def _counted(these: str, about: dict[str, Any]) -> Counted:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(these=these, over=IS_OVER, held=IS_HELD), about)
        return Counted(*cursor.fetchone())


def _check_count(token_id: str, app: App | None, counted: int, by: User | str) -> None:
    running: QuerySet[Erasure] = Erasure.objects.filter(token_id=token_id, app=app, state=Erasure.State.RUNNING)
    if running.exists():
        raise ErasureRefused(gettext("This subject is being erased already."))
    now = count(token_id, app=app, by=by).cases
    if now != counted:
        refused = gettext("There are {now} cases of this subject by now, not {counted}. Look again, then confirm.")
        raise ErasureRefused(refused.format(now=now, counted=counted))


def _last_case() -> int:
    return Case.objects.aggregate(last=Max("pk"))["last"] or 0


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ERASE)
