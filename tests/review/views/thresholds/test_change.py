"""Changing a threshold, a flag, a scope on the page of the thresholds: each change is saved in the shared draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from moderation.policy import Scope, Threshold
from moderation.policy.inheritance import section_of
from moderation.policy_versions import draft
from tests.review.views.thresholds.conftest import KEY
from tests.stage import signed_in
from tests.world import World

PAGE, CHANGE = "/review/thresholds/", "/review/thresholds/change"
LIVE = Scope(app="web", event="live")
HERE = {"label": KEY, "app": "web", "event": "live"}


def send(browser: Client, *, htmx: bool = False, at: int | None = None, **fields: Any) -> Any:
    """As a form does that was opened now, or on an older version of the draft."""
    now = draft.current()
    opened = {"version": str(now.version if at is None else at), "base": str(now.base)}
    headers = {"HX-Request": "true", "HX-Target": "main"} if htmx else {}
    return browser.post(CHANGE, HERE | opened | fields.pop("sent", {}) | fields, headers=headers)


def own(key: str = KEY, scope: Scope = LIVE) -> Threshold | None:
    section = section_of(draft.current().policy, scope)
    return section.thresholds.get(key) if section else None


@pytest.mark.parametrize(
    ("way", "threshold"),
    [("allow", Threshold()), ("review", Threshold(0)), ("block", Threshold(None, 0)), ("inherit", None)],
)
def test_one_press_says_what_a_label_counts_as(
    admin: Client, policy: Any, way: str, threshold: Threshold | None
) -> None:
    answer = send(admin, act="threshold", way=way, review="", reject="800")
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?label=ban%2Fweapon%2Fknife&app=web&event=live"
    assert own() == threshold


@pytest.mark.parametrize("scope", [{"level": "1,many"}, {"lang": "klingon"}, {"app": "web", "event": "x" * 500}])
def test_a_scope_that_cannot_be_read_is_refused_with_words(admin: Client, policy: Any, scope: dict[str, str]) -> None:
    """Left out, another scope would be changed: that of everything."""
    for act in ("threshold", "flag", "move-scope", "remove-scope"):
        answer = send(admin, sent=scope, act=act, way="block", flag="otherwise", value="PASS")
        assert (answer.status_code, "a scope that cannot be read" in answer.content.decode()) == (422, True), act
    assert draft.current().is_empty
    shown = admin.get(PAGE, {"label": KEY} | scope)
    assert (shown.status_code, "a scope that cannot be read" in shown.content.decode()) == (422, True)
    assert 'name="way"' not in shown.content.decode()


def test_what_is_published_is_what_the_page_showed(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="block")
    shown = {"version": "1", "base": "1"}
    send(admin, act="threshold", way="allow")
    answer = admin.post("/review/thresholds/publish", HERE | shown)
    assert answer.status_code == 409
    assert "Nothing was published" in answer.content.decode()
    assert "Nothing was saved" not in answer.content.decode()


def test_by_score_takes_the_numbers_as_typed(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="score", review="480", reject="")
    assert own() == Threshold(480)


def test_by_score_after_another_way_begins_with_what_is_inherited(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="block")
    send(admin, act="threshold", way="score", review="", reject="0")
    assert own() == Threshold(350, 900)


def test_by_score_begins_with_usual_numbers_where_nothing_is_inherited(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="allow", label="porn")
    send(admin, act="threshold", way="score", label="porn", review="", reject="")
    assert own("porn") == Threshold(500, 900)


@pytest.mark.parametrize(("review", "reject"), [("1001", "1002"), ("900", "100"), ("many", ""), ("9" * 20, "")])
def test_what_is_no_threshold_is_refused_and_kept_as_typed(
    admin: Client, policy: Any, review: str, reject: str
) -> None:
    answer = send(admin, act="threshold", way="score", review=review, reject=reject)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="errorlist"' in html
    assert f'value="{review[:12]}"' in html
    assert draft.current().is_empty
    assert send(admin, htmx=True, act="threshold", way="score", review=review, reject=reject).status_code == 200


def test_a_label_that_nobody_has_seen_can_have_a_threshold(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="block", label="own/thing")
    assert own("own/thing") == Threshold(None, 0)
    html = admin.get(f"{PAGE}?label=own/thing&app=web&event=live").content.decode()
    assert "not in the catalogue" in html


def test_the_first_threshold_makes_a_scope(admin: Client, policy: Any) -> None:
    send(admin, act="threshold", way="review", app="app", event="message", lang="zh", level="0,1")
    scope = Scope(app="app", event="message", lang="zh", level=(0, 1))
    assert own(scope=scope) == Threshold(0)


def test_flags_are_set_for_the_scope(admin: Client, policy: Any) -> None:
    for flag, value in (("afterReject", "final"), ("otherwise", "REVIEW"), ("intermediate", "person")):
        assert send(admin, act="flag", flag=flag, value=value).status_code == 302
    section = section_of(draft.current().policy, LIVE)
    assert section is not None
    assert (section.after_reject, section.otherwise, section.intermediate) == ("final", "REVIEW", "person")
    assert send(admin, act="flag", flag="afterReject", value="never").status_code == 404


def test_a_scope_is_moved_and_removed(admin: Client, policy: Any) -> None:
    moved = send(admin, act="move-scope", sent={"to-app": "web", "to-event": "live", "to-lang": "zh"})
    assert moved["Location"].endswith("app=web&event=live&lang=zh")
    zh = Scope(app="web", event="live", lang="zh")
    assert own(scope=zh) == Threshold(None, 800)
    send(admin, act="remove-scope", lang="zh")
    assert section_of(draft.current().policy, zh) is None


def test_a_scope_as_specific_as_another_is_refused(admin: Client, policy: Any) -> None:
    answer = send(admin, act="move-scope", sent={"to-app": "", "to-event": ""})
    assert answer.status_code == 422
    assert "Is as specific as section" in answer.content.decode()
    assert draft.current().is_empty


def test_every_change_is_in_the_audit(admin: Client, policy: Any, world: World) -> None:
    send(admin, act="threshold", way="allow")
    event = AuditEvent.objects.get(action=AuditAction.POLICY_DRAFT_SAVED)
    assert event.by == world.dave


def test_two_people_who_change_different_labels_both_have_their_way(admin: Client, policy: Any) -> None:
    before = draft.current().version
    send(admin, act="threshold", way="allow", at=before)
    send(admin, act="threshold", way="block", label="porn", at=before)
    assert (own(), own("porn")) == (Threshold(), Threshold(None, 0))


def test_two_people_who_change_the_same_are_shown_both(admin: Client, policy: Any) -> None:
    before = draft.current().version
    send(admin, act="threshold", way="allow", at=before)
    send(admin, act="threshold", way="block", label="porn")
    answer = send(admin, act="threshold", way="score", review="123", reject="456", at=before)
    html = answer.content.decode()
    assert "Sexually Explicit" not in html.partition("Yours, not saved")[2].partition("</div>")[0]
    assert answer.status_code == 409
    assert "Somebody else has changed the same meanwhile" in html
    assert 'value="123"' in html
    assert own() == Threshold()
    assert send(admin, act="threshold", way="score", review="123", reject="456").status_code == 302  # "Use mine"
    assert own() == Threshold(123, 456)


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "no such act"},
        {"act": "threshold", "way": "no such way"},
        {"act": "threshold", "way": "allow", "label": ""},
        {"act": "threshold", "way": "allow", "version": "x"},
        {"act": "threshold", "way": "allow", "base": "9" * 30},
    ],
)
def test_what_no_page_sends_is_not_found(admin: Client, policy: Any, fields: dict[str, str]) -> None:
    assert send(admin, sent=fields).status_code == 404
    assert draft.current().is_empty


@pytest.mark.parametrize("person", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_see_and_change(world: World, policy: Any, person: str) -> None:
    browser = signed_in(getattr(world, person))
    assert browser.get(PAGE).status_code == 403
    assert send(browser, act="threshold", way="allow").status_code == 403
    assert browser.post("/review/thresholds/publish", {"version": "0", "base": "0"}).status_code == 403
    assert draft.current().is_empty
