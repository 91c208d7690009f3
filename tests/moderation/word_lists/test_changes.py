"""Making and changing lists: who may, what is written, and when it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from moderation import word_lists
from moderation.models import CacheVersion, ListedEntry, WordList
from moderation.word_lists import changes
from moderation.word_lists.changes import Added
from moderation.word_lists.refusals import WordListRefused
from tests.world import World


@pytest.fixture
def contacts(world: World) -> WordList:
    made = changes.create(name="contacts", kind="plain", by=world.dave)
    changes.add(made, ["WeChat", "微信"], by=world.dave)
    return made


def cache_version() -> int:
    return CacheVersion.objects.get(pk="word lists").number


def words(text: str) -> list[str]:
    return [word.word for word in word_lists.found_in(text)]


CHANGES: dict[str, Callable[[WordList, User], Any]] = {
    "created": lambda own, by: changes.create(name="more", kind="whole", by=by),
    "renamed": lambda own, by: changes.rename(own, name="ways", by=by),
    "disabled": lambda own, by: changes.set_enabled(own, False, by=by),
    "deleted": lambda own, by: changes.delete(own, by=by),
    "words-added": lambda own, by: changes.add(own, ["qq"], by=by),
    "words-removed": lambda own, by: changes.remove(own, [own.entries.get(text="微信").pk], by=by),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_advances_the_edition_and_is_audited(world: World, contacts: WordList, name: str) -> None:
    before, events = cache_version(), AuditEvent.objects.count()
    CHANGES[name](contacts, world.dave)
    assert cache_version() > before
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by, AuditEvent.objects.count()) == (f"word-list.{name}", world.dave, events + 1)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("person", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_change_anything(world: World, contacts: WordList, name: str, person: str) -> None:
    before = cache_version(), list(WordList.objects.values()), list(ListedEntry.objects.values())
    with pytest.raises(NotAllowed):
        CHANGES[name](contacts, getattr(world, person))
    assert (cache_version(), list(WordList.objects.values()), list(ListedEntry.objects.values())) == before


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_whose_audit_fails_did_not_happen(
    world: World, contacts: WordList, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    before = cache_version(), list(WordList.objects.values()), list(ListedEntry.objects.values())
    monkeypatch.setattr("moderation.word_lists.changes.audit.record", broken)
    with pytest.raises(RuntimeError):
        CHANGES[name](contacts, world.dave)
    assert (cache_version(), list(WordList.objects.values()), list(ListedEntry.objects.values())) == before


def test_a_change_holds_from_the_next_text_on(world: World, contacts: WordList) -> None:
    assert words("add my WECHAT 微信") == ["WeChat", "微信"]
    changes.remove(contacts, [contacts.entries.get(text="微信").pk], by=world.dave)
    assert words("add my WECHAT 微信") == ["WeChat"]
    changes.add(contacts, ["my"], by=world.dave)
    assert words("add my WECHAT 微信") == ["my", "WeChat"]
    changes.rename(contacts, name="ways", by=world.dave)
    assert {word.list_name for word in word_lists.found_in("my")} == {"ways"}
    changes.set_enabled(contacts, False, by=world.dave)
    assert words("my") == []
    changes.set_enabled(contacts, True, by=world.dave)
    assert words("my") == ["my"]
    changes.delete(contacts, by=world.dave)
    assert words("my") == []
    assert not ListedEntry.objects.exists()


def test_a_text_costs_one_tiny_query_a_batch_too_and_no_text_none(world: World, contacts: WordList) -> None:
    word_lists.found_in("warm")
    with CaptureQueriesContext(connection) as asked:
        word_lists.found_in("my wechat")
    assert [query["sql"].count("moderation_cacheversion") > 0 for query in asked] == [True]
    with CaptureQueriesContext(connection) as asked:
        search = word_lists.matcher()
        assert sum(len(search("my wechat")) for _ in range(1000)) == 1000
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        assert word_lists.found_in("") == ()
    assert len(asked) == 0


def test_a_word_is_in_a_list_once_however_it_is_written(world: World, contacts: WordList) -> None:
    added = changes.add(contacts, ["wechat", "ＷＥＣＨＡＴ", "  new ", "New"], by=world.dave)
    assert added == Added(added=1, duplicates=3)
    assert list(contacts.entries.order_by("pk").values_list("text", flat=True)) == ["WeChat", "微信", "new"]
    with pytest.raises(IntegrityError), transaction.atomic():
        contacts.entries.create(text="x", key="wechat")


def test_one_bad_word_and_none_is_added(world: World, contacts: WordList) -> None:
    with pytest.raises(WordListRefused):
        changes.add(contacts, ["fine", "not\tfine"], by=world.dave)
    assert contacts.entries.count() == 2


@pytest.mark.parametrize("name", ["", "  ", "contacts", " contacts ", "a\nb", "x" * 101])
def test_a_name_that_cannot_be_one_is_refused(world: World, contacts: WordList, name: str) -> None:
    other = changes.create(name="other", kind="plain", by=world.dave)
    for refused in (
        lambda: changes.create(name=name, kind="plain", by=world.dave),
        lambda: changes.rename(other, name=name, by=world.dave),
    ):
        with pytest.raises(WordListRefused):
            refused()
    assert {own.name for own in WordList.objects.all()} == {"contacts", "other"}


def test_the_schema_knows_the_kinds_and_wants_names_and_words(world: World, contacts: WordList) -> None:
    for broken in (
        lambda: WordList.objects.create(name="odd", kind="odd"),
        lambda: WordList.objects.create(name="", kind="plain"),
        lambda: contacts.entries.create(text="", key=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_the_audit_tells_few_words_and_counts_many(world: World, contacts: WordList) -> None:
    changes.add(contacts, ["qq"], by=world.dave)
    assert AuditEvent.objects.latest("pk").details == {"name": "contacts", "added": 1, "words": ["qq"]}
    changes.add(contacts, [f"w{number}" for number in range(100)], by=world.dave)
    assert AuditEvent.objects.latest("pk").details == {"name": "contacts", "added": 100, "words": None}


def test_a_list_holds_what_processes_can_carry(
    world: World, contacts: WordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.word_lists.entries.WORDS_IN_A_LIST", 3)
    changes.add(contacts, ["three"], by=world.dave)
    with pytest.raises(WordListRefused, match="at most 3"):
        changes.add(contacts, ["four"], by=world.dave)
    assert contacts.entries.count() == 3
    monkeypatch.setattr("moderation.word_lists.changes.ENTRIES_IN_ALL", 3)
    with pytest.raises(WordListRefused, match="together have at most 3"):
        changes.add(changes.create(name="other", kind="plain", by=world.dave), ["four"], by=world.dave)


def test_a_word_of_another_list_is_not_removed(world: World, contacts: WordList) -> None:
    other = changes.create(name="other", kind="plain", by=world.dave)
    changes.add(other, ["stays"], by=world.dave)
    assert changes.remove(contacts, [other.entries.get().pk], by=world.dave) == 0
    assert other.entries.count() == 1


def test_a_list_that_was_too_slow_is_counted_and_intake_goes_on(
    world: World, contacts: WordList, django_capture_on_commit_callbacks: Any
) -> None:
    slow = changes.create(name="slow", kind="pattern", by=world.dave)
    changes.add(slow, [rf"[ab]*a[ab]{{{150 + number}}}c" for number in range(60)], by=world.dave)
    text = "".join("ab"[int(bit)] for bit in bin(3**6300)[2:])[:9_900] + " wechat"
    with django_capture_on_commit_callbacks(execute=True):
        assert words(text) == ["WeChat"]
    slow.refresh_from_db()
    assert (slow.skipped_texts, slow.skipped_at is not None) == (1, True)
    changes.set_enabled(slow, False, by=world.dave)
    slow.refresh_from_db()
    assert (slow.skipped_texts, slow.skipped_at) == (0, None)
