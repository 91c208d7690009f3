"""Every action that the audit records reads as a sentence, in English and in Chinese."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from accounts import audit_sentences
from accounts.audit_actions import AuditAction
from accounts.audit_kinds import Kind
from accounts.audit_sentences import CURRENT, SENTENCES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("action", AuditAction)
def test_every_action_has_its_sentence_in_both_languages(action: AuditAction) -> None:
    assert action in SENTENCES, f"{action!r} has no sentence: add its line in accounts/audit_sentences/"
    sentence = SENTENCES[action]
    for text in (*sentence.texts, *sentence.shorts):
        with translation.override("zh-hans"):
            assert CHINESE.search(str(text)), f"“{text}” has no Chinese: add it to locale/zh_Hans, then pybabel compile"
        with translation.override("en"):
            assert not CHINESE.search(str(text))


def test_no_sentence_is_left_of_an_action_that_is_gone() -> None:
    assert set(SENTENCES) <= set(AuditAction)
    assert set(CURRENT.values()) <= set(AuditAction)


def test_every_action_can_be_told_without_any_value() -> None:
    needy = [str(action) for action, sentence in SENTENCES.items() if "{" in sentence.text(()).replace("{on}", "")]
    assert needy == [], "the last sentence of an action needs no values but {on}"


def test_the_first_sentence_whose_values_are_known_is_told() -> None:
    sentence = SENTENCES[AuditAction.CASE_ESCALATED]
    assert sentence.text({"to", "note"}) == "escalated {on} to {to}"
    assert sentence.text({"note"}) == "escalated {on} to any lead"
    assert sentence.short({"to"}) == "Escalated to {to}"


def test_a_former_name_reads_as_the_present_one() -> None:
    assert audit_sentences.sentence_of("case.second-opinion") is SENTENCES[AuditAction.CASE_SECOND_OPINION_ASKED]
    assert audit_sentences.kind_of("case.second-opinion") == Kind.DECISION
    assert audit_sentences.kind_of("case.never-heard-of") is None
    assert "case.second-opinion" in audit_sentences.actions_of([Kind.DECISION])


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_actions_and_words(kind: Kind) -> None:
    assert audit_sentences.actions_of([kind])
    with translation.override("zh-hans"):
        assert CHINESE.search(kind.words)
