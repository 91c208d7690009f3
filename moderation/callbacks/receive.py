"""Receive one callback: what can be read becomes cases; a body with anything unreadable is quarantined as well."""

from __future__ import annotations

from moderation.callbacks import quarantine
from moderation.callbacks.ingest import Outcome, take_in
from moderation.models import CallbackAddress


def receive(body: bytes, *, content_type: str, address: CallbackAddress) -> Outcome:
    """When this returns everything in the body is committed, as cases or in quarantine."""
    by = f"callback {address}"
    outcome = take_in(body, address=address, by=by)
    if outcome.errors:
        quarantine.keep(body, outcome, content_type=content_type, address=address, by=by)
    return outcome
