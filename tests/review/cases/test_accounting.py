"""What is nowhere is seen: whatever was lost, however many came after it, and from whichever process it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from moderation.models import AccountingAnchor, Case, Delivery, FinalResult
from review.cases import accounting
from review.maintenance import maintain
from review.models import Decision, ReviewTask
from review.workflow import decisions
from tests.factories import endpoints, tasks
from tests.moderation.api.test_health import unreachable
from tests.moderation.webhooks.answers import decided
from tests.world import World


@pytest.fixture
def accounted(world: World, settings: Any) -> World:
    """One case waits, one was answered to two endpoints."""
    settings.UNDO_SECONDS = 0
    endpoints.subscribed(name="one")
    endpoints.subscribed(name="two")
    decided(world)
    tasks.waiting(world.nudity, app=world.web)
    assert accounting.account().unaccounted == 0
    return world


def lose_a_delivery() -> None:
    Delivery.objects.latest("pk").delete()


def lose_all_deliveries() -> None:
    Delivery.objects.all().delete()


def put_off_for_years() -> None:
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(due_at=Now() + timedelta(days=400))


def put_off_beyond_the_schedule() -> None:
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(due_at=Now() + timedelta(hours=31))


def lose_a_task() -> None:
    ReviewTask.objects.filter(state="waiting").delete()


def void_an_answer() -> None:
    FinalResult.objects.update(voided_at=Now())


def lose_an_answer() -> None:
    FinalResult.objects.all().delete()
    Case.objects.filter(state="final").update(state="recorded")


LOSSES = {
    "delivery missing": [lose_a_delivery, lose_all_deliveries],
    "delivery due too late": [put_off_for_years, put_off_beyond_the_schedule],
    "waits nowhere": [lose_a_task],
    "no answer": [void_an_answer, lose_an_answer],
}


@pytest.mark.parametrize(("kind", "lose"), [(kind, lose) for kind, found in LOSSES.items() for lose in found])
def test_a_loss_is_seen_and_named(accounted: World, kind: str, lose: Any) -> None:
    lose()
    found = accounting.account()
    assert (found.unaccounted, found.by_kind) == (1, {**dict.fromkeys(accounting.KINDS, 0), kind: 1})


@pytest.mark.parametrize("lose", [lose for found in LOSSES.values() for lose in found])
def test_it_is_listed_and_told_to_prometheus(client: Client, accounted: World, lose: Any) -> None:
    lose()
    client.force_login(accounted.dave)
    assert client.get("/review/cases/?state=unaccounted").content.decode().count("data-case=") == 1
    lines = [one for one in client.get("/metrics").content.decode().splitlines() if "second_look_unaccounted{" in one]
    assert sum(float(one.split()[-1]) for one in lines) == 1


def test_what_no_person_of_ours_decided_is_missed_too_however_many_came_after_it(accounted: World) -> None:
    """No decision tells of an answer of policy alone, or of the detection service's reviewers."""
    Case.objects.create(app=accounted.web, request_id="lost", state="final")
    tasks.waiting(accounted.nudity, app=accounted.web, count=3)
    ReviewTask.objects.filter(state="waiting").earliest("pk").delete()
    found = accounting.account()
    assert (found.unaccounted, found.by_kind["no answer"], found.by_kind["waits nowhere"]) == (2, 1, 1)


@pytest.mark.parametrize("endpoint_state", ["enabled", "paused", "deleted"])
def test_nothing_is_missed_of_what_is_on_its_way_or_over(accounted: World, endpoint_state: str) -> None:
    endpoint = Delivery.objects.latest("pk").endpoint
    Delivery.objects.filter(endpoint=endpoint).update(state="dead", ended_at=Now())
    endpoints.subscribed(name="came later")
    assert accounting.account().unaccounted == 0


