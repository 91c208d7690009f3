"""GET /review/api/labels: labels found by typing."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.labels import label, seeded
from tests.stage import signed_in
from tests.world import World

CALL = "/review/api/labels"


@pytest.fixture(autouse=True)
def product(world: World) -> None:
    seeded()


@pytest.mark.parametrize(
    ("name", "status"),
    [("alice", 200), ("carol", 200), ("dave", 200), ("erin", 403), ("mallory", 403), ("nobody", 401)],
)
def test_labels_are_shown_to_members_of_queues_and_to_who_names_them(world: World, name: str, status: int) -> None:
    answer = signed_in(getattr(world, name, None)).get(CALL, {"q": "nudity"})
    assert answer.status_code == status
    assert ("labels" in answer.json()) == (status == 200)


def test_an_access_key_opens_it_not(world: World) -> None:
    assert Client().get(CALL, headers=world.bearer).status_code == 401


def test_a_match_is_told_with_both_names_and_the_severity_that_counts(world: World) -> None:
    label("politics/Symbols", raw_risk_label1="Polity", name_en="Odd symbols", name_zh="奇怪标志")
    client = signed_in(world.alice)
    expected = {
        "path": "Polity/Symbols", "riskLabel1": "Polity", "riskLabel2": "Symbols", "riskLabel3": "",
        "name": "Odd symbols", "nameZh": "奇怪标志", "severity": "high",
    }  # fmt: skip
    for typed in ("odd sym", "奇怪", "polity/symbols"):
        assert client.get(CALL, {"q": typed}).json()["labels"][0] == expected


def test_at_most_twenty_and_nothing_typed_offers_the_categories(world: World) -> None:
    client = signed_in(world.alice)
    for query in ({}, {"q": ""}):
        found = client.get(CALL, query).json()["labels"]
        assert len(found) == 20
        assert all("/" not in one["path"] for one in found[:8])


@pytest.mark.parametrize("typed", ["x" * 101, "a\x00b"])
def test_what_cannot_be_typed_is_a_422(world: World, typed: str) -> None:
    answer = signed_in(world.alice).get(CALL, {"q": typed})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/q")


@pytest.mark.parametrize("typed", ["%", "\\", "((((", "\ud83d\ude00", "🙈", "‮", "   "])
def test_odd_typing_is_answered(world: World, typed: str) -> None:
    assert signed_in(world.alice).get(CALL, {"q": typed.encode(errors="replace")}).status_code == 200


def test_it_is_only_read(world: World) -> None:
    assert signed_in(world.alice).post(CALL, {"q": "x"}).status_code == 405
