"""Rows from before there were codes read as before, in English and now in Chinese; none is lost and no trigger lifted."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import override

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.messages import LedgerCode, english
from moderation.migrations._sentences import KINDS, SENTENCES, message_of
from moderation.models import Attempt, Delivery, MachineResult, PictureFetch
from moderation.outbound.addresses import REFUSED
from moderation.policy import BUILT_IN_TAXONOMY
from review.models import ReviewTask
from review.presentation.messages import CODES, describe
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, take_lease
from tests.world import World

ledger = import_module("moderation.migrations.0018_codes_for_sentences")
workbench = import_module("review.migrations.0012_codes_for_sentences")
BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE moderation_picturefetch DROP CONSTRAINT picture_fetch_why_is_code;
ALTER TABLE moderation_delivery DROP CONSTRAINT delivery_why_is_code;
ALTER TABLE moderation_attempt DROP CONSTRAINT attempt_why_is_code;
ALTER TABLE review_reviewtask DROP CONSTRAINT task_why_is_code;
ALTER TABLE moderation_picturefetch ALTER COLUMN why TYPE text, ALTER COLUMN why SET DEFAULT '';
ALTER TABLE moderation_delivery ALTER COLUMN why TYPE text, ALTER COLUMN why SET DEFAULT '';
ALTER TABLE moderation_attempt ALTER COLUMN why TYPE text, ALTER COLUMN why SET DEFAULT '';
ALTER TABLE review_reviewtask ALTER COLUMN why TYPE text, ALTER COLUMN why SET DEFAULT '';
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
DROP TRIGGER attempt_is_immutable ON moderation_attempt;
"""
AGAIN = """
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TRIGGER machine_result_is_immutable BEFORE UPDATE ON moderation_machineresult
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempt_is_immutable BEFORE UPDATE ON moderation_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
TERMS = [
    {"term": "rule", "minutes": 3, "why": "minors first"},
    {"term": "severity", "minutes": 30, "why": "Swimwear (critical)"},
    {"term": "record", "minutes": 6, "why": "3 rejected before"},
]
WHY = "the machine asks for a review; rule 2 “ads; and (high)” of policy 7"
ROUTE = {"outcome": "queued", "why": WHY, "queue": "nudity", "terms": TERMS, "rule": None, "policy": 7}


@pytest.fixture
def migrated(world: World) -> None:
    """One row of each table as it was before, and both migrations."""
    endpoints.subscribed()
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    accept(parse_submission(bodies.result(requestId="bare")), app=world.web, by=world.key)
    _attempt(1)
    _attempt(2)
    with connection.cursor() as cursor:
        cursor.execute(BACK)
        cursor.execute("UPDATE moderation_picturefetch SET why = 'The file is empty.'")
        cursor.execute("UPDATE moderation_delivery SET why = 'the receiver answered 500'")
        cursor.execute("UPDATE moderation_attempt SET why = CASE number WHEN 1 THEN 'something else: 5' ELSE '' END")
        cursor.execute("UPDATE review_reviewtask SET why = %s, priority = %s", [WHY, json.dumps(TERMS)])
        cursor.execute("UPDATE moderation_machineresult SET route = %s", [json.dumps(ROUTE)])
        cursor.execute("""UPDATE moderation_machineresult SET route = '{"outcome": "failed"}'
                           WHERE id = (SELECT max(id) FROM moderation_machineresult)""")
        cursor.execute(AGAIN)
    with connection.schema_editor() as schema_editor:
        ledger.store_codes(None, schema_editor)
        workbench.store_codes(None, schema_editor)


def _attempt(number: int) -> None:
    Attempt.objects.create(
        delivery=Delivery.objects.get(), number=number, started_at="2026-01-01T00:00Z", duration_ms=9, status=500
    )


def test_every_row_has_a_code(migrated: None) -> None:
    assert {one.why["code"] for one in PictureFetch.objects.all() if one.why} == {"picture.empty"}
    assert Delivery.objects.get().why == {"code": "delivery.status", "status": 500}
    stored = {"code": "text", "text": "something else: 5"}
    assert list(Attempt.objects.order_by("number").values_list("why", flat=True)) == [stored, None]
    rule = {"code": "rule.named", "number": 2, "name": "ads; and (high)", "policy": 7}
    why = {"code": "route.by-rule", "reason": {"code": "route.review"}, "rule": rule}
    terms = [
        TERMS[0] | {"why": {"code": "text", "text": "minors first"}},
        TERMS[1] | {"why": {"code": "priority.critical", "label": "Swimwear"}},
        TERMS[2] | {"why": {"code": "priority.record", "number": 3}},
    ]
    assert [(one.why, one.priority) for one in ReviewTask.objects.all()] == [(why, terms)] * 2
    first, last = MachineResult.objects.order_by("pk")
    assert (first.route, last.route) == (ROUTE | {"why": why, "terms": terms}, {"outcome": "failed"})


def test_it_reads_as_before(migrated: None) -> None:
    task = ReviewTask.objects.latest("pk")
    with override("en"):
        assert [describe(task.why), *(describe(term["why"]) for term in task.priority)] == [
            WHY,
            *(term["why"] for term in TERMS),
        ]
    with override("zh-hans"):
        assert describe(task.priority[1]["why"]) == "Swimwear（严重）"


@pytest.mark.parametrize("model", [MachineResult, Attempt])
def test_what_never_changes_is_still_guarded(migrated: None, model: Any) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(id=F("id"))


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_every_sentence_is_read_back_and_told_alike(code: str, sentence: str) -> None:
    written = sentence
    for name, value in SAMPLES.items():
        written = written.replace(f"{{{name}}}", value)
    read = message_of(written)
    assert read["code"] == code
    with override("en"):
        assert describe(read, BUILT_IN_TAXONOMY).rstrip(".") == RENAMED.get(written, written).rstrip(".")


RENAMED = {"confidence 0.91": "score 910"}
SAMPLES = {
    "reason": "the machine asks for a review",
    "rule": "rule 2 “ads; and (high)” of policy 7",
    "first": "127.0.0.1 answered 404",
    "second": "The file is a web page, not a picture.",
    "kind": "link-local, where cloud metadata lives",
    "network": "169.254.0.0/16",
    **dict.fromkeys(("host", "address", "carried"), "127.0.0.1"),
    "level": "PASS",
    "label": "Swimwear",
    "probability": "0.91",
    "megabytes": "31.4",
    "seconds": "3",
    **dict.fromkeys(("bytes", "length"), "31,457,280"),
    "most": "30",
    **dict.fromkeys(("number", "policy", "status", "port"), "12"),
    "detail": "Name or service not known: x",
    "schemes": "https:// or http://",
    "allowed": "80, 443",
    "character": "' '",
    "name": "a “b” of policy 3",
}


def test_every_kind_of_network_is_known() -> None:
    assert {f"network.{kind}" for kind in KINDS.values()} >= {kind.value for _, kind in REFUSED}


@pytest.mark.parametrize(
    "text", ["", "minors first", "A/B (high)", "Ads (low)", "confidence high", "127.0.0.1 answered"]
)
def test_what_is_no_sentence_of_ours_stays_as_it_is(text: str) -> None:
    assert message_of(text) == {"code": "text", "text": text}
    assert english(message_of(text)) == text


def test_codes_that_are_read_back_exist() -> None:
    known = {one.value for codes in CODES for one in codes}
    assert {code for code, _ in SENTENCES} | {f"network.{kind}" for kind in KINDS.values()} <= known
    assert LedgerCode.TEXT.value == "text"
