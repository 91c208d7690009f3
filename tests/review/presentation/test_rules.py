"""Rules in sentences: escaped, in the reader's language, compared."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from moderation.policy import PolicyRefused, read
from moderation.policy.replay import Place
from review.presentation.rules import changes, mistake, place


def test_names_of_rules_and_queues_are_text() -> None:
    named = read(0, {"rules": [{"name": "<i>rule", "queue": "q"}]})
    (added, *_) = changes(read(0, {}), named, {"q": "<i>queue"})
    assert [added.sentence.count(tag) for tag in ("<i>", "&lt;i&gt;")] == [0, 2]


def test_a_mistake_is_told_in_the_language_of_the_page() -> None:
    with pytest.raises(PolicyRefused) as refused:
        read(0, {"rules": [{"boost": 1_000_000}]})
    with override("zh-hans"):
        said = mistake(refused.value.mistakes[0])
    assert ("Give" in said, "10080" in said) == (False, True)


def test_two_versions_are_compared_by_their_sentences() -> None:
    before = read(1, {"rules": [{"name": "a", "queue": "q"}, {"name": "b", "record": True}]})
    after = read(2, {"rules": [{"name": "b", "record": True}, {"name": "c", "queue": "q", "boost": 1}]})
    told = [(change.what, change.sentence.partition("</bdi>")[0][-1]) for change in changes(before, after, {})]
    assert told[:3] == [("removed", "a"), ("same", "b"), ("added", "c")]
    assert {what for what, _ in told[3:]} == {"same"}


def test_a_place_is_told_by_its_queue_or_by_how_it_ended() -> None:
    places = [Place("queued", "q"), Place("recorded"), Place("failed"), Place("decided", level="REJECT")]
    assert [place(one, {"q": "Nudity"}) for one in places] == [
        "Nudity",
        "no review",
        "failed",
        "REJECT by policy alone",
    ]
