"""The certificate of an erasure: what was erased, of which cases, when and by whom, and how that can be checked.

The audit's event has the SHA-256 of the body, and the chain has the event: who changes the one breaks the other.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from accounts import times
from accounts.audit import history_of
from accounts.audit_actions import AuditAction
from accounts.models import AuditLink
from moderation.models import Case, Erasure

FORMAT = 1


def body_of(erasure: Erasure, *, held: list[dict[str, str]]) -> dict[str, Any]:
    """Of an erasure that has just come to its end. It names the subject by a salted hash alone."""
    ids = list(erasure.cases.order_by("case_id").values_list("case_id", flat=True))
    names = dict(Case.objects.filter(pk__in=ids).values_list("pk", "full_id"))
    return {
        "format": FORMAT,
        "erasure": str(erasure.pk),
        "subject": {
            "appId": erasure.app.app_id if erasure.app else None,
            "salt": erasure.subject_salt,
            "sha256": erasure.subject_sha256,
        },
        "requestedAt": times.iso(erasure.requested_at),
        "requestedBy": erasure.requested_by.email if erasure.requested_by else None,
        "finishedAt": times.iso(erasure.ended_at),
        "erased": erasure.erased,
        "cases": [{"caseId": str(pk), "requestId": names.get(pk, "")} for pk in ids],
        "held": held,
    }


def sha256_of(erasure: Erasure) -> str:
    return hashlib.sha256(_canonical(erasure.certificate)).hexdigest()


def whole(erasure: Erasure) -> dict[str, Any]:
    """With where the audit has it: the event, and its link once there is one, some seconds later."""
    event = history_of(erasure).filter(action=AuditAction.ERASURE_FINISHED).last()
    link = AuditLink.objects.filter(event_id=event.pk).first() if event else None
    audit = {"event": event.pk if event else None, "certificateSha256": sha256_of(erasure)}
    if link:
        audit |= {"number": link.number, "hash": bytes(link.hash).hex()}
    return {**(erasure.certificate or {}), "audit": audit}


def _canonical(certificate: Any) -> bytes:
    return json.dumps(certificate, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
