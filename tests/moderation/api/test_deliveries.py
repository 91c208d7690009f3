"""The delivery log, and one more try."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import App, AuditEvent
from accounts.permissions import NotAllowed
from moderation.messages import LedgerCode, Message
from moderation.models import Delivery, Endpoint, FinalResult
from moderation.webhooks import endpoints as verbs
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.redeliver import redeliver
from review.models import Decision
from review.workflow import decisions
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.moderation.api.calls import get, pointers, post
from tests.moderation.api.test_access import bearer
from tests.moderation.webhooks.receiver import Receiver, receiving
from tests.world import World

DELIVERIES = "/api/v1/deliveries"
DEAD: dict[str, Any] = {"state": "dead", "attempts_made": 10, "ended_at": "2026-01-01T00:00Z"}


@pytest.fixture(autouse=True)
def no_undo_window(settings: Any) -> None:
    settings.UNDO_SECONDS = 0


def log(client: Client, headers: dict[str, str], **asked: Any) -> Any:
    answer = client.get(f"{DELIVERIES}?{urlencode(asked)}", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(client: Client, headers: dict[str, str], **asked: Any) -> list[int]:
    """All deliveries, through all pages."""
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        got = log(client, headers, **{"cursor": cursor} | asked)
        found += [int(item["id"]) for item in got["items"]]
        cursor = got["next"]
    return found


def press(client: Client, headers: dict[str, str], delivery: Delivery | int | str) -> Any:
    number = delivery.pk if isinstance(delivery, Delivery) else delivery
    return client.post(f"{DELIVERIES}/{number}/redeliver", headers=headers)


def delivery(world: World, *, app: App | None = None, **fields: Any) -> Delivery:
    """An answer for the only endpoint (made if need be), brought into the state that `fields` say."""
    if not Endpoint.objects.exists():
        endpoints.subscribed()
    tasks.waiting(world.nudity, app=app or world.web)
    decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    made = Delivery.objects.filter(final_result__decision_id=decision.pk)
    made.update(**fields)
    return made.get()


def test_a_line_tells_all_but_the_body(client: Client, world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    (line,) = log(client, world.bearer)["items"]
    (told,) = get(client, "r1", world.bearer).json()["deliveries"]
    assert line.pop("createdAt").endswith("Z")
    assert line.pop("dueAt").endswith("Z")
    more = {"endpointId": str(endpoint.pk), "appId": "web", "requestId": "r1", "endedAt": None}
    assert line == told | more


def test_it_is_filtered_and_paged_newest_first(client: Client, world: World) -> None:
    first, second, third = delivery(world), delivery(world, **DEAD), delivery(world, app=world.other_app)
    every = [third.pk, second.pk, first.pk]
    endpoint = first.endpoint
    for limit in (1, 2, 3):
        assert ids(client, world.bearer, limit=limit) == every
        assert ids(client, world.bearer, limit=limit, endpoint="orders") == every
    assert ids(client, world.bearer, state="dead") == [second.pk]
    assert ids(client, world.bearer, state="paused") == ids(client, world.bearer, endpoint="other") == []
    assert ids(client, world.bearer, endpoint=endpoint.pk, state="pending") == [third.pk, first.pk]
    assert ids(client, world.bearer, requestId=second.case.request_id if second.case else "") == [second.pk]
    assert ids(client, world.bearer, requestId="unknown") == []


def test_what_may_still_be_undone_is_not_in_the_log(client: Client, world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 600
    one = delivery(world)
    assert ids(client, world.bearer) == []
    assert press(client, world.bearer, one).status_code == 404
    decisions.undo(Decision.objects.get().pk, by=world.alice)
    assert ids(client, world.bearer) == []
    FinalResult.objects.update(release_at="2026-01-01T00:00Z")
    assert ids(client, world.bearer, state="cancelled") == [one.pk]


def test_a_key_of_one_app_never_sees_another(client: Client, world: World) -> None:
    ours, theirs = delivery(world, **DEAD), delivery(world, app=world.other_app, **DEAD)
    endpoints.waiting(ours.endpoint, type="endpoint.test")
    for app, seen, hidden in ((world.web, ours, theirs), (world.other_app, theirs, ours)):
        headers = bearer(app=app, scopes=("deliver",))
        everything = {"cursor": log(client, world.bearer, limit=1)["next"]}
        for asked in ({}, {"state": "dead"}, {"endpoint": "orders"}, everything):
            assert ids(client, headers, **asked) == [seen.pk]
        assert hidden.case
        assert ids(client, headers, requestId=hidden.case.request_id) == []
        refused = press(client, headers, hidden)
        assert (refused.status_code, refused.json()["detail"]) == (
            404,
            press(client, headers, 0).json()["detail"].replace(" 0 ", f" {hidden.pk} "),
        )
    assert len(ids(client, world.bearer)) == 3
    assert set(Delivery.objects.filter(type="result.final").values_list("state", flat=True)) == {"dead"}


@pytest.mark.parametrize(("scopes", "status"), [(("deliver",), 200), (("read", "ingest"), 403)])
def test_the_log_and_the_button_need_their_scope(client: Client, world: World, scopes: Any, status: int) -> None:
    one = delivery(world, **DEAD)
    headers = bearer(scopes=scopes)
    assert client.get(DELIVERIES, headers=headers).status_code == status
    assert press(client, headers, one).status_code == status
    assert Delivery.objects.get().state == ("pending" if status == 200 else "dead")


def test_nobody_presses_without_a_key_or_with_a_session(client: Client, world: World) -> None:
    one = delivery(world, **DEAD)
    for person in (None, *world.people):
        client.logout() if person is None else client.force_login(person)
        assert (client.get(DELIVERIES).status_code, press(client, {}, one).status_code) == (401, 401)
    assert client.get(f"{DELIVERIES}/{one.pk}/redeliver", headers=world.bearer).status_code == 405
    assert Delivery.objects.get().state == "dead"


@pytest.fixture
def receiver() -> Any:
    with receiving() as found:
        yield found


def test_a_dead_one_goes_out_once_more_under_its_id_however_often_it_is_pressed(
    client: Client, world: World, receiver: Receiver
) -> None:
    endpoints.subscribed(url=receiver.url)
    one = delivery(world, **DEAD)
    answers = [press(client, world.bearer, one) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "pending")] * 2
    deliver_due()
    assert [one_call.headers["webhook-id"] for one_call in receiver.received] == [one.webhook_id]
    one.refresh_from_db()
    assert (one.state, one.attempts_made) == ("delivered", 11)
    event = AuditEvent.objects.get(action="delivery.redelivered")
    assert (event.by_name.startswith("key tests"), event.on_id, event.details["was"]) == (True, str(one.pk), "dead")
    assert press(client, world.bearer, one).json()["state"] == "pending"  # it may be asked for again


def test_a_try_that_fails_is_the_only_one(client: Client, world: World) -> None:
    one = delivery(world, **DEAD)
    press(client, world.bearer, one)
    deliver_due()
    one.refresh_from_db()
    assert (one.state, one.attempts_made) == ("dead", 11)


def test_one_on_its_way_stays_as_it_is(client: Client, world: World) -> None:
    one = delivery(world, attempts_made=3, due_at="2100-01-01T00:00Z")
    assert press(client, world.bearer, one).json()["dueAt"].startswith("2100")
    assert not AuditEvent.objects.filter(action="delivery.redelivered").exists()


def test_while_its_endpoint_is_paused_it_is_held(client: Client, world: World) -> None:
    one = delivery(world, **DEAD)
    Endpoint.objects.update(state="paused")
    assert press(client, world.bearer, one).json()["state"] == "paused"


def refused(client: Client, world: World, one: Delivery, words: str) -> None:
    before = Delivery.objects.values().get(pk=one.pk)
    answer = press(client, world.bearer, one)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert words in answer.json()["detail"]
    assert Delivery.objects.values().get(pk=one.pk) == before


def test_what_was_cancelled_or_has_nowhere_to_go_stays(client: Client, world: World) -> None:
    undone = DEAD | {"state": "cancelled", "why": Message(LedgerCode.DELIVERY_UNDONE)}
    refused(client, world, delivery(world, **undone), "was cancelled: undone before it left")
    one = delivery(world, **DEAD)
    verbs.delete(one.endpoint, by="tests")
    refused(client, world, one, "deleted")


def test_what_a_correction_has_followed_stays(client: Client, world: World) -> None:
    one, correction = delivery(world, **DEAD), delivery(world)
    Delivery.objects.filter(pk=correction.pk).update(case=one.case, revision=2)
    refused(client, world, one, "correction has followed")
    Delivery.objects.filter(pk=correction.pk).update(**DEAD | {"state": "cancelled"})
    assert press(client, world.bearer, one).status_code == 200


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_what_is_not_known_is_a_404(client: Client, world: World, number: int) -> None:
    assert press(client, world.bearer, number).status_code == 404


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_of_people_only_administrators_redeliver(world: World, name: str) -> None:
    one = delivery(world, **DEAD)
    with pytest.raises(NotAllowed):
        redeliver(one.pk, by=getattr(world, name))
    assert redeliver(one.pk, by=world.dave).state == "pending"


def test_the_try_falls_with_its_audit_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = delivery(world, **DEAD)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr("accounts.audit.record", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        redeliver(one.pk, by=world.key)
    assert Delivery.objects.get().state == "dead"


@pytest.mark.parametrize(
    "wrong",
    [("state", "x"), ("limit", "0"), ("cursor", "x"), ("endpoint", "\0"), ("endpoint", "x" * 151), ("requestId", "\0")],
)
def test_a_parameter_that_does_not_fit_is_a_422_that_names_it(
    client: Client, world: World, wrong: tuple[str, str]
) -> None:
    answer = client.get(f"{DELIVERIES}?{urlencode([wrong])}", headers=world.bearer)
    assert (answer.status_code, pointers(answer)) == (422, {f"/{wrong[0]}"})
