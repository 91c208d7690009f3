"""GET /api/v1/results: filtered, newest first, page after page; only what the key sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from moderation.api import case_list, parameters
from moderation.models import Case
from review.workflow import decisions
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.moderation.api.calls import RESULTS, get, pointers, post
from tests.moderation.api.test_access import bearer
from tests.moderation.intake.test_vendor_verdicts import COMBINED
from tests.world import World


def page(client: Client, headers: dict[str, str], **asked: Any) -> Any:
    answer = client.get(f"{RESULTS}?{urlencode(asked)}", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(client: Client, headers: dict[str, str], **asked: Any) -> list[str]:
    """All request ids, through all pages."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        got = page(client, headers, cursor=cursor, **asked)
        assert len(got["items"]) <= asked.get("limit", 50)
        found += [item["requestId"] for item in got["items"]]
        cursor = got["next"]
    return found


@pytest.fixture
def four(client: Client, world: World) -> list[str]:
    """r1 recorded, r2 queued, r3 failed, r4 of the other app; as old as they are numbered."""
    post(client, bodies.envelope(requestId="r1", riskLevel="PASS", finalResult=1, riskLabel1="ads"), world.bearer)
    post(client, bodies.envelope(requestId="r2", data={"tokenId": "someone", "dataId": "d2"}), world.bearer)
    post(client, bodies.envelope(requestId="r3", code=1911), world.bearer)
    post(client, bodies.envelope(requestId="r4", app_id="app"), world.bearer)
    return ["r4", "r3", "r2", "r1"]


def test_newest_come_first_and_an_item_tells_what_its_own_address_tells(
    client: Client, world: World, four: list[str]
) -> None:
    got = page(client, world.bearer)
    assert ([item["requestId"] for item in got["items"]], got["next"]) == (four, None)
    for item in got["items"]:
        assert item == get(client, item["requestId"], world.bearer).json()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "queued"}, ["r4", "r2"]),
        ({"state": "recorded"}, ["r1"]),
        ({"state": "failed"}, ["r3"]),
        ({"state": "final"}, []),
        ({"state": ""}, ["r4", "r3", "r2", "r1"]),
        ({"tokenId": "someone"}, ["r2"]),
        ({"tokenId": "nobody"}, []),
        ({"dataId": "d2"}, ["r2"]),
        ({"appId": "app"}, ["r4"]),
        ({"riskLabel1": "ad"}, ["r1"]),
        ({"riskLabel1": "Advertising"}, ["r1"]),
        ({"riskLabel1": "erotic"}, ["r4", "r2"]),
        ({"riskLabel1": "erotic", "state": "queued", "appId": "web"}, ["r2"]),
        ({"riskLabel1": "no such label"}, []),
    ],
)
def test_it_is_filtered(client: Client, world: World, four: list[str], asked: Any, found: list[str]) -> None:
    assert ids(client, world.bearer, **asked) == found


@pytest.mark.parametrize(
    "late", [COMBINED, {"requestId": "r1", "code": 1903}, {**COMBINED, "finalResult": 0, "riskLabel1": ""}]
)
def test_the_label_is_that_of_the_result_the_case_stands_on(client: Client, world: World, late: Any) -> None:
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    post(client, {"appId": "web", "result": late}, world.bearer)
    assert ids(client, world.bearer, riskLabel1="porn") == ["r1"]
    assert ids(client, world.bearer, riskLabel1="ad") == []


def test_since_is_from_that_moment_on_and_until_is_before_it(client: Client, world: World, four: list[str]) -> None:
    at = Case.objects.get(request_id="r3").received_at.isoformat()
    assert ids(client, world.bearer, since=at) == ["r4", "r3"]
    assert ids(client, world.bearer, until=at) == ["r2", "r1"]
    assert ids(client, world.bearer, since=at, until=at) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("state", ["", "queued"])
def test_pages_of_any_size_give_every_case_once(client: Client, world: World, limit: int, state: str) -> None:
    tasks.waiting(world.default, app=world.web, count=7)
    tasks.waiting(world.default, app=world.other_app, count=7)  # received in one moment: told apart by their ids
    every = list(Case.objects.order_by("-received_at", "-pk").values_list("request_id", flat=True))
    assert ids(client, world.bearer, limit=limit, state=state) == every


