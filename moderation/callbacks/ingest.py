"""Ingest a callback body: every readable result, whatever the others are."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from accounts.audit import Actor
from accounts.models import App
from moderation.callbacks import addresses
from moderation.contract import ContractError, FieldError, json_text, parse_callback, request_id_of
from moderation.intake.accept import accept_all
from moderation.models import CallbackAddress, Case

log = logging.getLogger(__name__)

SEND_AGAIN = (OperationalError, InterfaceError, PoolTimeout)  # errors of the database, not of the body
OURS = FieldError("", "This service failed while reading it; its log has the reason. Replay it once that is fixed.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cases` were ingested, `errors` name what kept the rest out; `request_id` is "" when not found."""

    request_id: str
    cases: tuple[Case, ...] = ()
    errors: tuple[FieldError, ...] = ()


def take_in(body: bytes, *, address: CallbackAddress, by: Actor) -> Outcome:
    """Ingest the body. Raises nothing that the body could cause: the sender gives up after eight tries, so a fault of
    ours must not lose what it sent. Only database outages (SEND_AGAIN) are raised, for the sender to retry.
    """
    value: Any = None
    try:
        value = json_text.loads(body)
        return _taken_in(value, address=address, by=by)
    except ContractError as refused:
        return Outcome(request_id_of(value), errors=refused.errors)
    except SEND_AGAIN:
        raise
    except Exception:
        log.exception("A callback to %s could not be ingested", address)
        return Outcome(request_id_of(value), errors=(OURS,))


def _taken_in(value: Any, *, address: CallbackAddress, by: Actor) -> Outcome:
    others = frozenset(App.objects.exclude(pk=address.app_id).values_list("app_id", flat=True))
    read = parse_callback(value, access_key=addresses.access_key_of(address), foreign_apps=others)
    accepted = accept_all([(one, address.app) for one in read.submissions], by=by)
    request_id = request_id_of(value)
    if not request_id and len(read.submissions) == 1:
        request_id = read.submissions[0].result.request_id
    return Outcome(request_id, tuple(one.case for one in accepted), read.refused)
