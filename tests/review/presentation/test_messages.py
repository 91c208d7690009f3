"""What is stored is a code with parameters; every one has words in both languages, and nothing else can be stored."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.audit import record
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from moderation import labels
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.messages import LedgerCode, Message, MessageCode, english
from moderation.models import Attempt, Delivery, Label, PictureFetch
from review.models import ReviewTask
from review.presentation.messages import CODES, describe
from review.workflow.message_codes import WorkflowCode
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, take_lease
from tests.world import World

EVERY = [code for codes in CODES for code in codes]
NUMBERS = ("number", "policy", "status", "probability", "megabytes", "most", "bytes", "seconds", "length", "port")
WITHIN = ("first", "second", "reason", "rule", "kind")
# What is called the same in Chinese: names of the interface, of formats and protocols.
SAME = {
    *("finalResult", "data", "img", "http", "base64", "MB", "SVG", "PostScript", "EPS", "PDF", "Windows", "Photoshop"),
    *("JPEG", "XL", "JSON", "code", "Gone", "URL", "OUTBOUND_ALLOWED_NETWORKS", "SECRET_KEY", "IPv4", "IPv6", "Teredo"),
    "PostgreSQL",
}


def sample(code: MessageCode) -> Message:
    """With a parameter of its kind in every place; nothing in it is a Latin word."""
    return Message(code, **{name: _parameter(name) for name in code.parameters})


def _parameter(name: str) -> Any:
    if name in WITHIN:
        return Message(LedgerCode.ROUTE_REVIEW)
    return 7 if name in NUMBERS else "甲"


@pytest.fixture(autouse=True)
def no_labels(db: None) -> None:
    """Their names are asked for."""


@pytest.mark.parametrize("code", EVERY)
def test_in_chinese_no_english_is_left(code: MessageCode) -> None:
    with override("zh-hans"):
        told = describe(sample(code))
    assert set(re.findall(r"\b[A-Za-z_]\w+", told)) - SAME == set()
    assert re.search(r"[\u4e00-\u9fff]", told)
    assert "{" not in told


@pytest.mark.parametrize("code", EVERY)
def test_in_english_it_is_its_sentence(code: MessageCode) -> None:
    with override("en"):
        told = describe(sample(code))
    fixed = [part for part in re.split(r"\{[^}]*\}", code.sentence) if part]
    assert [part for part in fixed if part not in told] == []
    assert "{" not in told
    if isinstance(code, LedgerCode):
        assert english(sample(code)) == told


@pytest.mark.parametrize("code", EVERY)
def test_it_is_stored_as_it_is_and_read_back(code: MessageCode) -> None:
    assert json.loads(json.dumps(sample(code))) == sample(code)
    assert code.value == sample(code)["code"]


def test_no_two_codes_are_the_same() -> None:
    assert len({code.value for code in EVERY}) == len(EVERY)


def test_what_a_code_does_not_take_cannot_be_stored() -> None:
    with pytest.raises(TypeError, match="number"):
        Message(LedgerCode.PRIORITY_RECORD)
    with pytest.raises(TypeError, match="number"):
        Message(LedgerCode.PRIORITY_RECORD, number=1, more=2)
    with pytest.raises(AttributeError):
        Message("no.such-code")  # type: ignore[arg-type] # which mypy finds, too


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        (Message(LedgerCode.PRIORITY_CONFIDENCE, probability=0.913), "分数 913"),
        (
            Message(
                LedgerCode.ROUTE_BY_RULE,
                reason=Message(LedgerCode.ROUTE_REVIEW),
                rule=Message(LedgerCode.RULE_NAMED, number=2, name="ads; and (high)", policy=7),
            ),
            "机器要求审核；策略 7 的规则 2“ads; and (high)”",
        ),
        (
            Message(
                LedgerCode.PICTURE_BOTH_ADDRESSES,
                first=Message(LedgerCode.PICTURE_EMPTY),
                second=Message(LedgerCode.CALL_NO_RECORD, host="b.test"),
            ),
            "文件为空。备用地址：b.test 没有地址。",
        ),
        (Message(LedgerCode.CALL_TOO_LARGE, host="a.test", bytes=31_457_280), "a.test 发送超过 31,457,280 字节"),
        (Message(LedgerCode.TEXT, text="{host} %s"), "{host} %s"),
        (Message(WorkflowCode.SKIPPED_BY_ALL), "剩下的人都已跳过"),
    ],
)
def test_parameters_stand_where_the_language_wants_them(message: Message, chinese: str) -> None:
    with override("zh-hans"):
        assert describe(message) == chinese


def test_a_label_has_the_name_it_has_now_in_the_readers_language(world: World) -> None:
    message = Message(LedgerCode.PRIORITY_HIGH, label="fraud/hidden")
    with override("en"):
        assert describe(message) == "Hidden (high)"
    row = Label.objects.create(risk_label1="fraud", risk_label2="hidden")
    labels.name(row, name_en="Hidden contact", name_zh="隐藏联系方式", severity=None, by=world.dave)
    for language, told in (("en", "Hidden contact (high)"), ("zh-hans", "隐藏联系方式（高）")):
        with override(language):
            assert describe(message) == told


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (None, ""),
        ("", ""),
        ({}, ""),
        ("a sentence from before there were codes", "a sentence from before there were codes"),
        ({"code": "of.a-later-version", "n": 1}, "of.a-later-version"),
        ({"code": "priority.record", "amount": 1}, "priority.record"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_not_known_here_is_shown_as_stored(stored: Any, told: str, language: str) -> None:
    with override(language):
        assert describe(stored) == told


def test_the_audit_keeps_a_code(world: World) -> None:
    record(AuditAction.ENDPOINT_DISABLED, by="deliver", on=world.web, why=Message(LedgerCode.DELIVERY_GONE))
    with override("zh-hans"):
        assert describe(AuditEvent.objects.latest("pk").details["why"]) == "接收方返回 410 Gone"


@pytest.mark.parametrize("model", [PictureFetch, Delivery, Attempt, ReviewTask])
@pytest.mark.parametrize("stored", ["The file is empty.", "", [], {"text": "The file is empty."}])
def test_a_sentence_cannot_be_stored(world: World, model: Any, stored: Any) -> None:
    endpoints.subscribed()
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    tried = {"delivery": Delivery.objects.get(), "started_at": timezone.now(), "duration_ms": 9}
    attempt = partial(Attempt.objects.create, number=1, **tried)  # which is never updated
    write = attempt if model is Attempt else model.objects.update
    with pytest.raises(IntegrityError, match="why_is_code"), transaction.atomic():
        write(why=stored)
