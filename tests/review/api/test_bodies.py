"""Bodies that a browser of ours never sends: refused with the place, never a 500."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.stage import call, signed_in
from tests.world import World

VERBS = ("lease", "renew", "release", "decide", "undo", "skip", "escalate", "snooze")
SNOOZE = {"taskId": 1, "leaseToken": str(uuid4())}
DECISION = {**SNOOZE, "decisionId": str(uuid4()), "verdict": "PASS"}


@pytest.fixture
def alice(world: World) -> Client:
    return signed_in(world.alice)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("body", ["[]", "null", '"text"', "7", "[[]]"])
def test_what_is_no_object_is_a_422(alice: Client, verb: str, body: str) -> None:
    assert call(alice, verb, body).status_code == 422


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("body", ["{", "[" * 10_000, '{"a":' * 10_000, '{"count": NaN}'])
def test_what_is_no_json_is_a_4xx(alice: Client, verb: str, body: str) -> None:
    assert 400 <= call(alice, verb, body).status_code < 500


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("lease", {"count": 0}, "/count"),
        ("lease", {"count": 11}, "/count"),
        ("lease", {"queues": "nudity"}, "/queues"),
        ("lease", {"queues": ["no slug"]}, "/queues/0"),
        ("renew", {}, "/leases"),
        ("renew", {"leases": [{"taskId": 2**63, "leaseToken": "x"}]}, "/leases/0/taskId"),
        ("renew", {"leases": [SNOOZE, {"taskId": 1}]}, "/leases/1/leaseToken"),
        ("release", {"leases": "[{"}, "/leases"),
        ("release", {"leases": "[" * 10_000}, "/leases"),
        ("decide", DECISION | {"verdict": "REVIEW"}, "/verdict"),
        ("decide", DECISION | {"decisionId": "7"}, "/decisionId"),
        ("decide", DECISION | {"note": "a\0b"}, "/note"),
        ("decide", DECISION | {"note": "a" * 4001}, "/note"),
        ("decide", DECISION | {"elapsedMs": -1}, "/elapsedMs"),
        ("decide", DECISION | {"labels": [{"riskLabel1": "porn", "verdict": "maybe"}]}, "/labels/0/verdict"),
        ("decide", DECISION | {"lease": {"count": 99}}, "/lease/count"),
        ("undo", {"decisionId": None}, "/decisionId"),
        ("snooze", SNOOZE | {"until": "tomorrow"}, "/until"),
        ("escalate", SNOOZE | {"to": "carol"}, "/to"),
    ],
)
def test_the_error_points_at_the_field(alice: Client, verb: str, body: dict[str, Any], pointer: str) -> None:
    answer = call(alice, verb, body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_every_wrong_field_is_named_at_once(alice: Client) -> None:
    answer = call(alice, "decide", {"verdict": "MAYBE", "elapsedMs": "long"})
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/taskId", "/leaseToken", "/decisionId", "/verdict", "/elapsedMs"}


@pytest.mark.parametrize("note", ["\ud800", "\udfff x"])
def test_a_lone_surrogate_is_a_4xx(alice: Client, note: str) -> None:
    body = '{"decisionId": "%s", "taskId": 1, "leaseToken": "%s", "verdict": "PASS", "note": "%s"}'
    escaped = note.encode("ascii", "backslashreplace").decode()
    assert call(alice, "decide", body % (uuid4(), uuid4(), escaped)).status_code == 422


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z"])
def test_an_absurd_date_is_a_4xx(alice: Client, until: str) -> None:
    assert call(alice, "snooze", SNOOZE | {"until": until}).status_code in (404, 422)
