"""The page of the audit: who may open it, what it shows, and what its forms do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append, verify, watch
from accounts.models import App, AuditEvent, AuditLink
from review.views.manage import audit as views
from tests.accounts.audit_chain.tampering import as_superuser
from tests.stage import signed_in
from tests.world import World

PAGE = "/manage/audit/"
PEOPLE = {"alice": 403, "carol": 403, "mallory": 403, "dave": 200, "erin": 200, "nobody": 302}


@pytest.mark.parametrize(("person", "status"), PEOPLE.items())
def test_each_person_gets_what_the_role_allows(world: World, person: str, status: int) -> None:
    client = signed_in(getattr(world, person, None))
    assert client.get(PAGE).status_code == status
    posted = {200: (302, 200)}.get(status, (status, status))
    seen = AuditEvent.objects.count()
    assert client.post(f"{PAGE}verify").status_code == posted[0]
    assert client.post(f"{PAGE}export", {"form": "csv"}).status_code == posted[1]
    assert AuditEvent.objects.count() == seen + (status == 200)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_stream_is_told_in_both_languages(world: World) -> None:
    erin = signed_in(world.erin)
    assert "added <a" in text(erin.get(PAGE)) or "added <bdi>" in text(erin.get(PAGE))
    erin.cookies["language"] = "zh-hans"
    assert "添加了" in text(erin.get(PAGE, headers={"Accept-Language": "zh-hans"}))


def test_filters_in_the_url(world: World) -> None:
    erin = signed_in(world.erin)
    audit.record(AuditAction.USER_SIGNED_IN, by=world.bob, on=world.bob, address="192.0.2.7")
    assert "192.0.2.7" in text(erin.get(PAGE, {"by": world.bob.pk}))
    assert "192.0.2.7" not in text(erin.get(PAGE, {"by": world.alice.pk}))
    assert "192.0.2.7" in text(erin.get(PAGE, {"kind": ["sign-in", "queue"]}))
    assert "No event fits" in text(erin.get(PAGE, {"case": 1}))
    assert "queue.created" in text(erin.get(PAGE, {"about": f"queue:{world.nudity.pk}"}))


@pytest.mark.parametrize(
    "query",
    [
        {"by": "x"},
        {"by": "99999999999999999999"},
        {"kind": "nonsense"},
        {"about": "'; DROP"},
        {"case": "-1"},
        {"case": "9" * 30},
        {"since": "tomorrow"},
        {"q": "x" * 300},
    ],
)
def test_what_cannot_be_read_is_said_and_shows_nothing(world: World, query: dict[str, str]) -> None:
    answer = signed_in(world.erin).get(PAGE, query)
    assert answer.status_code == 422
    assert 'class="event"' not in text(answer)


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "9" * 40}, {"q": "#" + "9" * 18}, {"until": "0001-01-01"}]
)
def test_odd_but_readable_filters(world: World, query: dict[str, str]) -> None:
    assert signed_in(world.erin).get(PAGE, query).status_code == 200


@pytest.mark.parametrize("name", ["lists", "items", "dict"])
def test_a_parameter_named_as_a_part_of_the_query_is_one_like_others(world: World, name: str) -> None:
    answer = signed_in(world.erin).get(PAGE, {name: "x"})
    assert answer.status_code == 200
    assert f'name="{name}" value="x"' in text(answer)


def test_pages_follow_by_a_link(world: World) -> None:
    for number in range(60):
        audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App(pk=number))
    erin = signed_in(world.erin)
    first = text(erin.get(PAGE))
    assert first.count('class="event"') == 50
    before = AuditEvent.objects.order_by("-pk")[49].pk
    assert f"before={before}" in first
    assert f'data-event="{before - 1}"' in text(erin.get(PAGE, {"before": before}))


def test_the_chain_is_drawn_verified_and_newer(world: World) -> None:
    append.append()
    watch.step()
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    append.append()
    audit.record(AuditAction.CASE_SKIPPED, by="tests", on=App())
    page = text(signed_in(world.erin).get(PAGE))
    assert (page.count('class="verified"'), page.count('class="waits"')) == (4, 1)
    assert f"verified up to link {AuditLink.objects.count() - 1}" in page
    assert "1 event waits to be linked" in page


def test_verify_now_says_what_it_found(world: World) -> None:
    dave = signed_in(world.dave)
    answer = dave.post(f"{PAGE}verify", follow=True)
    assert f"Verified up to link {AuditLink.objects.count()}." in text(answer)
    first = AuditLink.objects.get(number=2)
    as_superuser("UPDATE accounts_auditevent SET by_name = 'nobody' WHERE id = %s", first.event_id)
    as_superuser("UPDATE accounts_auditchain SET reread_at = NULL")
    answer = dave.post(f"{PAGE}verify", follow=True)
    assert f"The details of event {first.event_id}, number 2 of the chain" in text(answer)
    assert "the chain is broken" in text(answer)


def test_verify_now_begins_and_maintenance_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAGE", 2)
    monkeypatch.setattr(views, "VERIFY_SECONDS", 0.0)
    dave, last = signed_in(world.dave), append.append()
    for _ in range(last):
        watch.step(for_seconds=0.0)
    assert watch.status().reread_number == 0
    answer = text(dave.post(f"{PAGE}verify", follow=True))
    assert "The whole chain is being read again in the background." in answer
    assert f"The whole chain is being read again: 2 of {last} links." in answer
    for _ in range(last):
        watch.step(for_seconds=0.0)
    assert "The whole chain was last read" in text(dave.get(PAGE))


def test_the_export_is_streamed_under_the_filters_of_the_page(world: World) -> None:
    erin = signed_in(world.erin)
    answer = erin.post(f"{PAGE}export", {"form": "jsonl", "by": world.alice.pk})
    assert answer.streaming
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert (answer["X-Total"], body.count(b"\n")) == ("1", 1)
    assert answer["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    assert AuditEvent.objects.latest("pk").details["filters"] == {"by": "Alice"}
    assert erin.post(f"{PAGE}export", {"form": "xml"}).status_code == 422
    assert erin.post(f"{PAGE}export", {"form": "csv", "case": "x"}).status_code == 422


def test_forms_need_the_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.dave)
    assert client.post(f"{PAGE}verify").status_code == 403
    assert client.post(f"{PAGE}export", {"form": "csv"}).status_code == 403


def test_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    append.append()
    erin = signed_in(world.erin)
    queries: list[dict[str, Any]] = [
        {},
        {"by": world.alice.pk, "kind": "people"},
        {"q": "e"},
        {"about": f"queue:{world.nudity.pk}"},
    ]
    for query in queries:
        with django_assert_max_num_queries(20):
            assert erin.get(PAGE, query).status_code == 200
