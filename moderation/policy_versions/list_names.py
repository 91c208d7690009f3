"""Rename a word list, and with it the rules that name it."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.models import PolicyVersion, WordList
from moderation.policy_versions import draft, store
from moderation.word_lists import changes
from moderation.word_lists.in_rules import rules_naming


def rename_list(
    word_list: WordList, *, name: str, by: User, expected_version: str | None = None
) -> PolicyVersion | None:
    """Rename the list. When rules of the policy in force name it, the same policy with the new name is put in force, in
    the same transaction; that version is returned. Rules of the draft follow. Raises WordListRefused and Conflict.
    """
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        draft.lock()  # before the policy in force, as publishing does
        cache_versions.advance(store.CACHE_VERSION)  # no other policy is put in force meanwhile
        before = WordList.objects.get(pk=word_list.pk).name
        changes.rename(word_list, name=name, by=by, rules_follow=True, expected_version=expected_version)
        if before.casefold() == name.strip().casefold():
            return None
        rename = partial(_renamed, before=before, name=name.strip())
        version, number = None, store.number_in_force()
        if rules_naming(before):
            version = store.put_in_force(rename(PolicyVersion.objects.get(active=True).body), by=by)
        draft.rewrite(rename, before=number, by=by)
        return version


def _renamed(body: dict[str, Any], *, before: str, name: str) -> dict[str, Any]:
    body = deepcopy(body)
    for rule in body["rules"]:
        if words := rule.get("when", {}).get("words"):
            rule["when"]["words"] = [name if word.strip().casefold() == before.casefold() else word for word in words]
    return body
