"""A restored backup is from before some erasures. Each that comes to its end is a line of DATA_DIR/erasures.jsonl,
beside the database and not in it; after a restore those that the database has not heard of are made again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import App
from moderation.models import ErasedCase, Erasure

log = logging.getLogger(__name__)


def file() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def note(certificate: Mapping[str, Any]) -> None:
    """Write the line of an erasure that has come to its end. It has ids of cases, and no id of a subject."""
    try:
        with file().open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(certificate, ensure_ascii=False) + "\n")
    except OSError as error:
        log.error("The erasure %s was not written to %s: %s", certificate.get("erasure"), file(), error)


def begin_unknown(source: Path | None = None) -> int:
    """Begin again the erasures of the file, ours or another host's, that the database does not have. Returns how many.
    Maintenance does the rest.
    """
    return sum(1 for certificate in _lines(source or file()) if _begin(certificate))


def _begin(certificate: Mapping[str, Any]) -> bool:
    pk, subject = UUID(certificate["erasure"]), certificate["subject"]
    if Erasure.objects.filter(pk=pk).exists():
        return False
    cases = [int(one["caseId"]) for one in certificate["cases"]]
    with transaction.atomic():
        again = Erasure.objects.create(
            pk=pk,
            app=App.objects.filter(app_id=subject["appId"]).first() if subject["appId"] else None,
            subject_salt=subject["salt"],
            subject_sha256=subject["sha256"],
            last_case=max(cases, default=0),
            counted=len(cases),
            requested_at=datetime.fromisoformat(certificate["requestedAt"]),
        )
        ErasedCase.objects.bulk_create([ErasedCase(erasure=again, case_id=case) for case in cases], batch_size=5000)
    return True


def _lines(source: Path) -> Iterator[Mapping[str, Any]]:
    """A certificate as it is downloaded, or one on each line; what cannot be read is passed over."""
    if not source.exists():
        return
    text = source.read_text(encoding="utf-8")
    for part in [text] if _read(text) else text.splitlines():
        certificate = _read(part)
        if certificate is None:
            log.warning("A line of %s is no certificate of an erasure.", source)
        else:
            yield certificate


def _read(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
        return found if {"erasure", "subject", "cases", "requestedAt"} <= found.keys() else None
    except (ValueError, AttributeError):
        return None
