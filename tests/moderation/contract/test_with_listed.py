"""The words of our own lists in the answer, beside the machine's."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from moderation.contract import parse_submission, with_listed
from moderation.contract.values import Span
from tests.factories import bodies

OURS = [
    {"list": "ways", "word": "add", "start": 0, "end": 3},
    {"list": "ways", "word": "12345", "start": 7, "end": 12},
    {"list": "numbers", "word": "12345", "start": 7, "end": 12},
]


def test_our_lists_stand_behind_the_machines_and_nothing_else_changes() -> None:
    machine = bodies.result()
    before = copy.deepcopy(machine)
    answer = with_listed(machine, OURS)
    assert machine == before
    assert answer["riskDetail"].pop("matchedLists") == [
        {"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}]},
        {"name": "ways", "words": [{"word": "add", "position": [0, 3]}, {"word": "12345", "position": [7, 12]}]},
        {"name": "numbers", "words": [{"word": "12345", "position": [7, 12]}]},
    ]
    before["riskDetail"].pop("matchedLists")
    assert answer == before


def test_words_of_a_labels_own_text_stand_in_its_detail_with_places_of_its_own() -> None:
    machine = bodies.result()
    machine["allLabels"].append({"riskLabel1": "ad", "riskDetail": {"ocrText": {"text": "or 777"}}})
    text = parse_submission(machine).result.evidence.text.text
    at = text.index("777")
    answer = with_listed(machine, [*OURS[:1], {"list": "ways", "word": "777", "start": at, "end": at + 3}])
    detail = answer["allLabels"][1]["riskDetail"]
    assert detail["matchedLists"] == [{"name": "ways", "words": [{"word": "777", "position": [3, 6]}]}]
    assert [each["name"] for each in answer["riskDetail"]["matchedLists"]] == ["contacts", "ways"]
    assert "matchedLists" not in machine["allLabels"][1]["riskDetail"]
    assert answer["allLabels"][0] is machine["allLabels"][0]
    spans = parse_submission(answer).result.evidence.text.spans
    assert Span(at, at + 3, "list", "777", "ways") in spans


def test_what_the_machine_said_already_is_not_said_again() -> None:
    same = {"list": "contacts", "word": "12345", "start": 7, "end": 12}
    machine = bodies.result()
    assert with_listed(machine, [same]) == machine
    other = {**same, "list": "mine"}
    lists = with_listed(machine, [other, other])["riskDetail"]["matchedLists"]
    assert [len(each["words"]) for each in lists] == [1, 1]


def test_without_matches_the_body_is_what_it_was() -> None:
    assert with_listed({"riskDetail": {}}, []) == {"riskDetail": {}}


@pytest.mark.parametrize("detail", [None, {}, {"matchedLists": None}, {"matchedLists": "odd"}, "odd", []])
def test_whatever_the_machine_put_there_our_words_have_a_place(detail: Any) -> None:
    answer = with_listed({"riskDetail": detail}, OURS[:1])
    words = [{"word": "add", "position": [0, 3]}]
    assert answer["riskDetail"]["matchedLists"] == [{"name": "ways", "words": words}]


@pytest.mark.parametrize("odd", [None, "x", {"name": "ways"}, {"name": "ways", "words": "x"}, {"words": [None]}])
def test_odd_lists_of_the_machine_stay_as_they_are(odd: Any) -> None:
    lists = with_listed({"riskDetail": {"matchedLists": [odd]}}, OURS[:1])["riskDetail"]["matchedLists"]
    assert (lists[0], lists[1]["name"]) == (odd, "ways")


def test_a_reader_of_the_contract_finds_our_words_where_they_stand() -> None:
    spans = parse_submission(with_listed(bodies.result(), OURS)).result.evidence.text.spans
    assert Span(0, 3, "list", "add", "ways") in spans
    assert {span.list_name for span in spans if (span.start, span.end) == (7, 12)} == {"contacts", "ways", "numbers"}
