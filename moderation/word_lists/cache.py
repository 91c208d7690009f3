"""The enabled lists, cached by each process until one of them changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from moderation.cache_versions import CachedValue
from moderation.models import ListedEntry, WordList
from moderation.policy import ListedWord
from moderation.word_lists.matching import Found, Matcher, SearchedList

log = logging.getLogger(__name__)

CACHE_VERSION = "word lists"


def found_in(text: str) -> tuple[ListedWord, ...]:
    """Every listed word in a text, by position; the first 200 of them. An empty text needs no query."""
    return matcher()(text) if text else ()


def matcher() -> Callable[[str], tuple[ListedWord, ...]]:
    """`found_in` for a batch: the query for changes is made once here, not for each text."""
    return partial(_found, _REMEMBERED.current())


def as_json(found: Sequence[ListedWord]) -> list[dict[str, Any]]:
    """The value of MachineResult.listed."""
    return [{"list": word.list_name, "word": word.word, "start": word.start, "end": word.end} for word in found]


def search(text: str) -> Found:
    """The words that the enabled lists find, and the lists that were too slow. Nothing is counted."""
    return _REMEMBERED.current()(text)


def search_one(word_list: WordList, text: str) -> Found:
    """The words that one list finds, enabled or not."""
    return Matcher(_entries(WordList.objects.filter(pk=word_list.pk)))(text)


def forget() -> None:
    _REMEMBERED.forget()


def _found(search: Matcher, text: str) -> tuple[ListedWord, ...]:
    found = search(text)
    for skipped in found.skipped:
        _count_skipped(skipped)
    return found.words


def _count_skipped(word_list: SearchedList) -> None:
    """Count it on the list, for administrators. After the commit: intake must not wait for the row or fail with it."""
    log.warning("The patterns of word list %s took too long; the list was skipped for a text", word_list.name)
    counted = WordList.objects.filter(pk=word_list.pk)
    count = partial(counted.update, skipped_texts=F("skipped_texts") + 1, skipped_at=Now())
    transaction.on_commit(count, robust=True)


def _build() -> Matcher:
    return Matcher(_entries(WordList.objects.filter(enabled=True)))


def _entries(word_lists: Any) -> Iterator[tuple[SearchedList, str, str]]:
    lists = {own.pk: SearchedList(own.name, own.kind, own.pk) for own in word_lists}
    if not lists:
        return
    rows = ListedEntry.objects.filter(word_list__in=lists).values_list("word_list", "text", "key").order_by("pk")
    for pk, text, key in rows.iterator(chunk_size=10_000):
        yield lists[pk], text, key


_REMEMBERED = CachedValue(CACHE_VERSION, _build)
