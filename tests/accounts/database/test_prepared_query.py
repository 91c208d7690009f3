"""Queries that are composed once find what the ORM finds, each time for the values given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext

from accounts.database.prepared_query import AnyOf, Given, composed
from accounts.models import AccessKey, User

_NAMED = composed(lambda: User.objects.filter(name=Given("name")).annotate(said=Value("here")))
_SOME = composed(lambda: User.objects.filter(AnyOf("pk", "users")).order_by("-name").values_list("name", flat=True))


@pytest.fixture
def switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def people(db: None) -> list[User]:
    return [User.objects.create(email=f"{name}@example.com", name=name) for name in ("ann", "ben", "cyd")]


def test_each_asking_has_its_own_values(people: list[User]) -> None:
    assert [_NAMED(name=one.name) for one in people] == [[one] for one in people]
    assert _NAMED(name="nobody") == []


def test_what_is_found_is_whole(people: list[User]) -> None:
    (found,) = _NAMED(name="ben")
    assert (found.email, found.created_at.tzinfo is not None, found.said) == ("ben@example.com", True, "here")


def test_one_of_many_in_the_order_asked(people: list[User]) -> None:
    ann, _, cyd = people
    assert _SOME(users=[ann.pk, cyd.pk]) == ["cyd", "ann"]
    assert _SOME(users=[]) == []


def test_related_rows_come_with_it(people: list[User]) -> None:
    AccessKey.objects.create(name="k", scopes=["read"], key_sha256="0" * 64, hint="k", created_by=people[0])
    keys = composed(lambda: AccessKey.objects.filter(name=Given("name")).select_related("created_by"))
    with CaptureQueriesContext(connection) as asked:
        assert [key.created_by for key in keys(name="k")] == [people[0]]
    assert len(asked) == 1


def test_it_is_composed_when_first_asked_and_never_again(people: list[User]) -> None:
    times: list[int] = []

    def query() -> QuerySet[User]:
        times.append(1)
        return User.objects.filter(name=Given("name"))

    asked = composed(query)
    assert times == []
    assert [asked(name=one.name) for one in people] == [[one] for one in people]
    assert times == [1]


def test_a_value_that_is_not_given_is_missed(people: list[User]) -> None:
    with pytest.raises(KeyError, match="name"):
        _NAMED(nmae="ann")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection() -> None:
    """One that has not committed sees what it wrote, and the other does not."""
    User.objects.create(email="ann@example.com", name="ann")
    with transaction.atomic():
        User.objects.update(name="ben")
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(_elsewhere).result() == 0
        assert len(_NAMED(name="ben")) == 1


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_their_values(switching_often: None) -> None:
    names = ["ann", "ben", "cyd", "dee"]
    for name in names:
        User.objects.create(email=f"{name}@example.com", name=name)
    with ThreadPoolExecutor(len(names)) as threads:
        assert set().union(*threads.map(_many_times, names)) == {(name, name) for name in names}


def _many_times(name: str) -> set[tuple[str, str]]:
    try:
        return {(name, one.name) for _ in range(100) for one in _NAMED(name=name)}
    finally:
        connection.close()


def _elsewhere() -> int:
    try:
        return len(_NAMED(name="ben"))
    finally:
        connection.close()
