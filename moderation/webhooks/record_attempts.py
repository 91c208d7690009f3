"""Record how attempts ended and the next state of their deliveries: many in one statement, since a statement costs more
than its rows.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.database.cursors import prepared_cursor
from moderation import durations
from moderation.messages import LedgerCode, Message, english
from moderation.models import Delivery
from moderation.outbound.retry_after import asked_wait
from moderation.runtime import log_context, tracing
from moderation.webhooks import endpoints
from moderation.webhooks.finding import Finding, finding
from moderation.webhooks.lease_due import LeasedDelivery
from moderation.webhooks.schedule import wait_after, wait_of_callback
from moderation.webhooks.sender import Sent

log = logging.getLogger(__name__)

GONE = 410
AFTER_OUR_FAULT = timedelta(seconds=30)  # without limit: these attempts do not count towards giving up
Ended = tuple[LeasedDelivery, Sent]

# Only deliveries still under the lease they were sent under. One due again keeps its state: its endpoint may be paused.
# The tallies are locked last and in one order, so that two processes never wait for each other.
_RECORD = """
WITH ended AS (
    SELECT * FROM json_to_recordset(%s::json) AS ended (
        id bigint, token uuid, number int, outcome text, wait double precision, why jsonb, started_at timestamptz,
        endpoint_id bigint, duration_ms int, step int, status smallint, reply text, is_try boolean,
        is_fault_of_ours boolean)
), ours AS MATERIALIZED (
    SELECT d.id
      FROM moderation_delivery d
      JOIN ended ON ended.id = d.id AND ended.token = d.lease_token
     WHERE d.ended_at IS NULL
       FOR UPDATE OF d {waiting}
), settled AS (
    UPDATE moderation_delivery d
       SET state = coalesce(ended.outcome, d.state), why = ended.why, attempts_made = ended.number,
           ended_at = CASE WHEN ended.outcome IS NOT NULL THEN statement_timestamp() END,
           due_at = coalesce(statement_timestamp() + make_interval(secs => ended.wait), d.due_at),
           leased_until = NULL, lease_token = NULL
      FROM ended
      JOIN ours USING (id)
     WHERE d.id = ended.id
 RETURNING d.id
), written AS (
    INSERT INTO moderation_attempt (delivery_id, number, started_at, duration_ms, status, why, reply)
    SELECT id, number, started_at, duration_ms, status, why, reply
      FROM ended
      JOIN settled USING (id)
     WHERE is_try
), tallied AS (
    INSERT INTO moderation_attempttally AS kept
           (endpoint_id, began_at, step, delivered, delivered_at_once, failed, last_failure_at, last_failure)
    SELECT endpoint_id, date_bin('30 minutes', statement_timestamp(), 'epoch'), step,
           count(*) FILTER (WHERE outcome = 'delivered'), count(*) FILTER (WHERE outcome = 'delivered' AND number = 1),
           count(*) FILTER (WHERE outcome IS DISTINCT FROM 'delivered'),
           max(started_at) FILTER (WHERE outcome IS DISTINCT FROM 'delivered'),
           (array_agg(why ORDER BY started_at DESC) FILTER (WHERE outcome IS DISTINCT FROM 'delivered'))[1]
      FROM ended
      JOIN settled USING (id)
     WHERE NOT is_fault_of_ours
     GROUP BY endpoint_id, step
     ORDER BY endpoint_id, step
        ON CONFLICT (endpoint_id, began_at, step) DO UPDATE
       SET delivered = kept.delivered + excluded.delivered,
           delivered_at_once = kept.delivered_at_once + excluded.delivered_at_once,
           failed = kept.failed + excluded.failed,
           last_failure_at = coalesce(excluded.last_failure_at, kept.last_failure_at),
           last_failure = coalesce(excluded.last_failure, kept.last_failure)
)
SELECT id FROM settled
"""


def record_attempts(ended: Sequence[Ended], *, chance: Callable[[], float]) -> None:
    """Record the attempts; then each delivery is delivered, due again, or dead. An outcome whose lease has passed to
    another process is only logged: that process's attempt counts.
    """
    several = [one for one in ended if not _is_gone(*one)]
    _tell(ended)
    recorded = _write(several, chance, waiting="SKIP LOCKED")
    for one in ended:
        if one[0].delivery_id not in recorded:
            _record_alone(one, chance)


def _tell(ended: Sequence[Ended]) -> None:
    for delivery, sent in ended:
        with log_context.about(caseId=delivery.case_id, webhookId=delivery.webhook_id):
            number = delivery.attempts_made + sent.is_try
            failed = "" if sent.why is None else sent.why["code"]
            tracing.ended("attempt", seconds=sent.duration_ms / 1000, failed=failed, number=number)
            if settings.LOG_EACH:
                how = "delivered" if sent.delivered else english(sent.why)
                log.info("Attempt %s in %s ms: %s", number, sent.duration_ms, how)


def _record_alone(one: Ended, chance: Callable[[], float]) -> None:
    """Record one attempt, waiting for the lock of its delivery, with no other delivery locked meanwhile."""
    delivery, sent = one
    with transaction.atomic():
        if _is_gone(delivery, sent):  # locks the endpoint before its deliveries, as every change of an endpoint does
            endpoints.disable(delivery.endpoint_id, why=Message(LedgerCode.DELIVERY_GONE))
        if not _write([one], chance, waiting=""):
            log.warning("Delivery %s ended under another lease: %s", delivery.webhook_id, sent)


def _is_gone(delivery: LeasedDelivery, sent: Sent) -> bool:
    """Whether the receiver wants nothing any more. One callback that is gone says nothing about others at its host."""
    return sent.status == GONE and not delivery.is_callback


def _write(ended: Sequence[Ended], chance: Callable[[], float], *, waiting: str) -> set[int]:
    """The deliveries whose attempts were recorded: those still under our lease."""
    if not ended:
        return set()
    with prepared_cursor() as cursor:
        rows = json.dumps([_row(delivery, sent, chance) for delivery, sent in ended], default=str)
        cursor.execute(_RECORD.format(waiting=waiting), [rows])
        return {pk for (pk,) in cursor.fetchall()}


def _row(delivery: LeasedDelivery, sent: Sent, chance: Callable[[], float]) -> dict[str, Any]:
    number = delivery.attempts_made + sent.is_try
    wait = _wait(number, delivery, sent, chance)
    over = Delivery.State.DELIVERED if sent.delivered else Delivery.State.DEAD if wait is None else None
    return {
        "id": delivery.delivery_id,
        "token": delivery.lease_token,
        "endpoint_id": delivery.endpoint_id,
        "number": number,
        "outcome": over,
        "wait": None if over or wait is None else wait.total_seconds(),
        "why": sent.why,
        "started_at": delivery.leased_at,
        "duration_ms": sent.duration_ms,
        "step": durations.step(sent.duration_ms),
        "status": sent.status,
        "reply": sent.reply,
        "is_try": sent.is_try,
        "is_fault_of_ours": finding(status=sent.status, why=sent.why) == Finding.OUR_FAULT,
    }


def _wait(number: int, delivery: LeasedDelivery, sent: Sent, chance: Callable[[], float]) -> timedelta | None:
    if not sent.is_try:
        return AFTER_OUR_FAULT
    if delivery.is_callback:
        return wait_of_callback(number)
    return wait_after(number, asked=asked_wait(sent.retry_after, now=delivery.leased_at), chance=chance)
