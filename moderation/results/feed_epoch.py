"""Make cursors of the events invalid after a restore, since event numbers are then given again, to other results.

A reader that continued after its old number would miss them for ever. So cursors contain the epoch of the numbers; a
restored database gets a new epoch, at its first read when it is another PostgreSQL cluster, else by `manage.py
new_feed_epoch`. A standby that takes over is the same cluster, and every cursor stays valid.
"""

from __future__ import annotations

import logging
import secrets

from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from moderation.messages import LedgerCode, Message
from moderation.models import FeedEpoch

log = logging.getLogger(__name__)

_NAME = "events"


def current() -> int:
    """The current epoch of event numbers."""
    here = _system_identifier()
    kept = FeedEpoch.objects.filter(pk=_NAME).first()
    if kept is None:
        return _begin(here)
    if here and kept.system_identifier and kept.system_identifier != here:
        return _replace(here, was=kept.epoch, by="events", why=LedgerCode.FEED_OTHER_CLUSTER)
    return kept.epoch


def replace(*, by: Actor, why: LedgerCode) -> int:
    """Start a new epoch: every cursor given before is refused from now on."""
    return _replace(_system_identifier(), was=current(), by=by, why=why)


def _begin(here: int) -> int:
    FeedEpoch.objects.bulk_create(
        [FeedEpoch(name=_NAME, epoch=_random(), system_identifier=here)], ignore_conflicts=True
    )
    return FeedEpoch.objects.get(pk=_NAME).epoch


def _replace(here: int, *, was: int, by: Actor, why: LedgerCode) -> int:
    """Replace the epoch once, even when several processes find at the same time that it is needed."""
    with transaction.atomic():
        kept = FeedEpoch.objects.select_for_update().get(pk=_NAME)
        if kept.epoch == was:
            kept.epoch, kept.system_identifier = _random(), here
            kept.save(update_fields=["epoch", "system_identifier"])
            audit.record(AuditAction.FEED_EPOCH_REPLACED, by=by, on=kept, why=Message(why))
            log.warning("The events have a new epoch, old cursors are refused: %s", why.sentence)
    return kept.epoch


def _random() -> int:
    return secrets.randbits(52)  # every JSON reader keeps it exact


def _system_identifier() -> int:
    """The identifier of this PostgreSQL cluster; 0 without the permission to read it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            return int(cursor.fetchone()[0])
    except DatabaseError as error:
        log.info("The system identifier of PostgreSQL cannot be read: %s", error)
        return 0
