"""While the picture store is away: fetches wait for it, cases are decided without them, nothing answers 500."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from moderation.media import fetch
from moderation.media.storage import picture_storage
from moderation.messages import english
from moderation.models import Case, PictureFetch
from moderation.models.picture import LATE_AFTER_FAILURES
from review.presentation import task_json
from review.workflow import leases
from tests.customer import Customer, customer
from tests.factories import bodies, pictures
from tests.world import World

from .test_fetch import assert_decidable, case_with


@pytest.fixture
def host() -> Iterator[Customer]:
    with customer() as running:
        yield running


@pytest.fixture
def away(settings: Any) -> dict[str, Any]:
    """The store does not answer until the test sets STORAGES to what this returns."""
    answering: dict[str, Any] = settings.STORAGES
    nobody = picture_storage("s3://pictures", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
    settings.STORAGES = answering | {"pictures": nobody}
    return answering


def row_of(case: Case) -> PictureFetch:
    return PictureFetch.objects.get(pk=case.pk)


def try_again(case: Case) -> PictureFetch:
    """As if the wait were over."""
    PictureFetch.objects.filter(pk=case.pk).update(due_at=Now())
    assert list(fetch.fetch_due()) == [case.pk]
    return row_of(case)


def test_the_fetch_waits_and_goes_on_when_the_store_is_back(
    host: Customer, world: World, settings: Any, away: dict[str, Any]
) -> None:
    case = case_with(host.serve("/a.jpg", pictures.still()), world)
    assert fetch.fetch(case.pk)
    row = row_of(case)
    assert (row.state, row.attempts, row.leased_until, row.store_failures) == ("pending", 0, None, 1)
    assert list(fetch.fetch_due()) == []  # not at once: a store in trouble is left alone for a while
    settings.STORAGES = away
    assert try_again(case).state == "ready"
    assert row_of(case).why is None


@pytest.mark.parametrize(("failures", "seconds"), [(0, 5), (1, 10), (5, 160), (6, 300), (18, 300)])
def test_it_is_asked_ever_more_rarely(
    host: Customer, world: World, away: dict[str, Any], failures: int, seconds: int
) -> None:
    case = case_with(host.serve("/a.jpg", pictures.still()), world)
    PictureFetch.objects.update(store_failures=failures)
    assert try_again(case).state == "pending"
    wait = PictureFetch.objects.values_list(F("due_at") - Now(), flat=True).get()
    assert seconds - 5 < wait.total_seconds() <= seconds


def test_it_is_not_asked_for_ever(host: Customer, world: World, away: dict[str, Any]) -> None:
    case = case_with(host.serve("/a.jpg", pictures.still()), world)
    PictureFetch.objects.update(store_failures=fetch.STORE_TRIES - 1)
    row = try_again(case)
    assert (row.state, english(row.why)) == ("unavailable", "The picture store did not answer for over an hour.")
    assert_decidable(case, world)


def test_the_case_is_decidable_meanwhile_and_nobody_waits_long_for_its_picture(
    host: Customer, world: World, away: dict[str, Any]
) -> None:
    case = case_with(host.serve("/a.jpg", pictures.still()), world)
    told = []
    for _ in range(LATE_AFTER_FAILURES):
        try_again(case)
        (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
        told.append(task["image"]["state"])
    assert told == ["pending", "pending", "unavailable"]
    assert task["image"]["why"] == "The picture store does not answer; this picture is tried again."
    assert_decidable(case, world)


def test_the_store_may_fail_more_often_than_a_picture_may_end_its_worker(
    host: Customer, world: World, settings: Any, away: dict[str, Any]
) -> None:
    case = case_with(host.serve("/a.jpg", pictures.still()), world)
    for _ in range(fetch.MAX_LEASES + 2):
        try_again(case)
    settings.STORAGES = away
    assert try_again(case).state == "ready"


def test_a_base64_picture_that_cannot_be_kept_is_not_acknowledged(
    client: Client, world: World, settings: Any, away: dict[str, Any]
) -> None:
    body = bodies.envelope(img=base64.b64encode(pictures.still()).decode())
    answer = client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The picture store does not answer" in answer.json()["detail"]
    assert not Case.objects.exists()
    settings.STORAGES = away
    assert (
        client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer).status_code == 201
    )
