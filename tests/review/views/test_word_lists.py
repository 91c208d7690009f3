"""The administrators' pages of word lists: who may open them, and what they do."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent
from moderation.models import CacheVersion, ListedEntry, WordList
from moderation.word_lists import changes
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

ALL = "/review/word-lists/"
GETS = ("", "export", "{pk}/", "{pk}/export")
POSTS = {
    "create": {"name": "more", "kind": "plain"},
    "import": {},
    "try": {"text": "free"},
    "{pk}/rename": {"name": "ways"},
    "{pk}/switch": {"enabled": "no"},
    "{pk}/delete": {},
    "{pk}/add": {"words": "new"},
    "{pk}/remove": {"entry": "{entry}"},
    "{pk}/import": {},
    "{pk}/try": {"text": "free"},
}
EVIL = "<script>document.title = 'x'</script>"


@pytest.fixture
def contacts(world: World) -> WordList:
    made = changes.create(name="contacts", kind="plain", by=world.dave)
    changes.add(made, ["free", "微信"], by=world.dave)
    return made


def kept() -> Any:
    lists, words = list(WordList.objects.values()), list(ListedEntry.objects.values())
    return lists, words, CacheVersion.objects.get(pk="word lists").number, AuditEvent.objects.count()


def csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("words.csv", text.encode(), content_type="text/csv")


def send(client: Client, path: str, own: WordList) -> Any:
    filled = path.format(pk=own.pk)
    sent: dict[str, Any] = dict(POSTS[path])
    if "entry" in sent:
        sent["entry"] = own.entries.get(text="free").pk
    if path.endswith("rename"):
        sent["version"] = changes.EDITED.version(own)
    if path.endswith("import"):
        sent["file"] = csv("list,word\ncontacts,new\n")
    return client.post(ALL + filled, sent)


def page(client: Client, own: WordList, **query: Any) -> str:
    return client.get(f"{ALL}{own.pk}/", query).content.decode()


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize(
    ("name", "status"),
    [("alice", 403), ("carol", 403), ("erin", 403), ("mallory", 403), ("dave", 200), ("nobody", 302)],
)
def test_administrators_alone_read_and_reading_changes_nothing(
    world: World, contacts: WordList, path: str, name: str, status: int
) -> None:
    before = kept()
    answer = signed_in(getattr(world, name, None)).get(ALL + path.format(pk=contacts.pk))
    assert answer.status_code == status
    if status != 200:
        assert "微信" not in answer.content.decode()
    recorded = ["word-list.exported"] if status == 200 and "export" in path else []
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[before[-1] :] == recorded
    assert kept()[:-1] == before[:-1]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("name", "status"), [("alice", 403), ("carol", 403), ("erin", 403), ("mallory", 403), ("nobody", 302)]
)
def test_nobody_else_changes_or_tries_anything(
    world: World, contacts: WordList, path: str, name: str, status: int
) -> None:
    before = kept()
    answer = send(signed_in(getattr(world, name, None)), path, contacts)
    assert answer.status_code == status
    assert answer.get("Location", "/accounts/login/").startswith("/accounts/login/")
    assert kept() == before


@pytest.mark.parametrize("path", POSTS)
def test_an_administrator_may_and_only_trying_changes_nothing(
    admin: Client, world: World, contacts: WordList, path: str
) -> None:
    before = kept()
    assert admin.get(ALL + path.format(pk=contacts.pk)).status_code == 405
    answer = send(admin, path, contacts)
    assert answer.status_code == (200 if path.endswith("try") else 302), answer.content.decode()
    assert (kept() == before) == path.endswith("try")


@pytest.mark.parametrize("path", POSTS)
def test_without_the_csrf_token_nothing_changes(world: World, contacts: WordList, path: str) -> None:
    before = kept()
    assert send(signed_in(world.dave, enforce_csrf_checks=True), path, contacts).status_code == 403
    assert kept() == before


@pytest.mark.parametrize("path", [path for path in (*GETS, *POSTS) if "{pk}" in path])
def test_a_list_that_is_not_there_is_a_404(admin: Client, world: World, path: str) -> None:
    address = ALL + path.format(pk=999)
    assert (admin.post(address) if path in POSTS else admin.get(address)).status_code == 404


def test_the_menu_leads_there_for_administrators_alone(world: World) -> None:
    assert f'href="{ALL}"' in signed_in(world.dave).get("/review/rules/").content.decode()
    for person in (world.alice, world.carol, world.erin):
        assert f'href="{ALL}"' not in signed_in(person).get("/review/rules/").content.decode()


def test_lists_are_shown_with_their_counts_and_what_was_skipped(
    admin: Client, world: World, contacts: WordList
) -> None:
    changes.add(contacts, [f"w{number}" for number in range(1500)], by=world.dave)
    shown = admin.get(ALL).content.decode()
    assert "1,502" in shown
    assert "too slow" not in shown
    changes.create(name="a first one", kind="whole", by=world.dave)
    WordList.objects.update(skipped_texts=3, skipped_at="2026-11-01T00:00:00Z")
    listed = admin.get(ALL).content.decode()
    assert "too slow for 3 texts" in listed
    assert listed.index("a first one") < listed.index("contacts")
    assert "took too long for 3 texts" in page(admin, contacts)


def test_a_list_is_made_renamed_switched_and_deleted(admin: Client, world: World) -> None:
    admin.post(ALL + "create", {"name": "ads", "kind": "whole"})
    own = WordList.objects.get()
    assert (own.name, own.kind, own.created_by) == ("ads", "whole", world.dave)
    admin.post(f"{ALL}{own.pk}/rename", fields(page(admin, own), "rename-list") | {"name": "adverts"})
    admin.post(f"{ALL}{own.pk}/switch", fields(page(admin, own), "switch-list"))
    own.refresh_from_db()
    assert (own.name, own.enabled) == ("adverts", False)
    admin.post(f"{ALL}{own.pk}/switch", fields(page(admin, own), "switch-list"))
    own.refresh_from_db()
    assert own.enabled
    admin.post(f"{ALL}{own.pk}/delete", fields(page(admin, own), "delete-list"))
    assert not WordList.objects.exists()


def test_what_is_refused_is_said_and_what_was_typed_stays(admin: Client, contacts: WordList) -> None:
    again = admin.post(ALL + "create", {"name": "contacts", "kind": "whole"})
    assert (again.status_code, "of this name already" in again.content.decode()) == (422, True)
    assert fields(again.content.decode(), "new-list")["name"] == ["contacts"]
    long = "good\n" + "x" * 101
    added = admin.post(f"{ALL}{contacts.pk}/add", {"words": long})
    assert (added.status_code, "longer than 100" in added.content.decode()) == (422, True)
    assert fields(added.content.decode(), "add-words")["words"] == [long]
    assert contacts.entries.count() == 2


def test_words_are_added_found_paged_and_removed(admin: Client, contacts: WordList) -> None:
    admin.post(f"{ALL}{contacts.pk}/add", {"words": "\r\n".join(f"w{number:03}" for number in range(250)) + "\r\n\r\n"})
    assert contacts.entries.count() == 252
    first, last = page(admin, contacts), page(admin, contacts, page=3)
    assert (first.count('name="entry"'), last.count('name="entry"')) == (100, 52)
    assert "?page=2" in first
    assert "微信" in last
    found = page(admin, contacts, q="Ｗ00")
    assert found.count('name="entry"') == 10
    assert "No entry" in page(admin, contacts, q="nothing")
    chosen = re.findall(r'name="entry" value="(\d+)"', found)
    admin.post(f"{ALL}{contacts.pk}/remove", {"entry": [*chosen, "x", "9" * 30]})
    assert contacts.entries.count() == 242


def test_words_of_another_list_are_not_removed(admin: Client, world: World, contacts: WordList) -> None:
    other = changes.create(name="other", kind="plain", by=world.dave)
    admin.post(f"{ALL}{other.pk}/remove", {"entry": [entry.pk for entry in contacts.entries.all()]})
    assert contacts.entries.count() == 2


def test_a_file_is_taken_in_and_comes_out_again(admin: Client, contacts: WordList) -> None:
    done = admin.post(f"{ALL}{contacts.pk}/import", {"file": csv("'=1\r\nfree\r\n"), "replace": "on"}, follow=True)
    assert "2 added, 0 were there already" in html.unescape(done.content.decode())
    for path in ("export", f"{contacts.pk}/export"):
        answer: Any = admin.get(ALL + path)
        sent = b"".join(answer.streaming_content).decode()
        assert sent == "\ufefflist,word\r\ncontacts,'=1\r\ncontacts,free\r\n"
        assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["import", "{pk}/import"])
def test_mistakes_in_a_file_are_shown_by_their_lines(admin: Client, contacts: WordList, path: str) -> None:
    answer = admin.post(ALL + path.format(pk=contacts.pk), {"file": csv(f"contacts,a\n{EVIL},b,c\nnobody,d\n")})
    said = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "2 lines have a mistake; nothing was imported." in said
    assert "Line 2:" in said
    assert "Line 3:" in said
    assert contacts.entries.count() == 2


def test_a_tried_text_shows_what_was_found_and_nothing_of_it_is_code(
    admin: Client, world: World, contacts: WordList
) -> None:
    changes.add(contacts, [EVIL], by=world.dave)
    for path in ("try", f"{contacts.pk}/try"):
        shown = admin.post(ALL + path, {"text": f"ＦＲＥＥ {EVIL}\n加微信"}).content.decode()
        assert inline_code(shown) == []
        assert EVIL not in shown
        marks = re.findall(r'<mark title="contacts">(.*?)</mark>', shown, re.DOTALL)
        assert [html.unescape(mark) for mark in marks] == ["ＦＲＥＥ", EVIL, "微信"]
        (text,) = re.findall(r'<p class="tried"[^>]*>(.*?)</p>', shown, re.DOTALL)
        assert html.unescape(re.sub(r"</?mark[^>]*>", "", text)) == f"ＦＲＥＥ {EVIL}\n加微信"


def test_a_list_that_is_off_can_be_tried_by_itself(admin: Client, world: World, contacts: WordList) -> None:
    changes.set_enabled(contacts, False, by=world.dave)
    assert "<mark" not in admin.post(ALL + "try", {"text": "free"}).content.decode()
    assert "<mark" in admin.post(f"{ALL}{contacts.pk}/try", {"text": "free"}).content.decode()
    assert admin.post(ALL + "try", {"text": "x" * 10_001}).status_code == 422


def test_names_and_words_are_shown_as_text(admin: Client, world: World) -> None:
    own = changes.create(name=EVIL, kind="plain", by=world.dave)
    changes.add(own, [EVIL], by=world.dave)
    for shown in (admin.get(ALL).content.decode(), page(admin, own), page(admin, own, q="<script>")):
        assert inline_code(shown) == []
        assert EVIL not in shown
        assert html.escape(EVIL) in shown


@pytest.mark.parametrize("sent", [{}, {"enabled": ""}, {"enabled": "perhaps"}])
def test_a_form_that_did_not_arrive_switches_no_list_off(
    world: World, contacts: WordList, sent: dict[str, str]
) -> None:
    page = signed_in(world.dave).post(f"{ALL}{contacts.pk}/switch", sent, follow=True).content.decode()
    contacts.refresh_from_db()
    assert contacts.enabled
    assert "The form did not arrive whole" in page