def test_what_was_undone_is_not_missed(world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 60
    endpoints.subscribed()
    decision = decided(world)
    decisions.undo(decision.pk, by=world.alice)
    assert accounting.account().unaccounted == 0


def test_results_from_before_deliveries_were_counted_are_not_missed(accounted: World) -> None:
    FinalResult.objects.update(deliveries_made=None)
    Delivery.objects.all().delete()
    assert accounting.account().unaccounted == 0


def age(hours: float) -> None:
    """As if all that is there had come so much earlier."""
    ago = timedelta(hours=hours)
    Case.objects.update(received_at=F("received_at") - ago)
    FinalResult.objects.update(release_at=F("release_at") - ago)
    Decision.objects.update(decided_at=F("decided_at") - ago)
    AccountingAnchor.objects.update(checked_at=F("checked_at") - ago)


def end_deliveries() -> None:
    Delivery.objects.update(state="delivered", ended_at=Now())


def anchor() -> tuple[int, int]:
    found = AccountingAnchor.objects.get()
    return found.case_id, found.final_result_id


def test_maintenance_remembers_up_to_where_all_is_well_and_over(accounted: World) -> None:
    end_deliveries()
    maintain()
    assert anchor() == (0, 0), "what is fresh may still commit in front of it"
    age(2)
    maintain()
    assert anchor() == (Case.objects.latest("pk").pk, FinalResult.objects.latest("pk").pk)
    Delivery.objects.all().delete()
    assert accounting.account().unaccounted == 0, "what was over and checked may be tidied away"


def test_what_is_still_open_is_never_left_behind(accounted: World) -> None:
    age(2)
    maintain()
    assert anchor() == (Case.objects.latest("pk").pk, FinalResult.objects.latest("pk").pk - 1)
    lose_a_delivery()
    lose_a_task()
    assert accounting.account().unaccounted == 2


def test_it_stays_where_it_is_until_what_is_wrong_is_mended(accounted: World) -> None:
    end_deliveries()
    age(2)
    lose_a_delivery()
    maintain()
    assert not AccountingAnchor.objects.exists()
    assert accounting.account().unaccounted == 1


def test_it_is_checked_once_a_minute(accounted: World) -> None:
    assert accounting.check()
    assert accounting.check() is None
    age(0.02)
    assert accounting.check()


def figures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    own = [line.rsplit(" ", 1) for line in lines if line.startswith("second_look_")]
    return {name: float(value) for name, value in own}


def test_metrics_are_the_databases_and_not_a_processs_own(client: Client, accounted: World) -> None:
    ReviewTask.objects.filter(state="waiting").update(entered_at=Now() - timedelta(minutes=5), due_at=Now())
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(state="dead", ended_at=Now())
    told = figures(client)
    assert told['second_look_waiting{queue="nudity"}'] == 1
    assert 299 < told['second_look_oldest_seconds{queue="nudity"}'] < 400
    assert told['second_look_overdue{queue="nudity"}'] == 1
    assert told['second_look_waiting{queue="default"}'] == 0
    assert told['second_look_decisions_total{verdict="REJECT"}'] == Decision.objects.count() == 1
    assert told['second_look_deliveries{state="pending"}'] == 1
    assert told['second_look_deliveries{state="dead"}'] == 1
    assert told["second_look_database_up"] == 1


def test_the_next_scrape_tells_what_other_processes_did_meanwhile(client: Client, accounted: World) -> None:
    before = figures(client)
    decided(accounted)
    caches["process"].clear()
    after = figures(client)
    told = {name: after[name] - before[name] for name in before if after[name] != before[name]}
    assert told['second_look_decisions_total{verdict="REJECT"}'] == 1
    assert told['second_look_deliveries{state="pending"}'] == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_process_still_tells_of_itself(client: Client) -> None:

    with unreachable():
        told = client.get("/metrics", REMOTE_ADDR="10.0.0.7").content.decode()
    assert "second_look_database_up 0.0" in told
    assert "python_info" in told
