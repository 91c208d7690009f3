"""What the field in the bar finds, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from moderation.models import Case
from review.cases.find import Found, find
from tests.factories import tasks
from tests.world import World, queue


@pytest.fixture
def case(world: World) -> Case:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    Case.objects.filter(pk=task.case_id).update(data_id="post-1", token_id="u_1")
    return Case.objects.get()


def cases(text: str, user: User) -> list[Case]:
    return list(find(text, user=user).cases)


def test_a_case_is_found_by_each_of_its_ids_and_by_the_beginning_of_its_request(world: World, case: Case) -> None:
    for text in (
        case.request_id,
        str(case.pk),
        "post-1",
        "u_1",
        case.request_id[:8],
        f" {case.request_id[:4].upper()} ",
    ):
        assert cases(text, world.alice) == [case], text
    for text in (case.request_id[:3], case.request_id[1:9], "post", "u_"):
        assert cases(text, world.alice) == [], text


def test_a_case_is_found_by_those_only_who_may_see_it(world: World, case: Case) -> None:
    for person in (world.alice, world.carol, world.dave, world.erin):
        assert cases(case.request_id, person) == [case]
    assert not find(case.request_id, user=world.mallory)


def test_what_one_may_see_is_not_hidden_behind_what_one_may_not(world: World) -> None:
    (own,) = tasks.waiting(world.nudity, app=world.web)
    others = tasks.waiting(queue("secret", members=[world.mallory]), app=world.web, count=8)
    for number, task in enumerate([*others, own]):
        Case.objects.filter(pk=task.case_id).update(token_id="u_1", request_id=f"abcd{number}")
    assert [case.pk for case in cases("u_1", world.alice)] == [own.case_id]
    assert [case.pk for case in cases("abcd", world.alice)] == [own.case_id]
    newest_first = [task.case_id for task in reversed(others)]
    assert [case.pk for case in cases("u_1", world.dave)] == newest_first[:6]


def test_labels_are_found_in_both_languages(world: World) -> None:
    for text in ("nudity", "裸"):
        assert any("nudity" in str(one.path) or one.name_zh for one in find(text, user=world.alice).labels)
    assert not find("nudity", user=world.mallory).labels


def test_people_are_found_by_administrators_and_by_the_leads_of_their_queues(world: World) -> None:
    assert list(find("mallo", user=world.dave).people) == [world.mallory]
    assert list(find("BOB@", user=world.carol).people) == [world.bob]
    assert not find("mallo", user=world.carol).people
    for person in (world.alice, world.erin, world.mallory):
        assert not find("bob", user=person).people


def test_queues_are_found_by_those_who_see_their_cases(world: World) -> None:
    assert list(find("nud", user=world.alice).queues) == [world.nudity]
    assert list(find("Nud", user=world.erin).queues) == [world.nudity]
    assert not find("nud", user=world.mallory).queues


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "x" * 300])
def test_what_can_be_no_name_finds_nothing(world: World, case: Case, text: str) -> None:
    assert find(text, user=world.dave) == Found()


def test_no_more_than_a_few_of_each_are_read(world: World, django_assert_max_num_queries: Any) -> None:
    tasks.waiting(world.nudity, app=world.web, count=50)
    with django_assert_max_num_queries(13):  # one of them, of tests alone, rolls a savepoint back
        found = find("u_83f2", user=world.alice)
    assert len(found.cases) == 6


def test_a_case_is_looked_up_by_indexes(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE moderation_case")
    with CaptureQueriesContext(connection) as asked:
        find("abcdef12", user=world.dave)
    (begun,) = [one["sql"] for one in asked if '"request_id" >= ' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {begun}")
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "case_by_request" in plan
    assert "Seq Scan on moderation_case" not in plan
