"""The delivery log's pages: who may, filters, one delivery beside the list, redelivering one and all that match."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db.models import Max
from django.test import Client

from accounts.models import AuditEvent
from moderation.models import Attempt, Case, Delivery, Redelivery
from moderation.webhooks import endpoints, redeliver_all
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.delivery_filters import Filters
from tests.factories.endpoints import dead, subscribed, waiting
from tests.moderation.webhooks.answers import corrected, decided, make_due
from tests.moderation.webhooks.receiver import Answer, Receiver, receiving
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

HOME = "/manage/deliveries/"
PEOPLE = ("alice", "carol", "erin", "mallory", "dave", "nobody")
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "log": ("get", "", {}),
    "redeliver": ("post", "{pk}/redeliver", {}),
    "ask": ("get", "redeliver/", {}),
    "start": ("post", "redeliver/", {"state": "dead"}),
    "progress": ("get", "redeliver/{job}/", {}),
    "cancel": ("post", "redeliver/{job}/cancel", {}),
    "resume": ("post", "redeliver/{job}/resume", {}),
}


@pytest.fixture(autouse=True)
def no_undo_window(settings: Any) -> None:
    settings.UNDO_SECONDS = 0


@pytest.fixture
def receiver() -> Any:
    with receiving() as found:
        yield found


def contents() -> str:
    return str([list(model.objects.order_by("pk").values()) for model in (Delivery, Redelivery, AuditEvent)])


@pytest.mark.parametrize(("name", "person"), list(product(CALLS, PEOPLE)))
def test_each_person_gets_what_the_role_allows(world: World, name: str, person: str) -> None:
    (one, *_rest) = dead(subscribed()[0], 3)
    job = redeliver_all.start(Filters(state="dead"), by=world.dave)
    method, path, sent = CALLS[name]
    before = contents()
    answer = getattr(signed_in(getattr(world, person, None)), method)(HOME + path.format(pk=one.pk, job=job.pk), sent)
    if person == "dave":
        assert answer.status_code == (200 if method == "get" else 302)
        return
    assert answer.status_code == (302 if person == "nobody" else 403)
    assert contents() == before


@pytest.mark.parametrize("name", ["redeliver", "progress", "cancel", "resume"])
def test_what_is_not_there_is_a_404(admin: Client, name: str) -> None:
    method, path, sent = CALLS[name]
    assert getattr(admin, method)(HOME + path.format(pk=999, job=999), sent).status_code == 404
    assert admin.get(HOME, {"open": "999"}).status_code == 404


def test_the_log_is_narrowed_by_its_url(admin: Client, world: World) -> None:
    shop, _ = subscribed(name="shop")
    dead(shop, 2)
    dead(shop, 1, state="delivered", type="result.corrected")
    assert admin.get(HOME).content.decode().count("data-delivery=") == 3
    page = admin.get(HOME, {"state": "dead"}).content.decode()
    assert page.count("data-delivery=") == 2
    assert "2 match" in page
    assert admin.get(HOME, {"type": "result.corrected"}).content.decode().count("data-delivery=") == 1
    assert "Nothing matches." in admin.get(HOME, {"request": "unknown"}).content.decode()
    odd = {"state": "x", "endpoint": "'", "before": "-1", "open": "x", "since": "soon", "app": "9" * 40}
    assert admin.get(HOME, odd).status_code == 200


def test_an_empty_log_says_what_will_be_there(admin: Client) -> None:
    assert "Nothing has been sent yet." in admin.get(HOME).content.decode()


def test_older_ones_are_on_the_next_page_with_the_same_filters(admin: Client, world: World) -> None:
    dead(subscribed()[0], 30)
    first = admin.get(HOME, {"state": "dead"}).content.decode()
    assert first.count("data-delivery=") == 25
    before = Delivery.objects.order_by("-pk")[24].pk
    assert f"?state=dead&amp;before={before}" in first
    second = admin.get(HOME, {"state": "dead", "before": str(before)}).content.decode()
    assert second.count("data-delivery=") == 5


def test_one_is_open_beside_the_list_with_attempts_request_and_reply(
    admin: Client, world: World, receiver: Receiver
) -> None:
    receiver.answers = [Answer(503, b"<script>alert(1)</script>\x1b[31m"), Answer(200, b"ok")]
    subscribed(url=receiver.url)
    decided(world, requestId="r1")
    deliver_due()
    (one,) = Delivery.objects.all()
    page = admin.get(HOME, {"open": str(one.pk)}).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page
    assert "the receiver answered 503" in page
    assert receiver.received[0].headers["webhook-signature"] in page
    assert receiver.received[0].headers["webhook-timestamp"] in page
    assert "in 5 s" in page or "in 4 s" in page or "in 6 s" in page
    assert "&quot;requestId&quot;: &quot;r1&quot;" in page
    assert inline_code(page) == []
    make_due()
    deliver_due()
    assert "200" in admin.get(HOME, {"open": str(one.pk)}).content.decode()
    first = admin.get(HOME, {"open": str(one.pk), "attempt": "1"}).content.decode()
    assert "the receiver answered 503" in first


@pytest.mark.parametrize("log", ["/manage/deliveries/", "/manage/endpoints/{pk}/"])
def test_one_is_redelivered_and_the_list_keeps_its_place(admin: Client, world: World, log: str) -> None:
    endpoint, _ = subscribed()
    (one, *_rest, last) = dead(endpoint, 3)
    asked = {"state": "dead", "before": str(last.pk), "open": str(one.pk), "attempt": "1"}
    url = log.format(pk=endpoint.pk)
    sent = fields(admin.get(url, asked).content.decode(), "redeliver")
    answer = admin.post(f"{HOME}{one.pk}/redeliver", sent)
    assert answer["Location"] == f"{url}?state=dead&open={one.pk}&before={last.pk}#delivery"
    one.refresh_from_db()
    assert one.state == "pending"
    assert 'id="redeliver"' not in admin.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "", "javascript:x"])
def test_a_redelivery_leads_to_no_other_site(admin: Client, world: World, back: str) -> None:
    (one,) = dead(subscribed()[0])
    answer = admin.post(f"{HOME}{one.pk}/redeliver", {"back": back})
    assert answer["Location"] == f"{HOME}?open={one.pk}"


def test_what_becomes_of_one_is_told_as_it_is(admin: Client, world: World) -> None:
    endpoint, _ = subscribed()
    one, on_its_way = *dead(endpoint), *waiting(endpoint)

    def told(pk: int) -> str:
        return str(admin.post(f"{HOME}{pk}/redeliver", follow=True).content.decode())

    assert "It is sent once more." in told(one.pk)
    assert "It is on its way already." in told(one.pk)
    assert "It is on its way already." in told(on_its_way.pk)
    (another,) = dead(endpoint)
    endpoints.pause(endpoint, by=world.dave)
    assert "It is sent when its endpoint is resumed." in told(another.pk)
    assert "It is sent when its endpoint is resumed." in told(one.pk)


def test_one_that_must_not_go_out_again_says_why(admin: Client, world: World) -> None:
    subscribed()
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    first = Delivery.objects.earliest("pk")
    Delivery.objects.update(state="dead", ended_at=decision.decided_at)
    page = admin.get(HOME, {"open": first.pk}).content.decode()
    assert "A correction has followed" in page
    assert 'id="redeliver"' not in page
    assert "A correction has followed" in admin.post(f"{HOME}{first.pk}/redeliver", follow=True).content.decode()
    first.refresh_from_db()
    assert first.state == "dead"


def test_all_that_match_are_counted_started_cancelled_and_resumed(admin: Client, world: World) -> None:
    endpoint, _ = subscribed(name="shop")
    dead(endpoint, 214)
    dead(endpoint, 2, state="cancelled")
    log = admin.get(HOME, {"state": "dead"}).content.decode()
    assert f'href="{HOME}redeliver/?state=dead"' in log
    asked = admin.get(f"{HOME}redeliver/", {"state": "dead"}).content.decode()
    assert "214 deliveries" in asked
    started = admin.post(f"{HOME}redeliver/", fields(asked, "redeliver-all"))
    job = Redelivery.objects.get()
    redeliver_all.work()
    page = admin.get(started["Location"]).content.decode()
    assert 'data-state="running"' in page
    assert 'hx-get="' in page
    assert "100 put in line once more" in page
    assert "A redelivery is under way: 100 of 214" in admin.get(HOME).content.decode()
    page = admin.post(f"{started['Location']}cancel", follow=True).content.decode()
    assert 'data-state="cancelled"' in page
    assert "none is sent twice" in page
    assert redeliver_all.work() == 0
    page = admin.post(f"{started['Location']}resume", follow=True).content.decode()
    assert 'data-state="running"' in page
    job.refresh_from_db()
    assert job.redelivered == 100
    part = admin.get(started["Location"], headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")


def test_a_second_click_leads_to_the_same_redelivery(admin: Client, world: World) -> None:
    dead(subscribed()[0], 3)
    first, second = (admin.post(f"{HOME}redeliver/", {"state": "dead"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    job = Redelivery.objects.get()
    admin.post(f"{first['Location']}cancel")
    admin.post(f"{HOME}redeliver/", {"state": "dead"})
    page = admin.post(f"{first['Location']}resume", follow=True).content.decode()
    assert "is under way already" in page
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_nothing_to_redeliver_is_said(admin: Client) -> None:
    page = admin.post(f"{HOME}redeliver/", {"state": "dead"}, follow=True).content.decode()
    assert "Nothing matches that could be redelivered" in page
    assert not Redelivery.objects.exists()


def test_the_log_keeps_to_few_statements(admin: Client, world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        dead(subscribed(name=f"e{number}")[0], 10)
    one = Delivery.objects.latest("pk")
    number = Attempt.objects.aggregate(most=Max("number"))["most"]
    assert number is None
    asked = {"state": "dead", "app": str(world.web.pk), "since": "2020-01-01", "until": "2100-01-01", "request": "r1"}
    with django_assert_max_num_queries(20):
        admin.get(HOME, asked | {"open": str(one.pk)})
