"""The set-up checklist ticks itself from what is there, and is put away once."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from accounts import invitations
from accounts.models import AccessKey, App, AuditEvent, Invitation
from accounts.permissions import NotAllowed
from accounts.roles import Role
from moderation.models import Delivery, Endpoint, LastTime
from review.installation import setup
from review.models import Membership, Queue, Reason
from tests.factories import endpoints
from tests.factories.policies import published
from tests.factories.tasks import waiting
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World


def done() -> list[str]:
    return [step.name for step in setup.steps() if step.is_done]


def test_nothing_is_done_on_an_empty_system(db: None) -> None:
    assert done() == []
    assert [step.name for step in setup.steps()] == [
        *("app", "key", "queue", "people", "rule", "endpoint", "case", "decided", "delivered")
    ]


def test_each_step_is_ticked_by_what_is_there(world: World) -> None:
    assert done() == ["app", "key", "queue", "people"]
    rules: dict[str, Any] = {"rules": [{"name": "all", "when": {}, "queue": "nudity"}]}
    published(rules, by=world.dave)
    assert done()[-1] == "rule"
    endpoints.subscribed()
    assert done()[-1] == "endpoint"
    waiting(world.nudity, app=world.web)
    assert done()[-1] == "case"
    decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    assert done()[-1] == "decided"
    Delivery.objects.update(state="delivered", ended_at="2026-01-01T00:00:00Z")
    assert done()[-1] == "delivered"
    assert all(step.is_done for step in setup.steps())


def test_who_is_invited_into_a_queue_is_as_good_as_there(world: World) -> None:
    Membership.objects.all().delete()
    invitations.invite(["hana@example.test"], role=Role.MODERATOR, by=world.dave)
    assert "people" not in done()
    invitations.invite(["ivo@example.test"], role=Role.MODERATOR, queues=[world.nudity.pk], by=world.dave)
    assert "people" in done()
    Invitation.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert "people" not in done()


def test_what_ended_ticks_nothing(world: World) -> None:
    endpoints.subscribed()
    AccessKey.objects.update(revoked_at="2026-01-01T00:00:00Z")
    Reason.objects.all().delete()
    Membership.objects.all().delete()
    Membership.objects.create(queue=world.nudity, user=world.dave)  # who administers is not yet somebody who decides
    Endpoint.objects.update(state="paused")
    assert done() == ["app"]


def test_administrators_see_it_on_the_board_and_at_manage(world: World) -> None:
    for path in ("/", "/manage/"):
        shown = signed_in(world.dave).get(path).content.decode()
        assert 'data-step="rule" class="next"' in shown, path
        assert 'data-step="app" class="done"' in shown, path
    for person in (world.alice, world.carol, world.erin):
        assert 'id="setup"' not in signed_in(person).get("/").content.decode()


def test_the_first_call_is_ready_to_be_copied_and_accepted(admin: Client, world: World) -> None:
    rules: dict[str, Any] = {"rules": [{"name": "all", "when": {}, "queue": "nudity"}]}
    published(rules, by=world.dave)
    endpoints.subscribed()
    shown = html.unescape(admin.get("/").content.decode())
    assert "curl http://testserver/api/v1/results" in shown
    assert "Authorization: Bearer ACCESS_KEY" in shown
    assert '"appId": "web"' in shown
    body = shown.partition("-d '")[2].partition("'</pre>")[0]
    assert admin.post("/api/v1/results", body, content_type="application/json", headers=world.bearer).status_code == 201
    assert "case" in done()


def test_it_is_put_away_once_for_everybody(admin: Client, world: World) -> None:
    assert admin.post("/manage/setup/seen/")["Location"] == "/"
    assert 'id="setup"' not in admin.get("/").content.decode()
    assert AuditEvent.objects.get(action="setup.seen").by == world.dave
    assert admin.get("/manage/").status_code == 302
    assert setup.is_seen()


@pytest.mark.parametrize("name", ["alice", "carol", "erin"])
def test_only_administrators_put_it_away(world: World, name: str) -> None:
    assert signed_in(getattr(world, name)).post("/manage/setup/seen/").status_code == 403
    with pytest.raises(NotAllowed):
        setup.dismiss(by=getattr(world, name))
    assert not setup.is_seen()
    assert signed_in(world.dave).get("/manage/setup/seen/").status_code == 405


def test_it_is_put_away_with_its_audit_event_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr("accounts.audit.record", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        setup.dismiss(by=world.dave)
    assert not LastTime.objects.exists()


def test_every_step_leads_to_a_page(admin: Client, world: World) -> None:
    assert {admin.get(step.address, follow=True).status_code for step in setup.steps()} == {200}


def test_a_queue_without_reasons_is_not_enough(db: None) -> None:
    Queue.objects.create(slug="one", name="One")
    App.objects.create(app_id="web", name="Web")
    assert done() == ["app"]


def test_it_costs_the_board_one_statement_and_nothing_once_seen(
    admin: Client, world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        setup.steps()
    setup.dismiss(by=world.dave)
    assert setup.is_seen()
    with django_assert_num_queries(0):
        assert setup.is_seen()
