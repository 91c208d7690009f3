"""The case page, and what leads do on it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.messages import LedgerCode, Message
from moderation.models import Attempt, Case, Delivery, FinalResult
from moderation.policy_versions import store
from review.models import ReviewTask
from review.views import case as view
from review.workflow.assign import ask_second_opinion
from review.workflow.reopen import reopen
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.moderation.api import calls
from tests.pages import inline_code
from tests.review.pictures import SHA256, with_pictures
from tests.stage import signed_in
from tests.world import World

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def case(world: World, client: Client) -> Case:
    endpoints.subscribed()
    assert calls.post(client, bodies.envelope(), world.bearer).status_code == 201
    return Case.objects.get()


@pytest.fixture
def decided(world: World, case: Case, settings: Any) -> Case:
    settings.UNDO_SECONDS = 0
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    return case


def page(person: Any, case: Case, query: str = "") -> str:
    answer = signed_in(person).get(f"/review/cases/{case.pk}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_picture_is_blurred_until_it_is_revealed(world: World, case: Case) -> None:
    with_pictures(Case.objects.all())
    (shown,) = re.findall(r"<img[^>]*data-picture[^>]*>", page(world.alice, case))
    assert "picture-blurred" in shown
    assert f"/review/pictures/{case.pk}/blurred" in shown
    for query in ("?reveal=", "?reveal=0", "?reveal=yes"):
        assert "picture-blurred" in page(world.alice, case, query)
    (clear,) = re.findall(r"<img[^>]*data-picture[^>]*>", page(world.alice, case, "?reveal=1"))
    assert "picture-blurred" not in clear
    assert f"/review/pictures/{case.pk}/web" in clear


def test_the_boxes_are_drawn_on_the_clear_picture_only(world: World, case: Case) -> None:
    with_pictures(Case.objects.all())
    assert '<svg class="evidence"' not in page(world.alice, case)
    drawn = page(world.alice, case, "?reveal=1")
    (line,) = re.findall(r'<g class="face"><path class="halo" d="[^"]+"/><path class="line" d="([^"]+)"', drawn)
    assert line == "M10.0 20.0H60.0V80.0H10.0Z"


def test_a_case_without_a_picture_says_why(world: World, case: Case) -> None:
    html = page(world.alice, case)
    assert "being fetched" in html
    assert "reveal=1" not in html


def test_it_tells_what_the_machine_said(world: World, case: Case) -> None:
    html = page(world.alice, case)
    assert 'data-label="porn/nudity/swimwear"' in html
    assert "critical" in html
    assert ">740<" in html
    assert 'data-evidence-id="f1" data-kind="face"' in html
    assert '<mark data-kind="risk" title="risk span">add me</mark> ' in html
    assert '<mark data-kind="list" title="contacts">12345</mark>' in html


def test_it_leads_to_the_subjects_other_cases_and_to_those_with_the_same_picture(world: World, case: Case) -> None:
    with_pictures(Case.objects.all())
    html = page(world.alice, case)
    assert 'href="/review/cases/?tokenId=u_83f2"' in html
    assert f'href="/review/cases/?sha256={SHA256}"' in html


def test_times_are_for_machines_and_people(world: World, case: Case) -> None:
    html = page(world.alice, case)
    at = case.received_at
    assert f'<time datetime="{at:%Y-%m-%dT%H:%M:%S}' in html
    assert f"{at:%Y-%m-%d %H:%M:%S}</time>" in html
    assert "now" in html or "ago" in html


def test_every_revision_is_there_as_it_was_sent(world: World, client: Client, case: Case) -> None:
    body = bodies.envelope()
    body["result"] |= {"requestId": case.request_id, "message": "again", "exact": 1.50}
    calls.post(client, body, world.bearer)
    html = page(world.alice, case)
    assert html.count("Machine result, revision") == 2
    assert "&quot;message&quot;: &quot;again&quot;" in html


def test_a_huge_body_is_cut_and_the_page_says_so(world: World, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SHOWN_CHARACTERS", 100)
    assert "more characters are not shown" in page(world.alice, case)


def test_deliveries_show_each_attempt_with_the_reply_escaped(world: World, decided: Case) -> None:
    delivery = Delivery.objects.get()
    Attempt.objects.create(
        delivery=delivery,
        number=1,
        started_at="2026-01-01T00:00Z",
        duration_ms=9,
        status=500,
        why=Message(LedgerCode.DELIVERY_STATUS, status=500),
        reply=EVIL,
    )
    html = page(world.alice, decided)
    assert f'data-delivery="{delivery.webhook_id}"' in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert EVIL not in html


def test_everything_from_outside_is_escaped(world: World, client: Client) -> None:
    body = bodies.envelope(riskDescription=EVIL, riskLabel1=EVIL, more=EVIL)
    body["result"]["riskDetail"]["ocrText"]["text"] = EVIL
    body["result"]["riskDetail"]["faces"][0]["name"] = EVIL
    body["result"]["allLabels"][0]["riskLabel1"] = EVIL
    answer = calls.post(client, body, world.bearer)
    assert answer.status_code == 201, answer.content
    Case.objects.update(request_id=EVIL, token_id=EVIL, data_id=EVIL, event_id=EVIL, type=EVIL)
    case = Case.objects.get()
    ReviewTask.objects.update(note=EVIL)
    html = page(world.dave, case)
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)") > 8
    assert inline_code(html) == []


def test_a_case_the_machine_failed_on_is_shown_too(world: World, client: Client) -> None:
    body = {"requestId": "r-1", "code": 1902, "message": "bad parameter"}
    assert calls.post(client, body, world.bearer, query="?appId=web").status_code == 201
    html = page(world.erin, Case.objects.get())
    assert "the machine failed" in html


def test_the_page_reads_each_table_once(world: World, decided: Case, django_assert_max_num_queries: Any) -> None:
    client = signed_in(world.alice)
    client.get(f"/review/cases/{decided.pk}/")
    with django_assert_max_num_queries(20):
        client.get(f"/review/cases/{decided.pk}/")


# --- reopening and assigning on the page --------------------------------------------------------------------------


def test_a_lead_reopens_the_case_on_its_page(world: World, decided: Case) -> None:
    assert 'id="reopen"' in page(world.carol, decided)
    client = signed_in(world.carol)
    answer = client.post(f"/review/cases/{decided.pk}/reopen", {"note": " wrong label "})
    assert answer["Location"] == f"/review/cases/{decided.pk}/"
    task = ReviewTask.objects.latest("round")
    assert (task.round, task.owner, task.note) == (2, world.carol, "wrong label")
    html = client.get(answer["Location"]).content.decode()
    assert "Reopened for a correction" in html
    assert 'id="reopen"' not in html
    assert 'id="assign"' in html


def test_what_policy_decided_alone_is_reopened_too(world: World) -> None:
    section = {"name": "all", "thresholds": {"porn": {"reject": 700}}, "intermediate": "decide"}
    store.put_in_force({"sections": [section]}, by="tests")
    case = accept(parse_submission(bodies.envelope()), app=world.web, by=world.key).case
    html = page(world.dave, case)
    assert 'id="reopen"' in html
    assert '<span class="chip state-reject">' in html
    client = signed_in(world.dave)
    client.post(f"/review/cases/{case.pk}/reopen")
    assert ReviewTask.objects.get().round == 1
    assert 'id="reopen"' not in page(world.dave, case)


def test_what_was_only_recorded_is_not(world: World) -> None:
    body = bodies.envelope(riskLevel="PASS", finalResult=1)
    case = accept(parse_submission(body), app=world.web, by=world.key).case
    assert 'id="reopen"' not in page(world.dave, case)


def test_reopening_twice_is_said_and_changes_nothing(world: World, decided: Case) -> None:
    client = signed_in(world.carol)
    for _ in range(2):
        client.post(f"/review/cases/{decided.pk}/reopen")
    assert ReviewTask.objects.count() == 2
    assert "cannot reopen" in client.get(f"/review/cases/{decided.pk}/").content.decode()


def test_what_can_still_be_undone_is_said_to_be_so(world: World, decided: Case) -> None:
    FinalResult.objects.update(release_at="2099-01-01T00:00Z")
    client = signed_in(world.carol)
    client.post(f"/review/cases/{decided.pk}/reopen")
    assert "has not been sent yet" in client.get(f"/review/cases/{decided.pk}/").content.decode()


def test_who_is_asked_for_a_second_opinion_reads_no_verdict_of_before(world: World, decided: Case) -> None:
    reopen(decided.pk, by=world.carol)
    leased = take_lease(world.default, by=world.carol)
    assert "Decided: reject" in page(world.bob, decided)
    ask_second_opinion(lease_key_of(leased), to=world.bob, by=world.carol, note="art?", view="PASS")
    asked = page(world.bob, decided)
    assert "asks for a second opinion" in asked
    for told in ("Decided: reject", "Final result 1", "earlier verdict", "would say"):
        assert told not in asked
    assert "Decided: reject" in page(world.carol, decided)


def test_a_lead_assigns_the_case_on_its_page(world: World, case: Case) -> None:
    html = page(world.carol, case)
    assert f'<option value="{world.bob.pk}">Bob</option>' in html
    assert "Mallory" not in html
    client = signed_in(world.carol)
    client.post(f"/review/cases/{case.pk}/assign", {"to": world.bob.pk, "note": "yours"})
    task = ReviewTask.objects.get()
    assert (task.owner, task.note, task.noted_by) == (world.bob, "yours", world.carol)
    client.post(f"/review/cases/{case.pk}/assign", {"to": ""})
    task.refresh_from_db()
    assert task.owner is None


@pytest.mark.parametrize("to", ["mallory", "erin"])
def test_an_assignment_that_cannot_be_is_said(world: World, case: Case, to: str) -> None:
    client = signed_in(world.carol)
    client.post(f"/review/cases/{case.pk}/assign", {"to": getattr(world, to).pk})
    assert "nobody who works in this queue" in client.get(f"/review/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize("to", ["x", "²", "-1", "9" * 30, "\0", "9" * 5000])
def test_nonsense_instead_of_a_person_is_refused_or_nobody(world: World, case: Case, to: str) -> None:
    assert signed_in(world.carol).post(f"/review/cases/{case.pk}/assign", {"to": to}).status_code == 404


def test_while_somebody_looks_at_it_that_is_said(world: World, case: Case) -> None:
    take_lease(world.default, by=world.alice)
    client = signed_in(world.carol)
    client.post(f"/review/cases/{case.pk}/assign", {"to": world.bob.pk})
    assert "Alice has leased this case now" in client.get(f"/review/cases/{case.pk}/").content.decode()


def test_forms_are_offered_to_those_only_who_may(world: World, decided: Case) -> None:
    for person in (world.alice, world.bob, world.erin):
        html = page(person, decided)
        assert 'id="reopen"' not in html
        assert 'id="assign"' not in html
    assert 'id="reopen"' in page(world.dave, decided)
