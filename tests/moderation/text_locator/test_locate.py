"""From a result without boxes to places on our copy of the picture, by the real engine; and what may go wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from moderation import tasks
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.media import store
from moderation.models import Case, LocatedText, PictureFetch
from moderation.text_locator import locate
from review.maintenance import maintain
from tests.moderation.engines.embedded.installed import needs_all_parts
from tests.moderation.text_locator.drawn import SEGMENT, SENT, case_of, page, shown_case
from tests.world import World

pytestmark = needs_all_parts
HALF_A_LINE = 18


def row(case: Case) -> LocatedText:
    return LocatedText.objects.get(case=case)


@pytest.mark.usefixtures("on")
def test_a_risk_segment_is_found_where_it_stands(world: World, engine: Embedded) -> None:
    case = shown_case(world)
    assert list(locate.locate_due(engine=engine)) == [case.pk]
    found = row(case)
    start = SENT.index(SEGMENT)
    ((outline),) = found.outlines[start, start + len(SEGMENT)]
    places = page()[1]
    wanted = (*places["Telegram"][:2], *places["@shop_2024"][2:])
    assert outline.location == pytest.approx(wanted, abs=HALF_A_LINE)
    assert (found.state, found.engine, found.leased_until) == ("done", "embedded/1", None)


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("turned", [90, 180, 270, 10])
def test_on_a_turned_picture_too(world: World, engine: Embedded, turned: int) -> None:
    """The words begin at the right end of their line, whichever way it runs."""
    case = shown_case(world, turned=turned)
    list(locate.locate_due(engine=engine))
    ((outline),) = row(case).outlines[SENT.index(SEGMENT), SENT.index(SEGMENT) + len(SEGMENT)]
    x1, y1, x2, y2, *_ = outline.corners
    across, down = {90: (0, -1), 180: (-1, 0), 270: (0, 1), 10: (0.98, -0.17)}[turned]
    long = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    assert ((x2 - x1) / long, (y2 - y1) / long) == pytest.approx((across, down), abs=0.06)
    wanted = page()[1]
    at_both_ends = 2 * HALF_A_LINE
    assert long == pytest.approx(wanted["@shop_2024"][2] - wanted["Telegram"][0], abs=at_both_ends)


@pytest.mark.usefixtures("on", "engine_of_this_host")
def test_the_worker_s_task_and_maintenance_do_it_too(world: World) -> None:
    first = shown_case(world)
    tasks.locate_texts()
    second = shown_case(world)
    LocatedText.objects.filter(case=second).update(due_at=Now() - timedelta(minutes=1))
    assert maintain()["texts located"] == 1
    assert {row(one).state for one in (first, second)} == {"done"}


@pytest.mark.usefixtures("on")
def test_it_waits_for_the_picture_and_for_a_case_that_people_see(world: World) -> None:
    waiting, decided = case_of(world), shown_case(world)
    Case.objects.filter(pk=decided.pk).update(state="final")
    assert list(locate.locate_due()) == []
    assert row(waiting).state == row(decided).state == "pending"
    LocatedText.objects.update(created_at=Now() - timedelta(days=2))
    assert locate.give_up_left() == 2
    assert row(waiting).state == "given-up"


def test_only_results_with_words_that_nobody_placed_are_looked_at(world: World, settings: Any) -> None:
    settings.LOCATE_TEXT = True
    case_of(world, lines=[{"text": SENT, "start": 0, "location": [0, 0, 400, 30]}])
    assert not LocatedText.objects.exists()
    settings.LOCATE_TEXT = False
    case_of(world)
    assert not LocatedText.objects.exists()


@pytest.mark.usefixtures("on")
def test_one_at_a_time_and_none_twice(world: World) -> None:
    case = shown_case(world)
    LocatedText.objects.filter(case=case).update(leased_until=Now() + timedelta(minutes=1), attempts=1)
    shown_case(world)
    assert list(locate.locate_due()) == []


@pytest.mark.usefixtures("on")
def test_a_picture_that_ends_its_workers_is_given_up(world: World) -> None:
    case = shown_case(world)
    LocatedText.objects.filter(case=case).update(attempts=locate.MOST_LEASES, leased_until=Now() - timedelta(hours=1))
    assert list(locate.locate_due()) == [case.pk]
    assert row(case).state == "given-up"


@pytest.mark.usefixtures("on")
def test_files_that_are_gone_are_given_up(world: World) -> None:
    case = shown_case(world)
    store.remove(PictureFetch.objects.get(pk=case.pk).picture.web)  # type: ignore[union-attr]
    list(locate.locate_due())
    assert row(case).state == "given-up"


@pytest.mark.usefixtures("on")
def test_an_engine_that_fails_is_asked_again_later(world: World, stand_in_host: Host) -> None:
    """The stand-in does not know what to do with a real picture, and dies."""
    case = shown_case(world)
    next(locate.locate_due(engine=Embedded(stand_in_host)))
    found = row(case)
    assert (found.state, found.attempts, found.leased_until) == ("pending", 1, None)
    assert found.due_at > found.created_at + timedelta(seconds=20)
