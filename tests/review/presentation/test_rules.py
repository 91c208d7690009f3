"""Rules in sentences: escaped, in the reader's language, compared."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from moderation.policy import PolicyRefused, read
from moderation.policy.places import Place
from review.presentation.rules import mistake, place, sentence


def test_what_rules_ask_for_and_names_of_queues_are_text() -> None:
    rule = read(0, {"rules": [{"when": {"room": ["<i>room"]}, "queue": "q"}]}).rules[0]
    said = sentence(rule, {"q": "<i>queue"})
    assert [said.count(tag) for tag in ("<i>", "&lt;i&gt;")] == [0, 2]


def test_a_mistake_is_told_in_the_language_of_the_page() -> None:
    with pytest.raises(PolicyRefused) as refused:
        read(0, {"rules": [{"boost": 1_000_000}]})
    with override("zh-hans"):
        said = mistake(refused.value.mistakes[0])
    assert ("Give" in said, "10080" in said) == (False, True)


def test_a_place_is_told_by_its_queue_or_by_how_it_ended() -> None:
    places = [Place("queued", "q"), Place("recorded"), Place("failed"), Place("decided", level="REJECT")]
    assert [place(one, {"q": "Nudity"}) for one in places] == [
        "Nudity",
        "no review",
        "failed",
        "REJECT by policy alone",
    ]
