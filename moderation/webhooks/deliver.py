"""Send what is due. The database is touched by this thread alone, the network by a second one with its own loop;
no transaction is open while anything is sent.
"""

from __future__ import annotations

import logging
import math
import random
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, wait

from django.db import connection

from moderation.webhooks.lease_due import LeasedDelivery, lease_due
from moderation.webhooks.record_attempts import record_attempts
from moderation.webhooks.sender import Sent, WebhookSender

log = logging.getLogger(__name__)

SLOTS = 64  # sends under way at once
SLOTS_PER_ENDPOINT = 16  # so that one that never answers leaves room for the others
POLL_SECONDS = 0.5
GATHER_SECONDS = 0.005  # what ends within it is written down, and what follows it claimed, at once
_ONE_DELIVERER = 0x5EC0  # advisory lock: one process delivers, the others see that it does


def deliver_due(*, only_one: bool = False, for_seconds: float = math.inf) -> int:
    """Send everything due, and what falls due meanwhile, until nothing is under way. Returns the number of
    attempts. With `only_one` it leaves at once when another process is delivering. After `for_seconds` it claims no
    more and leaves when what is under way has ended.
    """
    if only_one and not _lock():
        return 0
    try:
        return _run(until=time.monotonic() + for_seconds)
    finally:
        if only_one:
            _unlock()


def _run(*, until: float) -> int:
    flying: dict[Future[Sent], LeasedDelivery] = {}
    attempts = 0
    deliveries = lease_due(SLOTS, per_endpoint=SLOTS_PER_ENDPOINT, busy=Counter())
    if not deliveries:
        return 0
    with WebhookSender() as sender:
        while deliveries or flying:
            flying |= {sender.send(delivery): delivery for delivery in deliveries}
            wait(flying, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            time.sleep(GATHER_SECONDS)
            done = [sent for sent in flying if sent.done()]
            record_attempts([(flying.pop(sent), sent.result()) for sent in done], chance=random.random)
            attempts += len(done)
            busy = Counter(delivery.endpoint_id for delivery in flying.values())
            free = SLOTS - len(flying) if time.monotonic() < until else 0
            deliveries = lease_due(free, per_endpoint=SLOTS_PER_ENDPOINT, busy=busy)
    return attempts


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_DELIVERER])
        return bool(cursor.fetchone()[0])


def _unlock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_DELIVERER])
