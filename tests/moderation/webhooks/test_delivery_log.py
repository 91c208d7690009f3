"""The delivery log finds what its filters name, in pages, and says where it has not looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from moderation.models import Case, Delivery
from moderation.webhooks import delivery_log
from moderation.webhooks.delivery_filters import Filters
from tests.factories.endpoints import dead, subscribed
from tests.moderation.webhooks.answers import decided
from tests.world import World


def ids(filters: Filters, *, rows: int = 100, before: int | None = None) -> list[int]:
    return [one.pk for one in delivery_log.page(filters, rows=rows, before=before).deliveries]


@pytest.fixture
def log(world: World) -> dict[str, list[int]]:
    """Two endpoints, two apps, all states."""
    shop, _ = subscribed(name="shop")
    other, _ = subscribed(name="other")
    dead(shop, 3)
    dead(shop, 2, state="delivered", type="result.corrected")
    dead(other, 2)
    dead(other, 1, state="cancelled")
    decided(world, requestId="r1", app="app")
    decided(world, requestId="r2")
    everything = list(Delivery.objects.order_by("-pk").values_list("pk", flat=True))
    return {"all": everything, "shop": [shop.pk], "other": [other.pk]}


def test_every_filter_and_all_together_narrow_as_they_say(world: World, log: dict[str, list[int]]) -> None:
    shop = log["shop"][0]
    expected = {
        Filters(): Delivery.objects.all(),
        Filters(state="dead"): Delivery.objects.filter(state="dead"),
        Filters(endpoint=shop): Delivery.objects.filter(endpoint=shop),
        Filters(endpoint=shop, state="pending"): Delivery.objects.filter(endpoint=shop, state="pending"),
        Filters(app=world.web.pk): Delivery.objects.filter(case__app=world.web),
        Filters(app=world.web.pk, endpoint=shop): Delivery.objects.filter(case__app=world.web, endpoint=shop),
        Filters(type="result.corrected"): Delivery.objects.filter(type="result.corrected"),
        Filters(type="result.final", state="dead"): Delivery.objects.filter(type="result.final", state="dead"),
        Filters(request="r1"): Delivery.objects.filter(case__request_id="r1"),
        Filters(request="r1", endpoint=shop): Delivery.objects.filter(case__request_id="r1", endpoint=shop),
        Filters(request="unknown"): Delivery.objects.none(),
    }
    for filters, rows in expected.items():
        wanted = list(rows.order_by("-pk").values_list("pk", flat=True))
        assert ids(filters) == wanted, filters
        assert delivery_log.count(filters).number == len(wanted), filters
        paged: list[int] = []
        before = None
        for _ in range(20):
            page = delivery_log.page(filters, rows=2, before=before)
            paged += [one.pk for one in page.deliveries]
            before = page.before
            if before is None:
                break
        assert paged == wanted, filters


def test_a_webhook_is_found_by_its_own_id(log: dict[str, list[int]]) -> None:
    one = Delivery.objects.earliest("pk")
    assert ids(Filters(request=one.webhook_id)) == [one.pk]


def test_a_batch_item_is_found_by_its_joined_id(log: dict[str, list[int]]) -> None:
    Case.objects.filter(request_id="r1").update(bt_id="b7")
    assert ids(Filters(request="r1_b7")) == ids(Filters(request="r1"))
    assert len(ids(Filters(request="r1_b7"))) == 2


def test_times_are_found_without_an_index(log: dict[str, list[int]]) -> None:
    start = timezone.now() - timedelta(days=10)
    for day, pk in enumerate(reversed(log["all"])):
        Delivery.objects.filter(pk=pk).update(created_at=start + timedelta(days=day))
    oldest_first = log["all"][::-1]
    since, until = start + timedelta(days=2), start + timedelta(days=5)
    assert ids(Filters(since=since)) == oldest_first[2:][::-1]
    assert ids(Filters(until=until)) == oldest_first[:5][::-1]
    assert ids(Filters(since=since, until=until)) == oldest_first[2:5][::-1]
    assert ids(Filters(since=timezone.now() + timedelta(days=9))) == []
    assert delivery_log.first_since(since) == oldest_first[2]


def test_what_was_not_looked_through_is_said_and_comes_next(log: dict[str, list[int]]) -> None:
    filters = Filters(type="result.corrected")
    first = delivery_log.page(filters, rows=10, looked=4)
    assert (first.deliveries, first.looked_through) == ([], True)
    found: list[int] = []
    page = first
    while page.before is not None:
        page = delivery_log.page(filters, rows=10, before=page.before, looked=4)
        found += [one.pk for one in page.deliveries]
    assert found == list(Delivery.objects.filter(type="result.corrected").order_by("-pk").values_list("pk", flat=True))


def test_states_are_counted_for_one_endpoint_and_for_all(log: dict[str, list[int]]) -> None:
    numbers = {state: counted.number for state, counted in delivery_log.count_states().items()}
    assert numbers == {"pending": 4, "delivered": 2, "paused": 0, "dead": 5, "cancelled": 1}
    assert delivery_log.count_states(log["shop"][0])["dead"].number == 3


def test_a_count_has_a_bound(log: dict[str, list[int]]) -> None:
    counted = delivery_log.count(Filters(state="dead"), up_to=4)
    assert (counted.number, counted.more) == (4, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"state": "nonsense", "endpoint": "x", "app": "-1", "type": "no", "since": "yesterday", "until": "2026-13-45"},
        {"endpoint": "9" * 30, "since": "0001-01-01", "until": "9999-12-31", "request": ""},
        {"endpoint": "１", "since": "2026-02-30T10:00", "state": ["dead"]},
    ],
)
def test_what_makes_no_sense_asks_for_nothing(log: dict[str, list[int]], sent: dict[str, Any]) -> None:
    filters = Filters.read(sent)
    assert (filters.state, filters.endpoint, filters.app, filters.type) == ("", None, None, "")
    assert len(ids(filters)) == len(log["all"])


def test_a_day_ends_with_itself_and_filters_are_kept_exactly() -> None:
    filters = Filters.read({"since": "2026-11-24", "until": "2026-11-24", "state": "dead", "endpoint": "7"})
    assert filters.since is not None
    assert filters.until == filters.since + timedelta(days=1)
    assert Filters.read(filters.stored()) == filters
    assert Filters.read({"since": "2026-11-24T10:05"}).since == timezone.make_aware(datetime(2026, 11, 24, 10, 5))  # noqa: DTZ001 - aware
