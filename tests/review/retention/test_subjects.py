"""A subject is erased: nothing that named it is left anywhere, what has to stay stays, and that can be checked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from accounts.audit_chain import append, verify
from accounts.models import AuditEvent, AuditLink
from accounts.permissions import NotAllowed
from moderation.erasure import holds
from moderation.media import removals
from moderation.models import Case, Erasure, FileRemoval, MachineResult, Picture, PictureFetch
from moderation.webhooks.deliver import deliver_due
from review.models import Decision
from review.retention import certificate, subjects, traces
from tests.customer import Customer
from tests.review.retention.subject import MARK, TOKEN, decide, erased, live, over, post, sent, show
from tests.tables.text import tables_with
from tests.world import World


def files() -> list[Path]:
    folder = Path(django_settings.STORAGES["pictures"]["OPTIONS"]["location"])
    return [path for path in folder.rglob("*") if path.is_file()]


def test_nothing_of_a_subject_is_left_in_the_database_or_the_picture_store(world: World, customer: Customer) -> None:
    live(world, customer)
    append.append()
    before = tables_with(MARK)
    named = {
        *("accounts_auditevent", "moderation_case", "moderation_machineresult", "moderation_finalresult"),
        *("moderation_delivery", "moderation_attempt", "moderation_resultfacts", "moderation_picturefetch"),
        *("moderation_knownpicture", "moderation_quarantined", "review_reviewtask", "review_decision"),
        *("review_savedview", "review_run"),
    }
    assert named - set(before) == set(), "each of these named the subject: else nothing is shown by their being empty"
    assert len(files()) >= 5
    erasure = erased(world)
    assert (erasure.state, tables_with(MARK)) == ("finished", {})
    assert (files(), Picture.objects.count()) == ([], 0)
    append.append()
    reading = verify.whole()
    assert reading.fault is None
    assert reading.erased >= 4, "escalated, reopened, known picture, saved search"


def test_ids_hashes_verdicts_and_times_stay(world: World, customer: Customer) -> None:
    case = live(world, customer)
    stays = ("id", "request_id", "state", "received_at", "event_id", "app_id")
    machine = ("revision", "raw_sha256", "code", "risk_level", "risk_label1", "risk_label2", "risk_label3")
    decided = ("id", "by_id", "verdict", "reason", "decided_at")

    def read() -> Any:
        return (
            Case.objects.filter(pk=case.pk).values_list(*stays).get(),
            list(MachineResult.objects.order_by("pk").values_list(*machine)),
            list(Decision.objects.order_by("pk").values_list(*decided)),
            list(
                case.final_results.order_by("pk").values_list("revision", "risk_level", "risk_label1", "event_number")
            ),
            list(case.deliveries.order_by("pk").values_list("webhook_id", "state", "attempts_made")),
            list(
                AuditEvent.objects.filter(on_type="case").order_by("pk").values_list("action", "on_id", "by_id", "at")
            ),
        )

    before = read()
    erased(world)
    assert read() == before


def test_another_subjects_cases_stay_as_they_are(world: World) -> None:
    over(world)
    others = over(world, tokenId="planted70_token", nickname="somebody else", color="navy")
    tables = ("raw", "merged"), ("request", "token_id", "terms", "data_id", "records_erased_at")

    def read() -> Any:
        return (
            list(MachineResult.objects.filter(case=others).values_list(*tables[0])),
            Case.objects.filter(pk=others.pk).values_list(*tables[1]).get(),
            PictureFetch.objects.filter(case=others).values_list("state", "picture", "url").get(),
        )

    before = read()
    erasure = erased(world)
    assert erasure.erased["cases"] == 1
    assert read() == before
    assert Picture.objects.count() == 1


def test_a_picture_that_another_case_shows_stays_for_that_case(world: World) -> None:
    over(world)
    others = over(world, tokenId="other")
    before = files()
    erased(world)
    assert PictureFetch.objects.get(case=others).state == "ready"
    assert sorted(files()) == sorted(before)
    erased(world, token="other")
    assert files() == []


def test_a_held_case_is_left_and_named(world: World) -> None:
    held, gone = over(world), over(world)
    holds.place(held, reason="Asked for by a court.", by=world.dave)
    before = Case.objects.values().get(pk=held.pk), PictureFetch.objects.values().get(pk=held.pk)
    erasure = erased(world)
    assert erasure.certificate is not None
    assert erasure.certificate["held"] == [{"caseId": str(held.pk), "requestId": held.request_id}]
    assert [one["caseId"] for one in erasure.certificate["cases"]] == [str(gone.pk)]
    assert (Case.objects.values().get(pk=held.pk), PictureFetch.objects.values().get(pk=held.pk)) == before


def test_a_case_that_waits_for_a_person_is_erased_once_it_is_decided(world: World) -> None:
    waits = post(world, sent())
    show(waits)
    erasure = erased(world)
    assert (erasure.state, subjects.left(erasure).waiting) == ("running", 1)
    assert Case.objects.get(pk=waits.pk).token_id == TOKEN
    decide(world)
    Erasure.objects.update(looked_at=None)
    subjects.work(for_seconds=30)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.erased["cases"]) == ("finished", 1)
    assert tables_with(MARK) == {}


def test_a_case_whose_delivery_is_on_its_way_is_erased_once_it_was_delivered(world: World, customer: Customer) -> None:
    from tests.factories.endpoints import subscribed

    subscribed(url=f"{customer.url}/hook")
    over(world)
    erasure = erased(world)
    assert erasure.state == "running"
    deliver_due()
    assert [json.loads(one.body)["data"]["dataId"] for one in customer.received] == [f"{MARK} data"]
    Erasure.objects.update(looked_at=None)
    subjects.work(for_seconds=30)
    erasure.refresh_from_db()
    assert (erasure.state, tables_with(MARK)) == ("finished", {})


def test_only_the_cases_that_there_were_are_erased(world: World) -> None:
    over(world)
    erasure = subjects.begin(TOKEN, app=None, counted=1, by=world.dave)
    later = over(world)
    subjects.work(for_seconds=30)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.erased["cases"]) == ("finished", 1)
    assert Case.objects.get(pk=later.pk).token_id == TOKEN


def test_a_subject_of_one_app_is_erased_there_alone(world: World) -> None:
    over(world)
    erasure = erased(world, app=world.other_app)
    assert erasure.erased["cases"] == 0
    assert Case.objects.get().token_id == TOKEN


def test_the_same_result_sent_again_brings_nothing_back(world: World) -> None:
    body = sent()
    case = post(world, body)
    show(case)
    decide(world)
    erased(world)
    assert post(world, body).pk == case.pk
    assert tables_with(MARK) == {}
    assert PictureFetch.objects.get(case=case).state == "unavailable"


def test_another_result_for_it_is_kept_as_new_and_can_be_erased_again(world: World) -> None:
    body = sent()
    case = post(world, body)
    decide(world)
    PictureFetch.objects.filter(case=case).update(state="unavailable", why={"code": "picture.empty"}, upload="")
    erased(world)
    body["result"] |= {"timestamp": 1764500000}
    assert post(world, body).pk == case.pk
    case.refresh_from_db()
    assert (case.token_id, case.records_erased_at) == (TOKEN, None)
    show(case)
    assert erased(world).erased["cases"] == 1
    assert tables_with(MARK) == {}


def test_the_certificate_can_be_checked_against_the_audit(world: World) -> None:
    over(world)
    erasure = erased(world)
    append.append()
    told = certificate.whole(erasure)
    event = AuditEvent.objects.get(action="erasure.finished")
    link = AuditLink.objects.get(event_id=event.pk)
    assert told["audit"]["event"] == event.pk
    assert (told["audit"]["number"], told["audit"]["hash"]) == (link.number, bytes(link.hash).hex())
    body = {name: value for name, value in told.items() if name != "audit"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == event.details["certificate"]
    subject = told["subject"]
    assert hashlib.sha256(f"{subject['salt']}:{TOKEN}".encode()).hexdigest() == subject["sha256"]
    assert (told["requestedBy"], told["erased"]["pictures"]) == ("dave@example.test", 1)


def test_it_has_to_be_as_many_cases_as_the_person_was_told(world: World) -> None:
    over(world)
    over(world)
    with pytest.raises(subjects.ErasureRefused, match="2 cases of this subject by now, not 1"):
        subjects.begin(TOKEN, app=None, counted=1, by=world.dave)
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_erase(world: World, name: str) -> None:
    over(world)
    with pytest.raises(NotAllowed):
        subjects.begin(TOKEN, app=None, counted=1, by=getattr(world, name))
    with pytest.raises(NotAllowed):
        subjects.count(TOKEN, app=None, by=getattr(world, name))


def test_a_file_that_is_named_again_before_it_is_removed_stays(world: World) -> None:
    over(world)
    counted = subjects.count(TOKEN, app=None, by=world.dave)
    subjects.begin(TOKEN, app=None, counted=counted.cases, by=world.dave)
    subjects.work(for_seconds=30)
    assert FileRemoval.objects.exists()
    other = over(world, tokenId="other")
    before = len(files())
    removals.work()
    assert len(files()) == before
    assert PictureFetch.objects.get(case=other).state == "ready"
    assert not FileRemoval.objects.exists()


def test_what_names_the_subject_elsewhere_is_looked_for_outside_of_a_transaction(
    cast: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction has a minute, and there may be a million kept searches."""
    over(cast)
    inside: list[bool] = []
    find = traces.find

    def found(token: str) -> traces.Traces:
        inside.append(connection.in_atomic_block)
        return find(token)

    monkeypatch.setattr(traces, "find", found)
    assert erased(cast).state == "finished"
    assert inside == [False]
