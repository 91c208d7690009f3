"""Create, rename, enable, disable and delete word lists, and change their words. Changes apply to the next text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation import cache_versions
from moderation.models import ListedEntry, WordList
from moderation.word_lists.cache import CACHE_VERSION
from moderation.word_lists.entries import ENTRIES_IN_ALL, key_of, room_for
from moderation.word_lists.in_rules import rules_naming
from moderation.word_lists.refusals import WordListRefused

_WORDS_AUDITED = 20  # more are only counted

_INSERT = """
INSERT INTO moderation_listedentry (word_list_id, text, key)
SELECT %s, word, key FROM unnest(%s::text[], %s::text[]) AS t (word, key)
ON CONFLICT (word_list_id, key) DO NOTHING
"""


EDITED = Edited(lambda word_list: {"name": word_list.name}, recorded_as=[AuditAction.WORD_LIST_RENAMED])
"""Its name alone is edited in a form. Who switches it on or off says which: that undoes no other change."""


@dataclass(frozen=True, slots=True)
class Added:
    added: int
    duplicates: int  # already there, or twice in what was given


def create(*, name: str, kind: str, by: User) -> WordList:
    """A new list without words, enabled. Raises WordListRefused for an invalid name or one that is taken."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)
        made = WordList.objects.create(name=_free_name(name), kind=WordList.Kind(kind), created_by=by)
        audit.record(AuditAction.WORD_LIST_CREATED, by=by, on=made, name=made.name, kind=made.kind)
    return made


def rename(
    word_list: WordList, *, name: str, by: User, rules_follow: bool = False, expected_version: str | None = None
) -> None:
    """Words found before keep the name they were found under. Raises WordListRefused and Conflict.

    `rules_follow`: the caller renames it in the policy in force too, as `policy_versions.list_names` does.
    """
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = lock(word_list)
        EDITED.check(expected_version, locked)
        before = locked.name
        if before == name.strip():
            return
        if not rules_follow:
            _check_no_rule_names(before)
        locked.name = _free_name(name)
        locked.save(update_fields=["name"])
        audit.record(AuditAction.WORD_LIST_RENAMED, by=by, on=locked, before=before, name=locked.name)


def set_enabled(word_list: WordList, enabled: bool, *, by: User) -> None:
    """Enable or disable the list. Enabling also resets the count of texts for which it was too slow."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = lock(word_list)
        if locked.enabled == enabled:
            return
        locked.enabled, locked.skipped_texts, locked.skipped_at = enabled, 0, None
        locked.save(update_fields=["enabled", "skipped_texts", "skipped_at"])
        audit.record(
            AuditAction.WORD_LIST_ENABLED if enabled else AuditAction.WORD_LIST_DISABLED,
            by=by,
            on=locked,
            name=locked.name,
            before={"enabled": not enabled},
            enabled=enabled,
        )


def delete(word_list: WordList, *, by: User) -> None:
    """Delete the list and its words. Words found in cases stay with them. Raises WordListRefused while a rule of the
    policy in force names the list: the rule would never match again.
    """
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = lock(word_list)
        _check_no_rule_names(locked.name)
        audit.record(AuditAction.WORD_LIST_DELETED, by=by, on=locked, name=locked.name, words=locked.entries.count())
        locked.delete()


def add(word_list: WordList, words: Iterable[str], *, by: User) -> Added:
    """Add words; duplicates are counted, not refused. Raises WordListRefused, and then adds none."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = lock(word_list)
        cleaned = [word.strip() for word in words]
        added = insert(locked, [(word, key_of(word, kind=locked.kind)) for word in cleaned])
        check_room(locked)
        said = cleaned if len(cleaned) <= _WORDS_AUDITED else None
        audit.record(AuditAction.WORD_LIST_WORDS_ADDED, by=by, on=locked, name=locked.name, added=added, words=said)
    return Added(added, len(cleaned) - added)


def remove(word_list: WordList, entry_ids: Sequence[int], *, by: User) -> int:
    """Remove words by their ids. Returns how many were still there."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = lock(word_list)
        gone = ListedEntry.objects.filter(word_list=locked, pk__in=entry_ids)
        words = list(gone.values_list("text", flat=True)[: _WORDS_AUDITED + 1])
        removed, _ = gone.delete()
        said = words if len(words) <= _WORDS_AUDITED else None
        audit.record(
            AuditAction.WORD_LIST_WORDS_REMOVED, by=by, on=locked, name=locked.name, removed=removed, words=said
        )
    return removed


def lock(word_list: WordList) -> WordList:
    """Announce the change and lock the list's row. Raises WordList.DoesNotExist."""
    cache_versions.advance(CACHE_VERSION)
    return WordList.objects.select_for_update(no_key=True).get(pk=word_list.pk)


def insert(word_list: WordList, entries: Sequence[tuple[str, str]]) -> int:
    """Add (text, key) pairs. Returns how many were new. The caller has locked the row."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [word_list.pk, [text for text, _ in entries], [key for _, key in entries]])
        return int(cursor.rowcount)


def check_room(word_list: WordList) -> None:
    """Raises WordListRefused when there are more words than processes should keep in memory."""
    if word_list.entries.count() > (room := room_for(word_list.kind)):
        raise WordListRefused(gettext("A list of this kind has at most %(n)d entries.") % {"n": room})
    if ListedEntry.objects.count() > ENTRIES_IN_ALL:
        raise WordListRefused(gettext("All lists together have at most %(n)d entries.") % {"n": ENTRIES_IN_ALL})


def _check_no_rule_names(name: str) -> None:
    if positions := rules_naming(name):
        numbers = ", ".join(map(str, positions))
        told = gettext("Rule %(numbers)s of the policy in force asks for this list. Change the rule first.")
        raise WordListRefused(told % {"numbers": numbers})


def _free_name(name: str) -> str:
    """The checked name. Advancing the edition has serialised all changes, so it cannot be taken meanwhile."""
    name = name.strip()
    if not 0 < len(name) <= 100 or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        raise WordListRefused(gettext("A list has a name of 1 to 100 characters on one line."))
    if WordList.objects.filter(name=name).exists():
        raise WordListRefused(gettext("There is a list of this name already."))
    return name
