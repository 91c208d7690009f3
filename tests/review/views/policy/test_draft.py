"""The pages of the draft that everybody edits: rules saved into it, changes undone, conflicts told, published."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import PolicyVersion
from moderation.policy import RuleRef
from moderation.policy_versions import draft, store
from review.models import ReviewTask
from tests.factories import bodies
from tests.factories.policies import never_in_force
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.world import World

MINORS: dict[str, Any] = {"name": "minors first", "when": {"label": ["minor"]}, "queue": "nudity", "boost": 30}
PATIENCE: dict[str, Any] = {"name": "patience", "when": {"app": ["web"]}, "boost": -5}
SECTION: dict[str, Any] = {"name": "web", "scope": {"app": "web"}, "thresholds": {"porn": {"review": 400}}}
BODY: dict[str, Any] = {"rules": [MINORS, PATIENCE], "sections": [SECTION]}
EDIT = "/review/rules/1/edit/"


@pytest.fixture
def in_force(world: World) -> PolicyVersion:
    return store.put_in_force(BODY, by=world.dave)


def drafted(world: World, rules: Any = (MINORS | {"boost": 40}, PATIENCE)) -> draft.Draft:
    return draft.save(BODY | {"rules": list(rules)}, base=1, expected_version=0, by=world.dave)


def act(admin: Client, name: str, *args: Any, **sent: Any) -> str:
    """The text of the page after the act."""
    answer = admin.post(reverse(f"review:{name}", args=args), sent, follow=True)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def changes(page: str) -> list[str]:
    listed = re.search(r'(?s)<ul class="change-lines">(.*?)</ul>', page)
    found = re.findall(r"(?s)<li[^>]*>(.*?)</li>", listed[1] if listed else "")
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


def test_rules_are_saved_into_the_draft_and_its_sections_stay(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    sections = [SECTION | {"thresholds": {"porn": {"review": 300}}}]
    draft.save(BODY | {"sections": sections}, base=1, expected_version=0, by="somebody else")
    page = submit(admin, EDIT, "rules-form", {"act": "down-0"}).content.decode()
    answer = admin.post(EDIT, fields(page, "rules-form") | {"act": "save"}, follow=True)
    shown = html.unescape(answer.content.decode())
    assert "Saved in the draft." in shown
    assert len(changes(shown)) == 2
    assert changes(shown)[0].startswith(
        "↑ Stricter: In web , Sexually Explicit Content is reviewed from 300 (was 400)."
    )
    assert changes(shown)[1].startswith("↔ Rule 2 is rule 1 now: patience")
    found = draft.current().policy
    assert ([rule.name for rule in found.rules], found.sections[0].thresholds["porn"].review) == (
        ["patience", "minors first"], 300,
    )  # fmt: skip
    assert PolicyVersion.objects.count() == 1


def test_the_editor_shows_the_draft(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    assert fields(admin.get(EDIT).content.decode(), "rules-form")["rule-0-boost"] == ["40"]


def test_and_of_another_version_the_rules_alone(admin: Client, world: World, in_force: PolicyVersion) -> None:
    never_in_force({"rules": [PATIENCE], "sections": [SECTION | {"name": "elsewhere", "scope": {}}]})
    drafted(world)
    submit(admin, "/review/rules/2/edit/", "rules-form", {"rule-0-boost": "-6"})
    found = draft.current().policy
    assert ([rule.boost for rule in found.rules], [section.name for section in found.sections]) == ([-6], ["web"])


def test_what_a_colleague_changed_elsewhere_is_merged(admin: Client, world: World, in_force: PolicyVersion) -> None:
    form = fields(admin.get(EDIT).content.decode(), "rules-form")
    drafted(world)
    assert admin.post(EDIT, form | {"rule-1-boost": ["-7"]}).status_code == 302
    assert [rule.boost for rule in draft.current().policy.rules] == [40, -7]


def test_who_changed_the_same_rule_sees_both_and_decides(admin: Client, world: World, in_force: PolicyVersion) -> None:
    form = fields(admin.get(EDIT).content.decode(), "rules-form")
    drafted(world, [MINORS | {"boost": 40}, PATIENCE | {"boost": -9}])
    answer = admin.post(EDIT, form | {"rule-0-boost": ["50"]})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Somebody else has changed the draft meanwhile" in page
    assert len(changes(page)) == 2
    merged = fields(page, "rules-form")
    assert (merged["rule-0-boost"], merged["rule-1-boost"], merged["version"]) == (["50"], ["-9"], ["1"])
    assert [rule.boost for rule in draft.current().policy.rules] == [40, -9], "nothing was saved"
    assert admin.post(EDIT, merged).status_code == 302
    assert [rule.boost for rule in draft.current().policy.rules] == [50, -9]


def test_what_was_typed_stays_where_what_it_was_opened_on_is_not_kept_any_more(
    admin: Client, world: World, in_force: PolicyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "KEPT", 1)
    drafted(world)
    form = fields(admin.get(EDIT).content.decode(), "rules-form")
    for number in (1, 2):
        rules = [MINORS | {"boost": 40}, PATIENCE | {"boost": -9 - number}]
        draft.save(BODY | {"rules": rules}, base=1, expected_version=number, by="somebody else")
    answer = admin.post(EDIT, form | {"rule-0-boost": ["50"], "rule-0-name": ["mine"]})
    shown = fields(answer.content.decode(), "rules-form")
    assert (answer.status_code, shown["rule-0-boost"], shown["rule-0-name"]) == (409, ["50"], ["mine"])
    assert shown["version"] == ["3"]


def test_a_rule_that_a_merge_leaves_alone_is_as_it_was_typed(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    """Open, and with the tick that its label is new."""
    form = fields(submit(admin, EDIT, "rules-form", {"act": "open-0"}).content.decode(), "rules-form")
    drafted(world, [MINORS | {"boost": 40}, PATIENCE | {"boost": -9}])
    mine = {"rule-0-label": ["minor/quite_new"], "rule-0-new_label": ["on"], "rule-1-boost": ["-8"]}
    answer = admin.post(EDIT, form | mine | {"act": ["save"]})
    merged = fields(answer.content.decode(), "rules-form")
    assert (answer.status_code, merged["rule-0-new_label"], merged["open"]) == (409, ["on"], ["0"])
    assert admin.post(EDIT, merged | {"act": ["save"]}).status_code == 302


def test_a_policy_put_in_force_meanwhile_is_a_conflict_too(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    drafted(world)
    form = fields(admin.get(EDIT).content.decode(), "rules-form")
    store.put_in_force(BODY | {"rules": [MINORS, PATIENCE | {"boost": -9}]}, by=world.dave)
    answer = admin.post(EDIT, form | {"rule-0-boost": ["50"]})
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, "Policy 2 was put in force meanwhile" in page) == (409, True)
    merged = fields(page, "rules-form")
    assert (merged["rule-0-boost"], merged["rule-1-boost"], merged["base"]) == (["50"], ["-9"], ["2"])
    assert admin.post(EDIT, merged).status_code == 302
    assert (draft.current().base, draft.current().is_outdated) == (2, False)


def test_one_change_is_undone_from_the_page_that_shows_it(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world, [PATIENCE])
    page = admin.get("/review/draft/").content.decode()
    (change,) = re.findall(r'name="change" value="([^"]+)"', page)
    shown = act(admin, "draft_undo", change=change, version=1, next="/review/rules/")
    assert "Undone." in shown
    assert draft.current().is_empty
    assert "That change is not in the draft any more." in act(admin, "draft_undo", change=change, version=2)
    assert "Somebody else has changed the draft" in act(admin, "draft_undo", change=change, version=99)


def test_a_change_that_is_none_is_told_of(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    for change in ("rules", "rules/", "sections", "nothing"):
        assert "That change is not in the draft any more." in act(admin, "draft_undo", change=change, version=1)


def test_it_is_published_and_routes_what_comes_next(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    assert "Policy 2 is in force." in act(admin, "draft_publish", version=1, next="/review/rules/")
    accept(parse_submission(bodies.envelope(riskLabel1="minor", allLabels=[])), app=world.other_app, by=world.key)
    task, rule = ReviewTask.objects.get(), RuleRef(1, "minors first").of_policy(2)
    assert (task.queue, task.priority[0]["minutes"], (task.why or {})["rule"]) == (world.nudity, 40.0, rule)
    assert "Nothing is drafted." in act(admin, "draft_publish", version=2)


def test_what_was_not_on_the_page_is_not_published(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    draft.save(BODY | {"rules": []}, base=1, expected_version=1, by="somebody else")
    assert "Nothing was done: look again." in act(admin, "draft_publish", version=1)
    assert PolicyVersion.objects.count() == 1


def test_what_has_to_be_confirmed_is_told_and_published_by_its_number(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    stricter, milder = (BODY | {"sections": [SECTION | {"thresholds": {"porn": {"reject": n}}}]} for n in (800, 900))
    store.put_in_force(stricter, by=world.dave)
    draft.save(milder, base=2, expected_version=0, by=world.dave)
    asked = admin.post("/review/draft/publish", {"version": 1, "next": "/review/rules/"})
    page = html.unescape(asked.content.decode())
    assert asked.status_code == 409
    assert "In <b><bdi>web</bdi></b>, critical labels are rejected less:" in page
    assert inline_code(page) == []
    form = fields(page, "confirm-publish")
    wrong = admin.post("/review/draft/publish", form | {"confirm": "2"})
    assert (wrong.status_code, "That is not 3." in wrong.content.decode()) == (409, True)
    assert admin.post("/review/draft/publish", form | {"confirm": " 3 "})["Location"] == "/review/rules/"
    assert store.in_force()[1].number == 3


def test_an_outdated_draft_is_carried_over_first(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    store.put_in_force(BODY | {"rules": [MINORS]}, by=world.dave)
    page = act(admin, "draft_publish", version=1)
    assert "Policy 2 is in force by now." in page
    assert "Policy 2 was put in force since." in page
    assert "The draft changes policy 2 now." in act(admin, "draft_rebase")
    assert "Policy 3 is in force." in act(admin, "draft_publish", version=2)
    assert [rule.boost for rule in store.in_force()[1].rules] == [40]


def test_it_is_discarded(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    assert "Nothing is drafted." in act(admin, "draft_discard", version=1)
    assert draft.current().is_empty


@pytest.mark.parametrize("path", ["/review/draft/", "/review/thresholds/"])
def test_who_discards_second_discards_nothing_unseen(
    admin: Client, world: World, in_force: PolicyVersion, path: str
) -> None:
    drafted(world)
    page = admin.get(path).content.decode()
    (form,) = (one for one in re.findall("(?s)<form.*?</form>", page) if reverse("review:draft_discard") in one)
    (seen,) = re.findall('name="version" value="([^"]*)"', form)
    draft.save(BODY | {"rules": [MINORS]}, base=1, expected_version=1, by="somebody else")
    assert "Somebody else has changed the draft" in act(admin, "draft_discard", version=seen, next=path)
    assert "Somebody else has changed the draft" in act(admin, "draft_discard", next=path), "without a version"
    assert draft.current().version == 2
    assert "The draft is discarded." in act(admin, "draft_discard", version=2, next=path)


def test_an_earlier_policy_is_rolled_back_to_with_one_click(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    store.put_in_force({"rules": []}, by=world.dave)
    assert "Roll back to it" in admin.get("/review/rules/1/").content.decode()
    assert "Policy 1 is in force." in act(admin, "rules_roll_back", 1, next="/review/rules/")
    assert store.in_force()[0] == in_force


def test_one_that_never_was_in_force_is_taken_over_into_the_draft(
    admin: Client, world: World, in_force: PolicyVersion
) -> None:
    never_in_force({"rules": [PATIENCE]})
    page = admin.get("/review/rules/2/").content.decode()
    assert ("Take over into the draft" in page, "Roll back to it" in page) == (True, False)
    assert "This policy was never in force." in act(admin, "rules_roll_back", 2)
    assert "The draft is policy 2 now." in act(admin, "draft_take_over", 2)
    assert [rule.name for rule in draft.current().policy.rules] == ["patience"]
    assert "Something else is drafted." in act(admin, "draft_take_over", 2)


def test_a_queue_that_went_since_is_told(admin: Client, world: World, in_force: PolicyVersion) -> None:
    drafted(world)
    store.put_in_force({"rules": []}, by=world.dave)
    draft.rebase(by=world.dave)
    world.nudity.reasons.all().delete()
    world.nudity.delete()
    assert "There is no queue “nudity”." in act(admin, "draft_publish", version=2)
    assert "There is no queue “nudity”." in act(admin, "rules_roll_back", 1)
    assert "Something else is drafted." in act(admin, "draft_take_over", 1)
    act(admin, "draft_discard", version=2)
    assert "There is no queue “nudity”." in act(admin, "draft_take_over", 1)
    assert draft.current().is_empty
    assert store.in_force()[1].number == 2


@pytest.mark.parametrize("name", ["draft_undo", "draft_rebase", "draft_discard", "draft_publish"])
def test_acts_need_a_post_and_the_csrf_token(world: World, in_force: PolicyVersion, name: str) -> None:
    drafted(world)
    assert signed_in(world.dave).get(reverse(f"review:{name}")).status_code == 405
    assert signed_in(world.dave, enforce_csrf_checks=True).post(reverse(f"review:{name}")).status_code == 403
    assert draft.current().version == 1


@pytest.mark.parametrize("path", ["/review/draft/", "/review/rules/"])
def test_nothing_is_written_inline_and_nobody_is_led_elsewhere(
    admin: Client, world: World, in_force: PolicyVersion, path: str
) -> None:
    drafted(world)
    assert inline_code(admin.get(path).content.decode()) == []
    answer = admin.post("/review/draft/rebase", {"next": "https://elsewhere.test/"})
    assert answer["Location"] == "/review/draft/"


def test_two_versions_are_compared_with_their_sections(admin: Client, world: World, in_force: PolicyVersion) -> None:
    store.put_in_force({"rules": [MINORS]}, by=world.dave)
    shown = changes(html.unescape(admin.get("/review/rules/1/").content.decode()))
    assert [one.split()[1] for one in shown] == ["New", "In", "New"]
    assert "reviewed from 400" in shown[1]
