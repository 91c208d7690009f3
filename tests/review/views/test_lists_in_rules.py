"""Word lists that rules name: renamed together, not deleted, and told where they find nothing; rules never reached."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from moderation.models import Case, PolicyVersion, WordList
from moderation.policy_versions import draft, store
from moderation.word_lists import changes
from moderation.word_lists.refusals import WordListRefused
from tests.factories import bodies
from tests.pages import fields, submit
from tests.world import World


@pytest.fixture
def contacts(world: World) -> WordList:
    made = changes.create(name="Contacts", kind="plain", by=world.dave)
    changes.add(made, ["wechat"], by=world.dave)
    rules = [{"when": {"label": ["minor"]}, "queue": "default"}, {"when": {"words": ["CONTACTS"]}, "queue": "nudity"}]
    store.put_in_force({"rules": rules}, by=world.dave)
    return made


def page_of(word_list: WordList) -> str:
    return f"/review/word-lists/{word_list.pk}/"


def rename(admin: Client, word_list: WordList, name: str) -> str:
    sent = fields(admin.get(page_of(word_list)).content.decode(), "rename-list") | {"name": name}
    answer = admin.post(f"{page_of(word_list)}rename", sent, follow=True)
    return html.unescape(answer.content.decode())


def queue_of_a_new_case(client: Client, world: World, request_id: str) -> str:
    detail = {"ocrText": {"text": "my wechat is 123"}}
    body = bodies.envelope(requestId=request_id, riskDetail=detail)
    answer: Any = client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["queue"])


def test_rules_follow_a_renamed_list(admin: Client, world: World, contacts: WordList) -> None:
    assert queue_of_a_new_case(admin, world, "before") == "nudity"
    shown = rename(admin, contacts, "Messengers")
    assert "Policy 2 is in force: its rules name the list by its new name." in shown
    assert PolicyVersion.objects.get(active=True).body["rules"][1]["when"] == {"words": ["Messengers"]}
    assert queue_of_a_new_case(admin, world, "after") == "nudity"
    assert Case.objects.count() == 2
    said = list(AuditEvent.objects.order_by("-pk").values_list("action", flat=True)[:20])
    assert "word-list.renamed" in said
    assert "policy.put-in-force" in said


def test_so_do_rules_of_the_draft(admin: Client, world: World, contacts: WordList) -> None:
    body = PolicyVersion.objects.get(active=True).body
    drafted = body | {"rules": [*body["rules"], {"when": {"words": ["contacts"]}, "boost": 7}]}
    draft.save(drafted, base=1, expected_version=0, by=world.dave)
    rename(admin, contacts, "Messengers")
    found = draft.current()
    assert (found.base, found.is_outdated, len(found.changes())) == (2, False, 1)
    assert [rule.texts("words") for rule in found.policy.rules] == [(), ("messengers",), ("messengers",)]


@pytest.mark.parametrize("name", ["contacts", "CONTACTS", "Contacts "])
def test_another_case_of_the_name_needs_no_other_policy(
    admin: Client, world: World, contacts: WordList, name: str
) -> None:
    rename(admin, contacts, name)
    assert PolicyVersion.objects.count() == 1
    assert queue_of_a_new_case(admin, world, "after") == "nudity"


def test_a_list_that_no_rule_names_is_only_renamed(admin: Client, world: World, contacts: WordList) -> None:
    other = changes.create(name="Other", kind="plain", by=world.dave)
    assert "is in force: its rules" not in rename(admin, other, "Others")
    assert PolicyVersion.objects.count() == 1


def test_a_name_that_is_taken_changes_no_rule(admin: Client, world: World, contacts: WordList) -> None:
    changes.create(name="Other", kind="plain", by=world.dave)
    assert "There is a list of this name already" in rename(admin, contacts, "Other")
    assert PolicyVersion.objects.count() == 1


def test_the_verb_by_itself_leaves_no_rule_behind(world: World, contacts: WordList) -> None:
    with pytest.raises(WordListRefused, match="Rule 2 of the policy in force asks for this list"):
        changes.rename(contacts, name="Messengers", by=world.dave)
    with pytest.raises(WordListRefused, match="Rule 2"):
        changes.delete(contacts, by=world.dave)
    store.put_in_force({"rules": []}, by=world.dave)
    changes.delete(contacts, by=world.dave)


def test_a_list_that_a_rule_names_is_not_deleted(admin: Client, world: World, contacts: WordList) -> None:
    answer = admin.post(f"{page_of(contacts)}delete", follow=True)
    assert "Rule 2 of the policy in force asks for this list. Change the rule first." in answer.content.decode()
    assert WordList.objects.filter(pk=contacts.pk).exists()


def test_rules_that_ask_for_nothing_are_told(admin: Client, world: World, contacts: WordList) -> None:
    asks = [{"when": {"words": [name]}, "queue": "nudity"} for name in ("Contacts", "Gone")]
    store.put_in_force({"rules": asks}, by=world.dave)
    changes.set_enabled(contacts, False, by=world.dave)
    for page in ("/review/rules/", "/review/rules/2/", "/review/rules/2/edit/"):
        shown = html.unescape(admin.get(page).content.decode())
        assert "The list “contacts” is disabled and finds nothing." in shown, page
        assert "No list of ours is called “gone”: only a list of the machine can match." in shown, page


def test_a_rule_that_is_never_reached_is_told(admin: Client, world: World) -> None:
    rules = [{"when": {"label": ["porn"]}, "queue": "nudity"}, {"when": {"label": ["porn/acts"]}, "queue": "default"}]
    store.put_in_force({"rules": rules}, by=world.dave)
    told = "Never reached: rule 1 takes every result that this one would take."
    for page in ("/review/rules/", "/review/rules/1/", "/review/rules/1/edit/"):
        assert admin.get(page).content.decode().count(told) == 1, page
    moved = submit(admin, "/review/rules/1/edit/", "rules-form", {"act": "up-1"}).content.decode()
    assert told not in moved
    opened = submit(admin, "/review/rules/1/edit/", "rules-form", {"act": "open-1"}).content.decode()
    assert told in opened
