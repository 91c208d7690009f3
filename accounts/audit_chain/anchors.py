"""Keep the head of the chain in places of its own: a row, a line of a file in DATA_DIR and a line of the log.

Who can cut the end off the chain can also delete rows beside it, so the file and the log stand elsewhere: ship the log
to another machine, and pass a head from there to `manage.py verify_audit --head`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import times
from accounts.models import AuditAnchor, AuditChain, AuditLink

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
DATABASE = "database"  # the place of the heads that are rows


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some time. `place` says where this was kept."""

    number: int
    hash: bytes
    at: datetime | None
    place: str


def file() -> Path:
    return Path(settings.DATA_DIR) / "audit-heads.jsonl"


def keep(*, now: bool = False) -> None:
    """Write the head down when the last anchor is older than EVERY, or `now`, and the chain has grown since."""
    last = AuditAnchor.objects.order_by("-number").first()
    if last and not now and timezone.now() - last.at < EVERY:
        return
    head = AuditLink.objects.order_by("-number").first()
    if head is None or (last and last.number >= head.number):
        return
    with transaction.atomic():
        made = AuditAnchor.objects.bulk_create(
            [AuditAnchor(number=head.number, hash=bytes(head.hash), at=timezone.now())], ignore_conflicts=True
        )
        transaction.on_commit(lambda: _write(made[0]), robust=True)


def keep_known(chain: AuditChain) -> None:
    """Write down the head that the row of state has, of links that are gone."""
    AuditAnchor.objects.bulk_create(
        [AuditAnchor(number=chain.number, hash=bytes(chain.hash), at=timezone.now())], ignore_conflicts=True
    )


def kept(*, after: int, up_to: int | None = None) -> list[Head]:
    """Of the rows, those with higher numbers than `after`, in their order."""
    rows = AuditAnchor.objects.filter(number__gt=after).order_by("number")
    if up_to is not None:
        rows = rows.filter(number__lte=up_to)
    return [Head(row.number, bytes(row.hash), row.at, DATABASE) for row in rows.iterator()]


def in_file() -> Iterator[Head]:
    """The lines of the file; lines that cannot be read are passed over."""
    try:
        with file().open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    row = json.loads(line)
                    yield Head(
                        int(row["number"]), bytes.fromhex(row["hash"]), datetime.fromisoformat(row["at"]), str(file())
                    )
                except (ValueError, KeyError, TypeError):
                    log.warning("A line of %s is no head of the audit chain.", file())
    except FileNotFoundError:
        return


def _write(anchor: AuditAnchor) -> None:
    digest = bytes(anchor.hash).hex()
    log.info("Head of the audit chain: %s:%s", anchor.number, digest)
    line = {"number": anchor.number, "hash": digest, "at": times.iso(anchor.at)}
    try:
        with file().open("a", encoding="utf-8") as kept_in:
            kept_in.write(json.dumps(line) + "\n")
    except OSError as error:
        log.warning("The head of the audit chain was not written to %s: %s", file(), error)
