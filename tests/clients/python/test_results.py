"""Results in, and what became of them out, against a real web process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from moderation.models import Delivery
from second_look import Client, Conflict, Event, InvalidCall, NotAllowed, NotFound, OutdatedCursor, submission
from tests.clients.python.conftest import directly
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.processes import RunningApp
from tests.waiting import wait_for
from tests.world import World

HOUR = timedelta(hours=1)


def test_a_result_is_posted_repeated_and_revised(client: Client) -> None:
    result = bodies.result()
    new = client.results.post(result, request=bodies.request())
    assert (new.request_id, new.state, new.queue) == (result["requestId"], "queued", "default")
    assert (new.is_repeat, new.revision) == (False, 1)
    assert new.due_at
    assert new.due_at > datetime.now(UTC)
    assert client.results.post(result, request=bodies.request()).is_repeat
    assert client.results.post(result | {"riskLevel": "REJECT"}).revision == 2
    case = client.results.get(result["requestId"])
    assert (case.case_id, case.state, case.queue, case.app_id) == (new.case_id, "queued", "default", "web")
    assert (case.data_id, case.token_id) == ("post-17", "u_83f2")
    assert case.machine_result
    assert case.machine_result.risk_level == "REJECT"
    assert case.final_result is None
    assert case.raw["machineResult"]["riskDetail"]["faces"]


def test_a_batch_keeps_what_is_good(client: Client) -> None:
    good, bad = bodies.result(), {"requestId": "", "code": "no"}
    batch = client.results.post_batch([good, submission(bad, request=bodies.request())])
    assert (batch.accepted, batch.rejected, batch.repeated, batch.revised) == (1, 1, 0, 0)
    first, second = batch.items
    assert (first.status, first.request_id, first.state) == ("accepted", good["requestId"], "queued")
    assert second.status == "rejected"
    assert {one.pointer for one in second.where} >= {"/result/code"}


def test_a_wrong_result_is_told_with_every_place(client: Client) -> None:
    with pytest.raises(InvalidCall) as wrong:
        client.results.post(bodies.result(riskLevel="FINE", code="no"))
    assert wrong.value.status == 422
    assert wrong.value.code is None
    assert {one.pointer for one in wrong.value.where} == {"/result/riskLevel", "/result/code"}
    assert "/result/riskLevel: " in str(wrong.value)


def test_what_is_unknown_or_not_allowed_is_told(client: Client, running_app: RunningApp) -> None:
    with pytest.raises(NotFound):
        client.results.get("unknown/with a slash?")
    with directly() as http, pytest.raises(NotAllowed) as refused:
        Client(running_app.url, api_key="nobody's-key-of-sixteen", http=http).results.get("unknown")
    assert refused.value.status == 401
    assert "nobody" not in str(refused.value)


def test_lists_are_read_to_their_end(client: Client, committed_world: World) -> None:
    ids = {client.results.post(bodies.result()).request_id for _ in range(5)}
    cases = list(client.results.list(page_size=2))
    assert {case.request_id for case in cases} == ids
    assert len(cases) == 5
    tasks.waiting(committed_world.nudity, app=committed_world.other_app)
    assert len(list(client.results.list())) == 5, "the client's app"
    assert len(list(client.results.list(app_id="app"))) == 1
    assert list(client.results.list(state="final")) == []
    now = datetime.now(UTC)
    assert len(list(client.results.list(since=now - HOUR, until=now + HOUR, risk_label1="porn"))) == 5
    assert list(client.results.list(until=now - HOUR)) == []
    with pytest.raises(ValueError, match="zone"):
        list(client.results.list(since=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.fixture
def decided(committed_world: World, settings: object) -> World:
    settings.UNDO_SECONDS = 0  # type: ignore[attr-defined] # pytest-django's
    endpoints.subscribed()
    tasks.waiting(committed_world.nudity, app=committed_world.web, count=5)
    for _ in range(5):
        decide(take_lease(committed_world.nudity, by=committed_world.alice), by=committed_world.alice)
    return committed_world


def test_events_are_read_in_order_and_gone_on_with(client: Client, decided: World) -> None:
    wait_for(lambda: len(list(client.events.list())) == 5, what="five results to be released")
    events: list[Event] = list(client.events.list(page_size=2))
    assert [one.type for one in events] == ["result.final"] * 5
    assert events[0].final_result.risk_level == "REJECT"
    assert events[0].final_result.result_type == 1
    assert events[0].decision_id
    assert events[0].released_at >= events[0].decided_at
    assert [one.request_id for one in client.events.list(after=events[2].cursor)] == [
        one.request_id for one in events[3:]
    ]
    assert list(client.events.list(after=events[-1].cursor)) == []
    case = client.results.get(events[0].request_id)
    assert case.final_result == events[0].final_result
    assert case.deliveries[0].endpoint == "orders"


def test_a_cursor_from_before_a_restore_names_the_one_to_go_on_with(client: Client, decided: World) -> None:
    wait_for(lambda: len(list(client.events.list())) == 5, what="five results to be released")
    cursor = [one.cursor for one in client.events.list()][-1]
    call_command("new_feed_epoch", stdout=StringIO())
    with pytest.raises(OutdatedCursor) as outdated:
        list(client.events.list(after=cursor))
    assert len(list(client.events.list(after=outdated.value.oldest))) == 5


def test_the_delivery_log_is_read_and_sent_again(client: Client, decided: World) -> None:
    wait_for(lambda: len(list(client.deliveries.list())) == 5, what="five results to be released")
    log = list(client.deliveries.list(page_size=2, endpoint="orders"))
    assert len({one.id for one in log}) == 5
    assert log[0].created_at
    assert list(client.deliveries.list(request_id=log[0].request_id)) == log[:1]
    Delivery.objects.filter(pk=log[0].id).update(state="dead", ended_at="2026-01-01T00:00Z")
    assert [one.id for one in client.deliveries.list(state="dead")] == [log[0].id]
    assert client.deliveries.redeliver(log[0].id).state == "pending"
    Delivery.objects.filter(pk=log[1].id).update(state="cancelled", ended_at="2026-01-01T00:00Z")
    with pytest.raises(Conflict):
        client.deliveries.redeliver(log[1].id)
