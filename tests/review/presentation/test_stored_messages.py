"""What stands in English in the database, told in the reader's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from moderation.policy.priority import Term
from moderation.policy.route import RuleRef
from review.presentation.stored_messages import told


@pytest.mark.parametrize(
    ("written", "chinese"),
    [
        (Term("confidence", 2, "confidence 0.91").why, "置信度 0.91"),
        ("porn › nudity (critical)", "porn › nudity（严重）"),
        (
            f"the machine asks for a review; {RuleRef(2, 'ads; and (high)')} of policy 7",
            "机器要求审核；策略 7 的规则 2“ads; and (high)”",
        ),
        (
            f"the machine's PASS is final, and a person looks at it: {RuleRef(1)} of policy 7",
            "机器的 PASS 是最终结果，并交人审核：策略 7 的规则 1",
        ),
        (
            "127.0.0.1 answered 404. The backup address: b.test has no address",
            "127.0.0.1 返回 404。备用地址：b.test 没有地址",
        ),
        ("the receiver answered 410 Gone", "接收方返回 410 Gone"),
        ("a sentence of a later version", "a sentence of a later version"),
        ("{host} %s confidence {number}", "{host} %s confidence {number}"),
        ("", ""),
    ],
)
def test_a_stored_sentence_is_told_in_chinese(written: str, chinese: str) -> None:
    with override("zh-hans"):
        assert told(written) == chinese
    with override("en"):
        assert told(written) == written
