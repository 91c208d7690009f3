"""The quarantine as administrators see it, and as nobody else does."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from moderation.models import Case, Quarantined
from review.views.untrusted_body import LONGEST, shown_body
from tests.moderation.callbacks.quarantined import address, batch_with_one_bad, keep, unknown_level
from tests.moderation.contract import bodies
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

HOME = "/manage/quarantine/"
PEOPLE = ("alice", "carol", "erin", "mallory", "dave", "nobody")
CALLS = {
    "list": ("get", "", {}),
    "read": ("get", "{pk}/", {}),
    "replay all": ("post", "replay", {}),
    "replay": ("post", "{pk}/replay", {}),
    "replay edited": ("post", "{pk}/replay-edited", {"body": json.dumps(bodies.image_v4())}),
    "dismiss": ("post", "{pk}/dismiss", {"note": "nothing"}),
}


def call(client: Client, name: str, pk: int) -> Any:
    method, path, sent = CALLS[name]
    return getattr(client, method)(HOME + path.format(pk=pk), sent)


def contents() -> str:
    return str([list(table.objects.order_by("pk").values()) for table in (Quarantined, Case, AuditEvent)])


@pytest.mark.parametrize(("name", "person"), list(product(CALLS, PEOPLE)))
def test_each_person_gets_what_the_role_allows(world: World, name: str, person: str) -> None:
    row = keep(address(world), unknown_level())
    before = contents()
    answer = call(signed_in(getattr(world, person, None)), name, row.pk)
    if person == "dave":
        assert answer.status_code == (200 if CALLS[name][0] == "get" else 302)
        assert (contents() == before) == (CALLS[name][0] == "get")
        return
    assert answer.status_code == (302 if person == "nobody" else 403)
    if person == "nobody":
        assert answer["Location"].startswith("/accounts/login/")
    assert "BLOCK" not in answer.content.decode()
    assert contents() == before


@pytest.mark.parametrize("name", ["replay all", "replay", "replay edited", "dismiss"])
def test_what_changes_something_is_posted_with_the_token(world: World, name: str) -> None:
    row = keep(address(world), unknown_level())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.dave)
    before = contents()
    assert call(strict, name, row.pk).status_code == 403
    assert strict.get(HOME + CALLS[name][1].format(pk=row.pk)).status_code == 405
    assert contents() == before


@pytest.mark.parametrize("pk", [0, 999, 10**30])
@pytest.mark.parametrize("name", ["read", "replay", "replay edited", "dismiss"])
def test_what_is_not_there_is_a_404(admin: Client, name: str, pk: int) -> None:
    assert call(admin, name, pk).status_code == 404


def test_the_list_begins_with_what_waits_and_tells_the_first_error(admin: Client, world: World) -> None:
    where = address(world)
    first, second, third = (keep(where, body) for body in (b"what?", batch_with_one_bad(), unknown_level()))
    for _ in range(2):
        keep(where, b"what?")
    admin.post(f"{HOME}{third.pk}/dismiss", {"note": "a test of theirs"})
    page = admin.get(HOME).content.decode()
    order = [page.index(f'data-quarantined="{row.pk}"') for row in (first, second, third)]
    assert order == sorted(order)
    assert "/imgs/1/riskLevel" in page
    assert "theirs" in page
    assert "waiting 2" in page
    assert "dismissed 1" in page
    waiting = admin.get(HOME, {"state": "waiting"}).content.decode()
    assert waiting.count("data-quarantined") == 2
    assert admin.get(HOME, {"state": "nonsense", "page": "x"}).content.decode().count("data-quarantined") == 3


def test_a_long_list_has_pages(admin: Client, world: World) -> None:
    where = address(world)
    Quarantined.objects.bulk_create(Quarantined(address=where, body=b"x", sha256=str(n)) for n in range(51))
    assert admin.get(HOME).content.decode().count("data-quarantined") == 50
    second = admin.get(HOME, {"page": "2", "state": "waiting"}).content.decode()
    assert second.count("data-quarantined") == 1
    assert 'rel="prev"' in second


def test_a_copy_is_edited_and_replayed_from_the_page(admin: Client, world: World) -> None:
    row = keep(address(world), unknown_level())
    url = f"{HOME}{row.pk}/"
    draft = fields(admin.get(url).content.decode(), "edit")["body"][0]
    assert json.loads(draft) == unknown_level()
    still = admin.post(f"{url}replay-edited", {"body": draft.replace("\n", "\r\n")}, follow=True).content.decode()
    assert "One place still cannot be read" in still
    assert "As edited by Dave" in still
    mended = {"body": draft.replace("BLOCK", "REJECT")}
    done = admin.post(f"{url}replay-edited", mended, follow=True).content.decode()
    assert "All of it is taken in" in done
    assert "BLOCK" in done  # the original stays
    assert "r1" in done
    assert 'id="edit"' not in done
    row.refresh_from_db()
    assert bytes(row.body) == json.dumps(unknown_level()).encode()


def test_a_form_of_the_page_replays_and_says_what_came_of_it(admin: Client, world: World) -> None:
    row = keep(address(world), b"what?")
    url = f"{HOME}{row.pk}/"
    assert "One place still cannot be read" in admin.post(f"{url}replay", follow=True).content.decode()
    told = admin.post(f"{HOME}replay", follow=True).content.decode()
    assert "0 bodies were taken in. 1 still cannot be read." in told
    assert "Say in the note" in admin.post(f"{url}dismiss", {"note": " "}, follow=True).content.decode()
    dismissed = admin.post(f"{url}dismiss", {"note": "a test of\0 theirs"}, follow=True).content.decode()
    assert "Dismissed." in dismissed
    assert "It was dismissed before" in admin.post(f"{url}replay", follow=True).content.decode()
    assert "a test of theirs" in admin.get(url).content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"<script>alert(1)</script>",
        b"</pre></textarea><script>alert(1)</script>",
        json.dumps({"requestId": "<script>alert(1)</script>", "<img src=x onerror=alert(1)>": 1}).encode(),
        json.dumps(bodies.batch(imgs=["x", {"<script>alert(1)</script>": {"a": 1}}])).encode(),
        b"\xff<script>alert(1)</script>\x00",
        b"\x1b[31mred\x00\x07" + "\u202egnp.exe".encode(),
        b"",
        b"[" * 20_000,
        b'{"a":1' + b" " * 300_000 + b"}",
        "é".encode() * 200_000,
        bytes(range(256)) * 2000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_whatever_is_in_a_body_it_is_text_on_the_page(admin: Client, world: World, body: bytes) -> None:
    where = address(world, name="<script>alert(1)</script>")
    row = keep(where, body)
    for url in (HOME, f"{HOME}{row.pk}/"):
        answer = admin.get(url)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert inline_code(page) == []
        assert "<script>alert" not in page
        assert not set("\x00\x07\x1b\u202e") & set(page)
        assert len(page) < 5 * LONGEST
        assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("body", "text", "draft"),
    [
        (b'{"b":1.10,"a":[]}', '{\n  "b": 1.10,\n  "a": []\n}', '{\n  "b": 1.10,\n  "a": []\n}'),
        (b"a\x00b\tc\n", "a\\u0000b\tc\n", "a\ufffdb\tc\n"),
        ("\u202ex".encode(), "\\u202ex", "\ufffdx"),
        ('{"a":"\u202ex\x7f"}'.encode(), '{\n  "a": "\\u202ex\\u007f"\n}', '{\n  "a": "\\u202ex\\u007f"\n}'),
        (b"\xff\x00A", "000000  ff 00 41" + " " * 40 + " ..A", "\ufffd\ufffdA"),
        (b"", "", ""),
    ],
)
def test_a_body_is_shown_as_what_it_is(body: bytes, text: str, draft: str) -> None:
    shown = shown_body(body)
    assert (shown.text, shown.draft, shown.is_cut) == (text, draft, False)


def test_a_long_body_is_cut_and_not_edited_here() -> None:
    shown = shown_body(("é" * LONGEST).encode())
    assert (len(shown.text), shown.is_cut, shown.draft) == (LONGEST // 2, True, None)
    odd = shown_body(("x" + "é" * LONGEST).encode())  # cut in the middle of a character
    assert odd.text == "x" + "é" * (LONGEST // 2 - 1)


def test_the_way_there_is_for_administrators(world: World) -> None:
    assert HOME in signed_in(world.dave).get("/manage/").content.decode()
    assert HOME not in signed_in(world.alice).get("/").content.decode()