def test_a_case_that_comes_meanwhile_shifts_no_page(client: Client, world: World) -> None:
    tasks.waiting(world.default, app=world.web, count=4)
    first = page(client, world.bearer, limit=2)
    tasks.waiting(world.default, app=world.web, count=3)
    second = page(client, world.bearer, limit=2, cursor=first["next"])
    assert len({item["requestId"] for item in first["items"] + second["items"]}) == 4
    assert second["next"] is None


def test_a_rare_label_is_found_behind_pages_without_it(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "LOOKED_AT", 3)
    post(client, bodies.envelope(requestId="rare", riskLabel1="qr"), world.bearer)
    tasks.waiting(
        world.default,
        app=world.web,
        count=10,
    )
    first = page(client, world.bearer, riskLabel1="qrcode", limit=2)
    assert (first["items"], first["next"] is None) == ([], False)
    assert ids(client, world.bearer, riskLabel1="qrcode", limit=2) == ["rare"]


def test_a_page_ends_before_it_grows_too_large(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_list, "PAGE_BYTES", 3000)
    tasks.waiting(world.default, app=world.web, count=8)
    assert 1 <= len(page(client, world.bearer)["items"]) < 8
    assert len(set(ids(client, world.bearer))) == 8
    monkeypatch.setattr(case_list, "PAGE_BYTES", 1)
    assert len(page(client, world.bearer)["items"]) == 1


def test_a_verdict_that_may_be_undone_is_told_as_waiting(client: Client, world: World, settings: Any) -> None:
    endpoints.subscribed()
    for name in ("r1", "r2"):
        post(client, bodies.envelope(requestId=name), world.bearer)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    settings.UNDO_SECONDS = 0
    decide(take_lease(world.default, by=world.bob), by=world.bob)
    assert ids(client, world.bearer, state="queued") == ["r1"]
    assert ids(client, world.bearer, state="final") == ["r2"]
    assert {item["requestId"]: item["state"] for item in page(client, world.bearer)["items"]} == {
        "r1": "queued",
        "r2": "final",
    }
    assert ids(client, bearer(app=world.other_app), state="queued") == []
    decisions.undo(decision.pk, by=world.alice)
    assert ids(client, world.bearer, state="queued") == ["r1"]


def test_a_key_of_one_app_never_sees_another(client: Client, world: World, four: list[str]) -> None:
    theirs = bearer(app=world.other_app)
    everything = page(client, world.bearer, limit=2)["next"]
    for asked in ({}, {"appId": "app"}, {"limit": 1}, {"state": "queued"}):
        assert ids(client, theirs, **asked) == ["r4"]
    assert page(client, theirs, cursor=everything)["items"] == []
    assert ids(client, theirs, tokenId="someone") == ids(client, theirs, dataId="d2") == []
    refused = client.get(f"{RESULTS}?appId=web", headers=theirs)
    assert (refused.status_code, client.get(f"{RESULTS}?appId=none", headers=theirs).status_code) == (403, 403)


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 200), (["ingest"], 403), (["deliver"], 403)])
def test_reading_needs_its_scope(client: Client, world: World, scopes: Any, status: int) -> None:
    assert client.get(RESULTS, headers=bearer(scopes=scopes)).status_code == status


