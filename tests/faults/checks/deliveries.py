"""Was everything that is to be told received, once, in order, and is what the product says about it true?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.actors.receiver import ACCEPTED
from tests.faults.actors.results import RECORDED
from tests.faults.checks.evidence import Evidence, Finding, Row

NOT_RECEIVED = "a result without a person was not delivered"
TWO_IDS = "one event came under two webhook-ids"
TWO_BODIES = "one webhook-id came with two bodies"
OUT_OF_ORDER = "a later revision came before the earlier one had been accepted"
NOT_TRUE = "the API says delivered, and the receiver never accepted it"
NO_DELIVERY = "an event has no delivery, so that nobody is told that it was not sent"
STILL_PENDING = "a delivery is still pending or paused after the drain"
DEAD = "a delivery is dead"
CANCELLED = "a delivery was cancelled, and its event stands"
BAD_SIGNATURE = "a webhook's signature does not verify"
NOBODYS = "a webhook tells a result that nobody sent"


def check(evidence: Evidence) -> Iterator[Finding]:
    yield from _not_received(evidence)
    yield from _doubles(evidence)
    yield from _out_of_order(evidence)
    yield from _what_the_api_says(evidence)
    for one in evidence.webhooks:
        if not one["verified"]:
            yield Finding("unaccounted", BAD_SIGNATURE, f"{one['id']}: {one['why']}")
        elif one["requestId"] not in evidence.sorts:
            yield Finding("unaccounted", NOBODYS, f"{one['id']}: {one['requestId']}")


def _not_received(evidence: Evidence) -> Iterator[Finding]:
    """Decisions of people have a check of their own."""
    received = {(one["requestId"], one["decisionId"]) for one in evidence.accepted}
    excused = {one["requestId"] for one in evidence.deliveries if one["state"] in ("dead", "pending")}
    wanted = {case["requestId"] for case in evidence.cases if evidence.sorts.get(case["requestId"]) == RECORDED}
    wanted |= {event["requestId"] for event in evidence.events if not event["decisionId"]}
    for request in wanted - excused:
        if (request, None) not in received:
            yield Finding("lost", NOT_RECEIVED, request)


def _doubles(evidence: Evidence) -> Iterator[Finding]:
    ids: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    for one in evidence.webhooks:
        if one["verified"]:
            ids[one["requestId"], one["revision"], one["decisionId"] or one["type"]].add(one["id"])
            bodies[one["id"]].add(one["sha256"])
    for event, found in ids.items():
        if len(found) > 1:
            yield Finding("double", TWO_IDS, f"{event}: {', '.join(sorted(found))}")
    for webhook, told in bodies.items():
        if len(told) > 1:
            yield Finding("double", TWO_BODIES, webhook)


def _out_of_order(evidence: Evidence) -> Iterator[Finding]:
    excused = {(one["requestId"], one["revision"]) for one in evidence.deliveries if one["state"] == "dead"}
    accepted: set[tuple[str, int]] = set()
    first = {(one["requestId"], max(1, one["revision"])) for one in evidence.events}
    for one in evidence.webhooks:
        if not one["verified"]:
            continue
        before = (one["requestId"], one["revision"] - 1)
        if before in first and before not in accepted and before not in excused:
            yield Finding("out of order", OUT_OF_ORDER, f"{one['requestId']}: revision {one['revision']}")
        if one["mode"] in ACCEPTED:
            accepted.add((one["requestId"], max(1, one["revision"])))


def _what_the_api_says(evidence: Evidence) -> Iterator[Finding]:
    accepted = {one["id"] for one in evidence.accepted}
    states: dict[tuple[str, int], set[str]] = defaultdict(set)
    for one in evidence.deliveries:
        states[one["requestId"], one["revision"]].add(one["state"])
        yield from _about(one, accepted)
    for event in evidence.events:
        found = states[event["requestId"], event["revision"]]
        if not found:
            yield Finding("silent", NO_DELIVERY, f"{event['requestId']}, revision {event['revision']}")
        elif found == {"cancelled"}:
            yield Finding("unaccounted", CANCELLED, f"{event['requestId']}, revision {event['revision']}")


def _about(one: Row, accepted: set[str]) -> Iterator[Finding]:
    about = f"{one['webhookId']} of {one['requestId']}, revision {one['revision']}, {one['attempts']} attempts"
    match one["state"]:
        case "delivered" if one["webhookId"] not in accepted:
            yield Finding("silent", NOT_TRUE, about)
        case "pending" | "paused":
            yield Finding("silent", STILL_PENDING, about)
        case "dead":
            yield Finding("silent", DEAD, about)
