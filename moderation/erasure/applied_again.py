"""A restored backup is from before some erasures. Each that comes to its end is a line of DATA_DIR/erasures.jsonl,
beside the database and not in it; after a restore those that the database has not heard of are made again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import App
from moderation.models import ErasedCase, Erasure

log = logging.getLogger(__name__)

LATELY = timedelta(days=2)


def file() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def note_all() -> None:
    """Write the lines of the erasures of the last days that have none: whatever ended the process that finished one,
    the next writes its line. It has ids of cases, and no id of a subject.
    """
    lately = Erasure.objects.filter(state=Erasure.State.FINISHED, ended_at__gte=Now() - LATELY).order_by("ended_at")
    found = dict(lately.values_list("pk", "certificate"))
    if not found:
        return
    try:
        noted = {listed.pk for listed in _listed(file())}
        with file().open("a", encoding="utf-8") as lines:
            lines.writelines(_line(found[pk]) for pk in found if pk not in noted)
    except OSError as error:
        log.error("Erasures cannot be written to %s, and a restored backup would not know of them: %s", file(), error)


def _line(certificate: Any) -> str:
    return json.dumps(certificate, ensure_ascii=False) + "\n"


def begin_unknown(source: Path | None = None) -> int:
    """Begin again the erasures of the file, ours or another host's, that the database does not have. Returns how many.
    Maintenance does the rest.
    """
    return sum(1 for listed in _listed(source or file()) if _begin(listed))


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a certificate says that can be done again."""

    pk: UUID
    app_id: str | None
    salt: str
    sha256: str
    cases: list[int]
    requested_at: datetime

    @classmethod
    def read(cls, certificate: Any) -> _Listed:
        """Raises KeyError, TypeError or ValueError for what is none."""
        subject, at = certificate["subject"], datetime.fromisoformat(certificate["requestedAt"])
        cases = [int(one["caseId"]) for one in certificate["cases"]]
        return cls(UUID(certificate["erasure"]), subject["appId"], subject["salt"], subject["sha256"], cases, at)


def _begin(listed: _Listed) -> bool:
    if Erasure.objects.filter(pk=listed.pk).exists():
        return False
    with transaction.atomic():
        again = Erasure.objects.create(
            pk=listed.pk,
            app=App.objects.filter(app_id=listed.app_id).first() if listed.app_id else None,
            subject_salt=listed.salt,
            subject_sha256=listed.sha256,
            last_case=max(listed.cases, default=0),
            counted=len(listed.cases),
            requested_at=listed.requested_at,
        )
        rows = [ErasedCase(erasure=again, case_id=case) for case in dict.fromkeys(listed.cases)]
        ErasedCase.objects.bulk_create(rows, batch_size=5000)
    return True


def _listed(source: Path) -> Iterator[_Listed]:
    """A certificate as it is downloaded, or one on each line; what cannot be read is passed over, and logged."""
    if not source.exists():
        return
    text = source.read_text(encoding="utf-8", errors="replace")
    for number, part in enumerate([text] if _read(text) else text.splitlines(), start=1):
        listed = _read(part)
        if listed is None:
            log.warning("Line %s of %s is no certificate of an erasure.", number, source)
        else:
            yield listed


def _read(text: str) -> _Listed | None:
    try:
        return _Listed.read(json.loads(text))
    except (ValueError, KeyError, TypeError):
        return None