def test_nobody_reads_without_a_key_or_with_a_session(client: Client, world: World) -> None:
    assert client.get(RESULTS).status_code == 401
    for person in world.people:
        client.force_login(person)
        assert client.get(RESULTS).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        *(("limit", value) for value in ("0", "-1", "ten", "1e3", "9" * 5000)),
        *(("state", value) for value in ("QUEUED", "decided", "\0", "queued,final")),
        *(("since", value) for value in ("yesterday", "2026-13-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+9")),
        *(("cursor", value) for value in ("x", "WzFd", "é", "W10", "bnVsbA", "x" * 300, "WyJldmVudHMiLDFd")),
        ("cursor", "WyJyZXN1bHRzIiw5MjIzMzcyMDM2ODU0Nzc1ODA3LDFd"),  # the year 292277
        ("tokenId", "x" * 65),
        ("tokenId", "a\0"),
        ("dataId", "x" * 129),
        ("appId", "unknown"),
        ("riskLabel1", "\0"),
    ],
)
def test_a_parameter_that_does_not_fit_is_a_422_that_names_it(
    client: Client, world: World, wrong: tuple[str, str]
) -> None:
    answer = client.get(f"{RESULTS}?{urlencode([wrong])}", headers=world.bearer)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert pointers(answer) == {f"/{wrong[0]}"}


def test_who_asks_for_more_than_the_largest_page_gets_that(
    client: Client, world: World, four: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for much in ("1001", "9" * 500):
        assert len(page(client, world.bearer, limit=much)["items"]) == 4
    monkeypatch.setattr(parameters, "MOST", 3)
    got = page(client, world.bearer, limit=4)
    assert len(got["items"]) == 3
    assert got["next"]


@pytest.mark.parametrize("offset", ["+08:00", "+0800", "%2B08:00"])
def test_the_plus_of_an_offset_may_come_unencoded(client: Client, world: World, four: list[str], offset: str) -> None:
    eastern = timezone.get_fixed_timezone(480)
    soon = (timezone.now() + timedelta(minutes=1)).astimezone(eastern).strftime("%Y-%m-%dT%H:%M:%S")
    answer = client.get(f"{RESULTS}?since=2026-01-01T00:00:00{offset}&until={soon}{offset}", headers=world.bearer)
    assert (answer.status_code, len(answer.json().get("items", ()))) == (200, 4)


def test_a_head_is_answered_like_a_get_without_a_body(client: Client, world: World, four: list[str]) -> None:
    for address in (RESULTS, f"{RESULTS}/r1", "/api/v1/events", "/api/v1/deliveries"):
        got, asked = client.get(address, headers=world.bearer), client.head(address, headers=world.bearer)
        assert (asked.status_code, asked.content, asked["Content-Type"]) == (200, b"", got["Content-Type"])
    assert client.options(RESULTS).status_code == 204


def test_every_wrong_parameter_is_named_at_once(client: Client, world: World) -> None:
    answer = client.get(f"{RESULTS}?limit=0&state=x&since=y&cursor=z", headers=world.bearer)
    assert pointers(answer) == {"/limit", "/state", "/since", "/cursor"}


def test_another_method_is_a_405_that_names_the_two(client: Client, world: World) -> None:
    answer = client.put(RESULTS, headers=world.bearer)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert answer["Content-Type"] == "application/problem+json"


def test_the_moment_of_a_case_survives_its_cursor(client: Client, world: World) -> None:
    for hours in (0, 1, 30_000):
        tasks.waiting(world.default, app=world.web)
        Case.objects.filter(pk=Case.objects.latest("pk").pk).update(received_at=timezone.now() - timedelta(hours=hours))
    assert len(ids(client, world.bearer, limit=1)) == 3


def test_it_looks_at_no_more_than_a_page_needs(client: Client, world: World) -> None:
    """In twenty thousand cases of which the oldest few have failed."""
    tasks.waiting(world.default, app=world.web, count=20_000)
    Case.objects.filter(pk__in=Case.objects.order_by("received_at", "pk")[:3]).update(state="failed")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE moderation_case, moderation_machineresult, moderation_finalresult")
        for asked, found in (({"state": "failed"}, 3), ({}, 50), ({"state": "queued"}, 50)):
            plan = explained(cursor, asked)
            assert "Seq Scan on moderation_case" not in plan
            assert "case_newest" in plan
            assert len(page(client, world.bearer, **asked)["items"]) == found


def explained(cursor: Any, asked: Any) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_list, "_NEWEST", "EXPLAIN " + case_list._NEWEST)
        return "\n".join(str(row[0]) for row in case_list._rows({"limit": 50} | asked, app=None, most=51))
