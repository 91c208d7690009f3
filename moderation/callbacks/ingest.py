"""Take in what a callback body holds: every readable result, whatever the others are."""

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

SEND_AGAIN = (OperationalError, InterfaceError, PoolTimeout)  # the database's trouble, not the body's
OURS = FieldError("", "This service failed while taking it in; its log says why. Replay it once that is mended.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cases` are what was taken in, `errors` the places that keep the rest out; `request_id` is "" when not found."""

    request_id: str
    cases: tuple[Case, ...] = ()
    errors: tuple[FieldError, ...] = ()


def take_in(body: bytes, *, address: CallbackAddress, by: Actor) -> Outcome:
    """Raises nothing that the body could cause: the sender gives up after eight tries, so a fault of ours must not
    lose what it sent. Only a database that does not answer is raised, for the sender to try again.
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
        log.exception("A callback to %s could not be taken in", address)
        return Outcome(request_id_of(value), errors=(OURS,))


def _taken_in(value: Any, *, address: CallbackAddress, by: Actor) -> Outcome:
    others = frozenset(App.objects.exclude(pk=address.app_id).values_list("app_id", flat=True))
    read = parse_callback(value, access_key=addresses.access_key_of(address), foreign_apps=others)
    accepted = accept_all([(one, address.app) for one in read.submissions], by=by)
    request_id = request_id_of(value)
    if not request_id and len(read.submissions) == 1:
        request_id = read.submissions[0].result.request_id
    return Outcome(request_id, tuple(one.case for one in accepted), read.refused)
