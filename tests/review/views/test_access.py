"""Who may open which page of cases, and who may change what there: the whole table, over HTTP."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client

from moderation.models import Case
from review.models import SavedView
from review.workflow.defer import escalate
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import signed_in
from tests.tables.contents import contents
from tests.world import World

PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")
# For a case of *nudity* that Bob decided, whose answer has left, another that waits there, and a view of Bob's.
GET = {
    #                    alice carol dave erin mallory nobody
    "cases":             (200, 200,  200, 200, 200,    302),
    "case":              (200, 200,  200, 200, 404,    302),
    "case revealed":     (200, 200,  200, 200, 404,    302),
    "no such case":      (404, 404,  404, 404, 404,    302),
    "mine":              (200, 200,  200, 200, 200,    302),
    "escalated":         (403, 200,  200, 200, 403,    302),
}  # fmt: skip
POST = {
    "reopen":            (403, 302,  302, 403, 404,    302),
    "assign":            (403, 302,  302, 403, 404,    302),
    "save view":         (302, 302,  302, 302, 403,    302),
    "delete view":       (404, 404,  404, 404, 404,    302),
}  # fmt: skip
CHANGES = {("reopen", "carol"), ("reopen", "dave"), ("assign", "carol"), ("assign", "dave")} | {
    ("save view", name) for name in ("alice", "carol", "dave", "erin")
}


@pytest.fixture
def paths(world: World, settings: Any) -> dict[str, str]:
    settings.UNDO_SECONDS = 0
    tasks.waiting(world.nudity, app=world.web, count=2)
    decided = decide(take_lease(world.nudity, by=world.bob), by=world.bob).task.case_id
    waits = Case.objects.exclude(pk=decided).get().pk
    view = SavedView.objects.create(owner=world.bob, name="Bob's", query="label=porn", shared=True)
    return {
        "cases": "/review/cases/",
        "case": f"/review/cases/{decided}/",
        "case revealed": f"/review/cases/{decided}/?reveal=1",
        "no such case": f"/review/cases/{decided + 10**9}/",
        "mine": "/review/my-work/",
        "escalated": "/review/escalated/",
        "reopen": f"/review/cases/{decided}/reopen",
        "assign": f"/review/cases/{waits}/assign",
        "save view": "/review/cases/views/",
        "delete view": f"/review/cases/views/{view.pk}/delete",
    }


@pytest.mark.parametrize(("page", "name"), list(product(GET, PEOPLE)))
def test_each_person_opens_what_the_table_says(world: World, paths: dict[str, str], page: str, name: str) -> None:
    before = contents()
    answer = signed_in(getattr(world, name, None)).get(paths[page])
    assert answer.status_code == GET[page][PEOPLE.index(name)]
    assert contents() == before
    if name == "nobody":
        assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize(("act", "name"), list(product(POST, PEOPLE)))
def test_each_person_changes_what_the_table_says(world: World, paths: dict[str, str], act: str, name: str) -> None:
    before = contents()
    said = {"to": world.bob.pk, "name": "x", "query": "label=porn"}
    answer = signed_in(getattr(world, name, None)).post(paths[act], said)
    assert answer.status_code == POST[act][PEOPLE.index(name)], answer.content
    assert (contents() != before) == ((act, name) in CHANGES)


@pytest.mark.parametrize("act", POST)
def test_nothing_changes_by_a_get_or_without_the_csrf_token(world: World, paths: dict[str, str], act: str) -> None:
    before = contents()
    assert signed_in(world.carol).get(paths[act]).status_code == 405
    assert signed_in(world.carol, enforce_csrf_checks=True).post(paths[act]).status_code == 403
    assert contents() == before


@pytest.mark.parametrize("page", [*GET, *POST])
def test_an_access_key_opens_no_page(world: World, paths: dict[str, str], page: str) -> None:
    send = Client().get if page in GET else Client().post
    assert send(paths[page], headers=world.bearer).status_code == 302


@pytest.mark.parametrize("page", ["cases", "mine", "escalated", "case"])
def test_mallory_reads_nothing_of_it_anywhere(world: World, paths: dict[str, str], page: str) -> None:
    escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, note="a secret note")
    case = Case.objects.latest("pk")
    html = signed_in(world.mallory).get(paths[page]).content.decode()
    for secret in (case.request_id, case.token_id, "Nudity", "secret note", "Alice", "Bob"):
        assert secret not in html


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://testserver/review/cases/?label=porn", "/review/cases/%3Flabel%3Dporn"),
        ("https://evil.example/x", "/review/"),
        ("", "/review/"),
    ],
)
def test_when_the_session_has_ended_a_part_of_a_page_becomes_no_login_form(world: World, shown: str, back: str) -> None:
    headers = {"HX-Request": "true"} | ({"HX-Current-URL": shown} if shown else {})
    answer = Client().get("/review/", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["HX-Redirect"] == f"/accounts/login/?next={back}"
    assert Client().get("/review/").status_code == 302
    assert signed_in(world.alice).get("/review/", headers=headers).status_code == 200
