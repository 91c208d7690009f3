"""Finding cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.expressions import RawSQL
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.models import User
from moderation.models import Case, Picture, PictureFetch
from review.cases import bounded_read, search
from review.cases.search import Filters, find
from review.models import ReviewTask
from review.presentation import case_card
from review.queues import configure
from review.workflow import decisions, defer
from tests.factories import bodies, tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.moderation.intake.test_vendor_verdicts import COMBINED, send
from tests.world import World

SHA = "ab" * 32


def made(world: World, **facts: Any) -> Case:
    """A case that waits in *nudity*."""
    (task,) = tasks.waiting(world.nudity, app=world.web)
    Case.objects.filter(pk=task.case_id).update(**facts)
    return Case.objects.get(pk=task.case_id)


def found(user: User, **filters: Any) -> list[int]:
    return [case.pk for case in find(Filters(**filters), user=user).cases]


@pytest.mark.parametrize(
    ("filters", "facts"),
    [
        ({"request_id": "r-1"}, {"request_id": "r-1"}),
        ({"data_id": "d-1"}, {"data_id": "d-1"}),
        ({"token_id": "t-1"}, {"token_id": "t-1"}),
        ({"anything": "r-1"}, {"request_id": "r-1"}),
        ({"anything": "d-1"}, {"data_id": "d-1"}),
        ({"anything": "t-1"}, {"token_id": "t-1"}),
        ({"anything": "r_1_b_2"}, {"request_id": "r_1", "bt_id": "b_2"}),
        ({"anything": SHA}, {"request_id": SHA}),
        ({"state": "failed"}, {"state": "failed"}),
        ({"anything": "D-1"}, {"terms": ["deviceid=d-1"]}),
        ({"anything": "Iris P."}, {"terms": ["nickname=iris p.", "room=r"]}),
        ({"facts": (("room=r1",),)}, {"terms": ["room=r1", "nickname=x"]}),
        ({"facts": (("room=r1", "room=r2"), ("nickname=x",))}, {"terms": ["room=r2", "nickname=x"]}),
        ({"state": "final"}, {"state": "final"}),
        ({"since": datetime(2030, 1, 1, tzinfo=UTC)}, {"received_at": datetime(2030, 1, 1, tzinfo=UTC)}),
        ({"until": datetime(2020, 1, 2, tzinfo=UTC)}, {"received_at": datetime(2020, 1, 1, 23, 59, tzinfo=UTC)}),
    ],
)
def test_each_filter_finds_its_case_and_no_other(world: World, filters: dict[str, Any], facts: dict[str, Any]) -> None:
    made(world)
    wanted = made(world, **facts)
    for person in (world.alice, world.dave, world.erin):
        assert found(person, **filters) == [wanted.pk]


def test_the_number_of_a_case_finds_it(world: World) -> None:
    made(world)
    wanted = made(world)
    assert found(world.alice, anything=str(wanted.pk)) == [wanted.pk]
    assert found(world.alice, anything="9" * 19) == found(world.alice, anything="²") == []


@pytest.mark.parametrize("filters", [{"sha256": SHA.upper()}, {"anything": SHA}])
def test_the_hash_of_the_picture_finds_every_case_with_it(world: World, filters: dict[str, str]) -> None:
    keys = {"web": "w", "preview": "p", "thumbnail": "t"}
    Picture.objects.create(sha256=SHA, format="PNG", width=1, height=1, **keys)
    wanted = [made(world).pk for _ in range(2)]
    PictureFetch.objects.filter(case__in=wanted).update(picture=SHA, state="ready")
    made(world)
    assert sorted(found(world.alice, **filters)) == wanted


@pytest.mark.parametrize("label", ["porn", "erotic", "porn/nudity", "porn/nudity/swimwear", " porn / nudity "])
def test_a_label_is_a_level_or_a_path_by_any_of_its_names(world: World, label: str) -> None:
    wanted = made(world)
    assert found(world.alice, label=label) == [wanted.pk]


def test_the_label_is_that_of_the_result_the_case_stands_on(world: World) -> None:
    ours = bodies.result(requestId="r1")
    send(world, ours, {"requestId": "r1", "code": 1903}, COMBINED)
    case = Case.objects.get()
    assert (found(world.carol, label="porn"), found(world.carol, label="ad")) == ([case.pk], [])
    (card,) = case_card.of_cases([case], user=world.carol)
    assert card.path == "porn/nudity/swimwear"


@pytest.mark.parametrize("label", ["nudity", "porn/ad", "por", "porn/nudity/swim", "/nudity"])
def test_another_label_finds_nothing(world: World, label: str) -> None:
    made(world)
    assert found(world.alice, label=label) == []


def test_an_app(world: World) -> None:
    made(world)
    wanted = made(world, app=world.other_app)
    assert found(world.alice, app=world.other_app) == [wanted.pk]


def test_a_queue(world: World) -> None:
    made(world)
    (task,) = tasks.waiting(world.default, app=world.web)
    assert found(world.alice, queue=world.default) == [task.case_id]


def test_the_states_of_an_open_task(world: World) -> None:
    waiting, escalated, snoozed, decided = (made(world).pk for _ in range(4))
    defer.escalate(lease_key_of(taken(world, escalated)), by=world.alice)
    defer.snooze(lease_key_of(taken(world, snoozed)), by=world.alice, until=None)
    decide(taken(world, decided), by=world.alice)
    assert found(world.alice, state="waiting") == [waiting]
    assert found(world.alice, state="escalated") == [escalated]
    assert found(world.alice, state="snoozed") == [snoozed]
    assert sorted(found(world.alice, state="open")) == [waiting, escalated, snoozed]
    assert found(world.alice, state="final") == [decided]


def taken(world: World, case: int) -> Any:
    ReviewTask.objects.exclude(case=case).update(rank_at="2099-01-01T00:00Z")
    ReviewTask.objects.filter(case=case).update(rank_at="2000-01-01T00:00Z")
    return take_lease(world.nudity, by=world.alice)


def test_who_decided_counts_only_while_the_decision_stands(world: World) -> None:
    made(world)
    decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    assert found(world.bob, decided_by=world.alice) == [decision.task.case_id]
    assert found(world.bob, decided_by=world.bob) == []
    decisions.undo(decision.pk, by=world.alice)
    assert found(world.bob, decided_by=world.alice) == []


def test_filters_narrow_each_other(world: World) -> None:
    made(world, token_id="t-1")
    wanted = made(world, token_id="t-1", data_id="d-1")
    assert found(world.alice, token_id="t-1", data_id="d-1", state="waiting", label="porn") == [wanted.pk]


# --- who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters", [{}, {"token_id": "t-1"}, {"anything": "t-1"}, {"label": "porn"}, {"state": "open"}]
)
def test_only_what_the_person_may_see_is_found(world: World, filters: dict[str, str]) -> None:
    wanted = made(world, token_id="t-1").pk
    for person in (world.alice, world.carol, world.dave, world.erin):
        assert found(person, **filters) == [wanted]
    assert found(world.mallory, **filters) == []
    configure.set_members(world.nudity, [world.bob], by="tests")
    assert found(world.alice, **filters) == []


def test_a_case_that_no_person_was_asked_about_is_for_who_sees_all_queues(world: World) -> None:
    case = Case.objects.create(app=world.web, request_id="r-1", state="recorded")
    assert found(world.dave, request_id="r-1") == found(world.erin, request_id="r-1") == [case.pk]
    assert found(world.alice, request_id="r-1") == []


# --- page by page -------------------------------------------------------------------------------------------------


def test_pages_hold_every_case_once_newest_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    now = timezone.now()
    cases = [task.case_id for task in tasks.waiting(world.nudity, app=world.web, count=8)]
    for n, case in enumerate(cases):  # by fours of the same instant, later rows received earlier
        Case.objects.filter(pk=case).update(received_at=now - timedelta(seconds=n // 4))
    pages, after = [], None
    for _ in range(5):
        page = find(Filters(), user=world.alice, after=after)
        pages.append([case.pk for case in page.cases])
        after = page.after
        if after is None:
            break
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [case for page in pages for case in page] == cases[3::-1] + cases[:3:-1]


def test_a_full_last_page_does_not_promise_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    tasks.waiting(world.nudity, app=world.web, count=2)
    assert find(Filters(), user=world.alice).after is None


def test_a_search_that_takes_too_long_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("FIRST_MS", "SECOND_MS"):
        monkeypatch.setattr(bounded_read, limit, 200)
    asleep = Case.objects.annotate(slept=RawSQL("pg_sleep(3)", [])).filter(slept=None)
    made(world)
    with pytest.raises(bounded_read.TooWide) as told:
        bounded_read.read_newest([asleep], most=51)
    assert isinstance(told.value.__cause__, OperationalError)
    assert isinstance(told.value.__cause__.__cause__, QueryCanceled)


def test_what_the_walk_does_not_find_in_time_is_gathered_in_the_same_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    tasks.waiting(world.nudity, app=world.web, count=5)
    walked = find(Filters(state="open"), user=world.alice)
    within = bounded_read.within

    def too_late(cases: Any, *, milliseconds: int) -> list[Case]:
        if milliseconds == bounded_read.FIRST_MS:
            raise bounded_read.TooWide
        assert '"received_at" +' in str(cases.query)
        return within(cases, milliseconds=milliseconds)

    monkeypatch.setattr(bounded_read, "within", too_late)
    assert find(Filters(state="open"), user=world.alice) == walked


def test_an_id_of_more_cases_than_are_read_first_is_found_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    wanted = Filters(anything="u_83f2")
    found = find(wanted, user=world.alice)
    assert len(found.cases) == 3
    monkeypatch.setattr(search, "FEW_NAMED", 2)
    assert find(wanted, user=world.alice) == found

    def too_late(*_: object, **__: object) -> None:
        raise bounded_read.TooWide

    monkeypatch.setattr(search, "within", too_late)
    assert find(wanted, user=world.alice) == found


def test_a_read_within_a_time_leaves_that_of_the_transaction_around_it(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '7s'")
    assert bounded_read.within(Case.objects.all(), milliseconds=700)
    with pytest.raises(bounded_read.TooWide):
        bounded_read.within(Case.objects.annotate(late=RawSQL("pg_sleep(2)", ())), milliseconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("7s",)
