"""GET /api/v1/events: every final result once, in the order of its release, and nothing that may be undone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client

from accounts.models import App
from moderation.models import FinalResult
from moderation.results import events as released
from review.models import Decision
from review.refusals import WindowClosed
from review.workflow import decisions
from tests.factories import bodies, tasks
from tests.factories.verdicts import PASS, decide, take_lease
from tests.moderation.api.calls import get, pointers, post
from tests.moderation.api.test_access import bearer
from tests.world import World

EVENTS = "/api/v1/events"


def events(client: Client, headers: dict[str, str], **asked: Any) -> Any:
    answer = client.get(f"{EVENTS}?{urlencode(asked)}", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def revisions(client: Client, headers: dict[str, str], **asked: Any) -> list[str]:
    """All decisions told, through all pages."""
    found, after = [], ""
    while (got := events(client, headers, after=after, **asked))["items"]:
        found += [item["decisionId"] for item in got["items"]]
        after = got["next"]
    assert got["next"] == after or not after
    return found


def decided(world: World, *, app: App | None = None, undo: float = 0) -> str:
    """A new case, decided; returns the decision's id."""
    tasks.waiting(world.nudity, app=app or world.web)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.UNDO_SECONDS", undo)
        return str(decide(take_lease(world.nudity, by=world.alice), by=world.alice).pk)


def release(decision_id: str) -> None:
    """As if its window were over now."""
    FinalResult.objects.filter(decision_id=decision_id).update(release_at=Now())


def test_an_event_tells_what_was_answered_about_which_case(client: Client, world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=PASS)
    (item,) = events(client, world.bearer)["items"]
    about = get(client, "r1", world.bearer).json()
    assert item.pop("decidedAt") <= item.pop("releasedAt")
    assert item == {
        "cursor": events(client, world.bearer)["next"],
        "type": "result.final",
        "decisionId": str(decision.pk),
        **{
            name: about[name]
            for name in ("appId", "requestId", "caseId", "dataId", "tokenId", "revision", "finalResult")
        },
    }


def test_with_nothing_to_tell_it_says_where_to_go_on(client: Client, world: World) -> None:
    start = events(client, world.bearer)
    assert start["items"] == []
    decision = decided(world)
    assert [item["decisionId"] for item in events(client, world.bearer, after=start["next"])["items"]] == [decision]
    end = events(client, world.bearer)["next"]
    assert events(client, world.bearer, after=end) == {"next": end, "items": []}


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_of_any_size_give_every_result_once_in_order(client: Client, world: World, limit: int) -> None:
    made = [decided(world, app=app) for app in (world.web, world.other_app, world.web, world.web, world.other_app)]
    assert revisions(client, world.bearer, limit=limit) == made
    assert revisions(client, world.bearer, limit=limit) == made


def test_a_page_ends_before_it_grows_too_large(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [decided(world) for _ in range(4)]
    monkeypatch.setattr(released, "PAGE_BYTES", 2 * len(FinalResult.objects.all()[0].body))
    assert len(events(client, world.bearer)["items"]) == 2
    monkeypatch.setattr(released, "PAGE_BYTES", 1)
    assert len(events(client, world.bearer)["items"]) == 1
    assert revisions(client, world.bearer) == made


def test_a_verdict_comes_when_it_can_no_more_be_undone_and_holds_up_no_other(client: Client, world: World) -> None:
    first, second = decided(world, undo=600), decided(world, undo=0)
    assert revisions(client, world.bearer) == [second]
    release(first)
    assert revisions(client, world.bearer) == [second, first]


def test_what_was_undone_never_comes(client: Client, world: World) -> None:
    undone = decided(world, undo=600)
    decisions.undo(Decision.objects.get(pk=undone).pk, by=world.alice)
    release(undone)
    assert revisions(client, world.bearer) == []


def test_what_a_backend_has_read_is_not_undone(client: Client, world: World) -> None:
    """Its window is made longer after it was told, as a clock that is set back would."""
    told = decided(world)
    assert revisions(client, world.bearer) == [told]
    FinalResult.objects.update(release_at="2100-01-01T00:00Z")
    with pytest.raises(WindowClosed):
        decisions.undo(Decision.objects.get(pk=told).pk, by=world.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        FinalResult.objects.update(voided_at=Now())


def test_a_number_is_of_an_app_and_given_once(world: World) -> None:
    decided(world), decided(world)
    released.number_released()
    assert sorted(FinalResult.objects.values_list("event_number", "event_app")) == [
        (1, world.web.pk),
        (2, world.web.pk),
    ]
    for wrong in ({"event_number": 1}, {"event_app": None}, {"event_number": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FinalResult.objects.filter(event_number=2).update(**wrong)


def test_a_later_revision_is_a_correction(client: Client, world: World) -> None:
    decided(world)
    FinalResult.objects.update(revision=2)
    assert [item["type"] for item in events(client, world.bearer)["items"]] == ["result.corrected"]


def test_a_key_of_one_app_never_sees_another(client: Client, world: World) -> None:
    ours, theirs, again = decided(world), decided(world, app=world.other_app), decided(world)
    for app, seen in ((world.web, [ours, again]), (world.other_app, [theirs])):
        headers = bearer(app=app)
        for asked in ({}, {"limit": 1}, {"appId": app.app_id}):
            assert revisions(client, headers, **asked) == seen
    assert revisions(client, world.bearer, appId="app") == [theirs]
    assert client.get(f"{EVENTS}?appId=web", headers=bearer(app=world.other_app)).status_code == 403
    everything = events(client, world.bearer, limit=1)["next"]
    assert len(events(client, bearer(app=world.other_app), after=everything)["items"]) == 1


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 200), (["ingest"], 403), (["deliver"], 403)])
def test_reading_needs_its_scope(client: Client, world: World, scopes: Any, status: int) -> None:
    assert client.get(EVENTS, headers=bearer(scopes=scopes)).status_code == status


def test_nobody_reads_without_a_key_or_with_a_session(client: Client, world: World) -> None:
    assert client.get(EVENTS).status_code == 401
    for person in world.people:
        client.force_login(person)
        assert client.get(EVENTS).status_code == 401
    assert client.post(EVENTS, headers=world.bearer).status_code == 405


@pytest.mark.parametrize(
    "wrong", [("after", "x"), ("after", "WyJyZXN1bHRzIiwxLDFd"), ("limit", "0"), ("appId", "none")]
)
def test_a_parameter_that_does_not_fit_is_a_422_that_names_it(
    client: Client, world: World, wrong: tuple[str, str]
) -> None:
    answer = client.get(f"{EVENTS}?{urlencode([wrong])}", headers=world.bearer)
    assert (answer.status_code, pointers(answer)) == (422, {f"/{wrong[0]}"})
