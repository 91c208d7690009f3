"""Send the deliveries that are due. This thread alone uses the database, a second one with its own event loop the
network; no transaction is open while anything is sent.
"""

from __future__ import annotations

import logging
import math
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait

from moderation.outbound.limits import WEBHOOK
from moderation.webhooks.dispatcher_lease import DispatcherLease
from moderation.webhooks.lease_due import LEASE_SECONDS, LeasedDelivery, lease_due
from moderation.webhooks.record_attempts import record_attempts
from moderation.webhooks.sender import Sent, WebhookSender

log = logging.getLogger(__name__)

SLOTS = 64  # sends under way at once
SLOTS_PER_ENDPOINT = 16  # so that an endpoint that never answers leaves slots for the others
POLL_SECONDS = 0.5
GATHER_SECONDS = 0.005  # attempts that end within it are recorded together, and the next deliveries leased together


def deliver_due(
    *, only_one: bool = False, for_seconds: float = math.inf, each_second: Callable[[], object] = lambda: None
) -> int:
    """Send everything due, and what falls due meanwhile, until nothing is under way. Returns the number of
    attempts. With `only_one` it returns when another process is delivering, at the start or later. After `for_seconds`
    it leases no more and returns when the sends under way have ended. While many are due it may be long before it
    returns: `each_second` is called meanwhile.
    """
    until = time.monotonic() + for_seconds
    if not only_one:
        return _run(lambda: time.monotonic() < until, each_second)
    ours = DispatcherLease()
    if not ours.take():
        return 0
    try:
        return _run(lambda: ours.is_ours() and time.monotonic() < until, each_second)
    finally:
        ours.give_back()


def _run(go_on: Callable[[], bool], each_second: Callable[[], object]) -> int:
    """Deliver while `go_on` returns True, then finish the sends under way."""
    next_second = time.monotonic() + 1
    flying: dict[Future[Sent | None], LeasedDelivery] = {}
    attempts = 0
    deliveries, not_after = _lease(SLOTS, busy=Counter())
    if not deliveries:
        return 0
    with WebhookSender() as sender:
        while deliveries or flying:
            flying |= {sender.send(delivery, not_after=not_after): delivery for delivery in deliveries}
            wait(flying, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            time.sleep(GATHER_SECONDS)
            done = [(flying.pop(sent), sent.result()) for sent in list(flying) if sent.done()]
            ended = [(delivery, sent) for delivery, sent in done if sent is not None]
            record_attempts(ended, chance=random.random)
            attempts += len(ended)
            if time.monotonic() >= next_second:
                each_second()
                next_second = time.monotonic() + 1
            busy = Counter(delivery.endpoint_id for delivery in flying.values())
            deliveries, not_after = _lease(SLOTS - len(flying) if go_on() else 0, busy=busy)
    return attempts


def _lease(free: int, *, busy: Counter[int]) -> tuple[list[LeasedDelivery], float]:
    """The leased deliveries, and the latest time on this process's monotonic clock to begin sending them: an exchange
    has to end while we have the lease, even if the process was stopped in between.
    """
    not_after = time.monotonic() + LEASE_SECONDS - WEBHOOK.total_seconds
    return lease_due(free, per_endpoint=SLOTS_PER_ENDPOINT, busy=busy), not_after
