"""Runs of retention: what is due by the rules goes, whatever is held or not over stays, and a killed run goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.erasure import holds
from moderation.erasure.kinds import Kind
from moderation.media import removals
from moderation.models import (
    Attempt,
    Case,
    Delivery,
    LabelScore,
    MachineResult,
    Picture,
    PictureFetch,
    ResultFacts,
)
from moderation.webhooks import redeliver_all
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.delivery_filters import Filters
from moderation.webhooks.redeliver import NotRedeliverable, redeliver
from review.models import RetentionRule, RetentionRun
from review.retention import dry_run, rules, runs
from review.retention.rules import Confirmed, RuleRefused
from tests.customer import Customer
from tests.factories.endpoints import subscribed
from tests.review.retention.kept import files, keep_for, old
from tests.review.retention.subject import MARK, live, over, post, sent
from tests.tables.text import tables_with
from tests.world import World

PICTURES, BODIES, RECORDS = Kind


def aged(case: Case, days: int = 100) -> Case:
    Case.objects.filter(pk=case.pk).update(received_at=timezone.now() - timedelta(days=days))
    return case


def erased_of(case: Case) -> set[Kind]:
    case.refresh_from_db()
    return {kind for kind in Kind if getattr(case, f"{kind}_erased_at")}


def test_nothing_is_erased_before_a_rule_says_so(world: World) -> None:
    case = aged(over(world), 4000)
    assert runs.work(for_seconds=10) == 0
    assert erased_of(case) == set()
    assert not RetentionRun.objects.exists()


def test_only_pictures_go_where_only_pictures_are_due(world: World) -> None:
    case = aged(over(world))
    before = tables_with(MARK)
    keep_for(world, pictures=90)
    assert runs.work(for_seconds=10) == 1
    removals.work()
    fetch = PictureFetch.objects.get(case=case)
    assert (fetch.state, fetch.picture, fetch.url, fetch.why) == ("unavailable", None, "", {"code": "picture.erased"})
    assert (erased_of(case), files(), Picture.objects.count()) == ({PICTURES}, [], 0)
    assert set(before) - set(tables_with(MARK)) == {"moderation_picturefetch"}, "its address had the mark"


def test_texts_go_and_the_subject_and_scores_stay(world: World) -> None:
    case = aged(over(world))
    keep_for(world, bodies=90)
    runs.work(for_seconds=10)
    assert erased_of(case) == {BODIES}
    assert case.token_id
    assert LabelScore.objects.filter(case=case).exists()
    assert PictureFetch.objects.get(case=case).state == "ready"
    text = tables_with(f"{MARK} ")
    assert set(text) <= {"moderation_case"}, "its dataId"
    machine = MachineResult.objects.get(case=case)
    assert machine.result.path == machine.path
    assert [label.probability for label in machine.result.labels] == [0.74]


def test_texts_that_were_delivered_and_what_receivers_replied_go(world: World, customer: Customer) -> None:
    aged(live(world, customer))
    assert MARK in Attempt.objects.exclude(reply="").latest("pk").reply
    keep_for(world, bodies=90)
    runs.work(for_seconds=10)
    assert set(Attempt.objects.values_list("reply", flat=True)) == {""}
    assert set(Delivery.objects.values_list("payload", flat=True)) == {""}


def test_a_delivery_whose_body_is_gone_is_never_sent_again(world: World, customer: Customer) -> None:
    aged(live(world, customer))
    keep_for(world, bodies=90)
    runs.work(for_seconds=10)
    before = len(customer.received)
    for delivery in Delivery.objects.all():
        with pytest.raises(NotRedeliverable, match="The body of this delivery was erased"):
            redeliver(delivery.pk, by=world.dave)
    job = redeliver_all.start(Filters(state="delivered"), by=world.dave)
    redeliver_all.work()
    deliver_due()
    job.refresh_from_db()
    assert (job.state, job.redelivered, job.refused) == ("finished", 0, Delivery.objects.count())
    assert len(customer.received) == before


def test_nothing_is_saved_that_was_not_counted_whoever_calls(world: World) -> None:
    days = {**dict.fromkeys(Kind), PICTURES: 30}
    told = rules.signed(None, "", days=days, cases=2)
    another = rules.signed(world.nudity, "", days=days, cases=0)
    for signed, typed in (("", "2"), ("x:y", "2"), (another, ""), (told, ""), (told, "3")):
        with pytest.raises(RuleRefused):
            rules.save(None, "", days=days, by=world.dave, confirmed=Confirmed(signed, typed))
    with pytest.raises(RuleRefused):
        rules.add(world.nudity, "", days=days, by=world.dave, confirmed=Confirmed(told, "2"))
    assert not RetentionRule.objects.exists()
    rules.save(None, "", days=days, by=world.dave, confirmed=Confirmed(told, "2"))
    assert RetentionRule.objects.get().pictures_days == 30


def test_records_take_everything_else_with_them(world: World) -> None:
    case = aged(over(world))
    keep_for(world, records=90)
    runs.work(for_seconds=10)
    removals.work()
    assert erased_of(case) == set(Kind)
    assert (tables_with(MARK), files()) == ({}, [])
    assert not LabelScore.objects.filter(case=case).exists()
    assert not ResultFacts.objects.filter(case=case).exists()


@pytest.mark.parametrize("days", [89, 90])
def test_what_is_younger_than_its_rule_stays(world: World, days: int) -> None:
    case = aged(over(world), days)
    keep_for(world, pictures=90)
    runs.work(for_seconds=10)
    assert erased_of(case) == ({PICTURES} if days == 90 else set())


def test_the_rule_of_the_label_that_it_ended_with_counts(world: World) -> None:
    """The machine said porn/nudity/swimwear; Carol rejected for porn/nudity."""
    case = aged(over(world))
    keep_for(world, pictures=10)
    keep_for(world, label="porn/nudity/swimwear", pictures=1)
    keep_for(world, label="porn/nudity", pictures=0)
    runs.work(for_seconds=10)
    assert erased_of(case) == set()


def test_the_rule_of_its_queue_counts(world: World) -> None:
    case = aged(over(world))
    queue = case.review_tasks.get().queue
    keep_for(world, pictures=10)
    keep_for(world, queue, pictures=0)
    runs.work(for_seconds=10)
    assert erased_of(case) == set()


def test_a_hold_beats_every_rule_until_it_is_lifted(world: World) -> None:
    case = aged(over(world))
    holds.place(case, reason="Asked for by a court.", by=world.dave)
    keep_for(world, pictures=1, bodies=1, records=1)
    runs.work(for_seconds=10)
    assert erased_of(case) == set()
    holds.lift(case, reason="The court has decided.", by=world.dave)
    runs.whole()
    assert erased_of(case) == set(Kind)


def test_a_hold_needs_a_reason_and_an_administrator(world: World) -> None:
    case = over(world)
    with pytest.raises(holds.HoldRefused):
        holds.place(case, reason="  ", by=world.dave)
    for person in (world.alice, world.carol, world.erin):
        with pytest.raises(NotAllowed):
            holds.place(case, reason="Because.", by=person)
    holds.place(case, reason="Because.", by=world.dave)
    with pytest.raises(holds.HoldRefused):
        holds.place(case, reason="Again.", by=world.dave)
    with pytest.raises(NotAllowed):
        holds.lift(case, reason="Because.", by=world.carol)
    assert list(AuditEvent.objects.filter(action="case.held").values_list("details", flat=True)) == [
        {"note": "Because."}
    ]


def test_what_still_waits_is_never_touched(world: World) -> None:
    waiting = aged(post(world, sent()))
    keep_for(world, pictures=1, bodies=1, records=1)
    runs.work(for_seconds=10)
    assert erased_of(waiting) == set()


def test_a_reopened_case_is_not_touched_while_it_waits(world: World) -> None:
    from review.workflow import reopen

    case = aged(over(world))
    reopen.reopen(case.pk, by=world.carol)
    keep_for(world, records=1)
    runs.work(for_seconds=10)
    assert erased_of(case) == set()


@pytest.mark.parametrize(
    ("state", "goes"), [("pending", False), ("paused", False), ("dead", True), ("delivered", True)]
)
def test_a_case_with_a_delivery_on_its_way_is_not_touched(world: World, state: str, goes: bool) -> None:
    subscribed()
    case = aged(over(world))
    ended = None if state in ("pending", "paused") else timezone.now()
    assert Delivery.objects.filter(case=case).update(state=state, ended_at=ended) == 1
    keep_for(world, records=1)
    runs.work(for_seconds=10)
    assert erased_of(case) == (set(Kind) if goes else set())


def test_a_second_run_finds_nothing(world: World) -> None:
    old(world.web, 5)
    keep_for(world, records=1)
    assert runs.whole() == 5
    assert runs.whole() == 0
    assert AuditEvent.objects.filter(action="retention.erased").count() == 1


def test_a_run_begins_every_hour_and_at_once_after_a_change(world: World) -> None:
    keep_for(world, pictures=1000)
    runs.work(for_seconds=10)
    first = RetentionRun.objects.get()
    assert first.ended_at is not None
    runs.work(for_seconds=10)
    assert RetentionRun.objects.get() == first
    with connection.cursor() as cursor:
        cursor.execute("UPDATE review_retentionrule SET changed_at = clock_timestamp()")
    runs.work(for_seconds=10)
    assert RetentionRun.objects.get() != first
    RetentionRun.objects.update(began_at=F("began_at") - timedelta(hours=2))
    second = RetentionRun.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE review_retentionrule SET changed_at = now() - interval '3 hours'")
    runs.work(for_seconds=10)
    assert RetentionRun.objects.get() != second


def test_the_dry_run_counts_what_the_run_then_erases(world: World) -> None:
    old(world.web, 7, label="ad")
    old(world.web, 5, label="porn/nudity")
    held, *_ = old(world.web, 3, days=40)
    holds.place(held, reason="Because.", by=world.dave)
    keep_for(world, pictures=90)
    keep_for(world, label="porn", bodies=60, records=90)
    counted = dry_run.count(rules.in_force())
    assert (counted.pictures, counted.bodies, counted.records) == (12, 5, 5)
    assert (counted.cases, counted.held, counted.is_whole) == (12, 1, True)
    runs.whole()
    run = RetentionRun.objects.latest("pk")
    run = RetentionRun.objects.exclude(pictures=0).get() if not run.pictures else run
    assert (run.pictures, run.bodies, run.records) == (12, 5, 5)


def test_a_dry_run_that_has_no_time_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dry_run, "LOOKED_AT", 2)
    old(world.web, 6)
    keep_for(world, pictures=1)
    counted = dry_run.count(rules.in_force(), for_seconds=0)
    assert (counted.pictures, counted.looked, counted.is_whole) == (2, 2, False)
    whole = dry_run.count(rules.in_force(), for_seconds=None)
    assert (whole.pictures, whole.looked, whole.is_whole) == (6, 6, True)


def test_the_database_lets_no_body_change_that_is_not_erased(world: World) -> None:
    case = over(world)
    refused = [
        "UPDATE moderation_machineresult SET raw = '{}'",
        "UPDATE moderation_machineresult SET risk_label1 = 'x'",
        "UPDATE accounts_auditevent SET details = '{}'",
        "UPDATE accounts_auditevent SET by_name = 'x'",
        'UPDATE accounts_auditevent SET details = \'{"erased": true, "more": 1}\'',
        "DELETE FROM accounts_auditevent",
    ]
    for statement in refused:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    Case.objects.filter(pk=case.pk).update(bodies_erased_at=timezone.now())
    assert MachineResult.objects.filter(case=case).update(raw="{}") == 1
