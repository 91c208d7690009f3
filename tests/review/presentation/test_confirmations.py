"""Why a policy has to be confirmed, in sentences of both languages. Pure but for the translation."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from moderation.policy import BUILT_IN_TAXONOMY
from moderation.publishing.confirm import Reason
from review.presentation.confirmations import sentence

REASONS = {
    "In web, critical labels are rejected less: Sexually Explicit Content.": Reason(
        "rejects-less", "web", ("porn",), 1
    ),
    "In no section, critical labels are rejected less: Sexually Explicit Content, Nudity and 7 more.": Reason(
        "rejects-less", "", ("porn", "porn/nudity"), 9
    ),
    "In web, the threshold for every other label is milder about critical ones: Nudity.": Reason(
        "any-loosens", "web", ("porn/nudity",), 1
    ),
    "The queue <Nudity> gets 1,204 of the last 2,000 results; by the policy in force it got 20.": Reason(
        "queue-doubles", queue="n", before=20, after=1204, results=2000
    ),
}


@pytest.mark.parametrize("said", REASONS)
def test_each_reason_is_a_sentence_in_both_languages(said: str) -> None:
    told = sentence(REASONS[said], {"n": "<Nudity>"}, BUILT_IN_TAXONOMY)
    assert re.sub("<[^>]+>", "", told) == said.replace("<", "&lt;").replace(">", "&gt;")
    with override("zh-hans"):
        assert not re.search("critical|gets|rejected", sentence(REASONS[said], {}, BUILT_IN_TAXONOMY))
