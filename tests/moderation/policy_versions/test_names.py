"""Rules name labels and apps that are there, or labels that are said to be new."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from moderation import labels
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft, store
from tests.factories.labels import seeded
from tests.pages import fields, submit
from tests.world import World


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    """An earlier test of this process may have emptied it."""
    seeded()


def save(body: Any, *, by: Any, **how: Any) -> None:
    found = draft.current()
    draft.save(body, base=found.base, expected_version=found.version, by=by, **how)


def rule(**when: Any) -> dict[str, Any]:
    return {"when": when, "queue": "nudity"}


def refused(world: World, *rules: dict[str, Any], **how: Any) -> dict[str, str]:
    with pytest.raises(PolicyRefused) as refusal:
        save({"rules": list(rules)}, by=world.dave, **how)
    return {one.pointer: one.detail for one in refusal.value.mistakes}


def test_a_label_that_nobody_knows_is_refused_where_it_stands(world: World) -> None:
    told = refused(world, rule(label=["porn", "violence/gorre"]), rule(label=["*/femal_nudity"]))
    assert set(told) == {"/rules/0/when/label/1", "/rules/1/when/label/0"}
    assert "Did you mean “violence/graphic_gore_scenes”?" in told["/rules/0/when/label/1"]
    assert draft.current().is_empty


def test_an_app_that_is_not_registered_is_refused_together_with_other_mistakes(world: World) -> None:
    told = refused(world, rule(app=["web", "webb"], faces={"atLeast": "x"}), {"queue": "nowhere"})
    assert set(told) == {"/rules/0/when/app/1", "/rules/0/when/faces/atLeast", "/rules/1/queue"}


def test_so_is_one_of_a_sections_scope(world: World) -> None:
    sections = [{"name": name, "scope": {"app": name}} for name in ("web", "webb")] + [{"name": "x", "scope": 7}]
    with pytest.raises(PolicyRefused) as refusal:
        save({"sections": sections}, by=world.dave)
    assert {one.pointer for one in refusal.value.mistakes} == {"/sections/1/scope/app", "/sections/2/scope"}


def test_a_new_label_is_registered(world: World) -> None:
    body = {"rules": [rule(label=["fraud/phishing", "*/new_scam"])]}
    save(body, by=world.dave, new_labels=[0])
    assert labels.unknown_patterns(["fraud/phishing", "*/new_scam"]) == ["*/new_scam"]
    assert refused(world, rule(label=["other"]), rule(label=["fraud/phishing"]), new_labels=[1])


def test_what_is_in_force_already_may_stay(world: World) -> None:
    store.put_in_force({"rules": [rule(label=["porn/acts", "*/child"])]}, by=world.dave)
    save({"rules": [rule(label=["*/child"]), rule(label=["porn"])]}, by=world.dave)
    assert refused(world, rule(label=["*/childd"]))


def test_the_editor_says_so_and_takes_the_tick(admin: Client, world: World) -> None:
    typed = {"act": "add"}
    form = fields(submit(admin, "/review/rules/0/edit/", "rules-form", typed).content.decode(), "rules-form")
    form |= {"rule-0-label": ["violence/gorre"], "rule-0-queue": ["nudity"]}
    assert "rule-0-new_label" not in form
    answer = admin.post("/review/rules/0/edit/", form)
    assert answer.status_code == 422
    shown = html.unescape(answer.content.decode())
    assert "No label is called “violence/gorre”. Did you mean “violence/graphic_gore_scenes”?" in shown
    assert 'name="rule-0-new_label"' in shown
    saved = admin.post("/review/rules/0/edit/", form | {"rule-0-new_label": "on"})
    assert saved.status_code == 302
    assert draft.current().body["rules"][0]["when"] == {"label": ["violence/gorre"]}
    assert labels.unknown_patterns(["violence/gorre"]) == []


def test_the_tick_survives_moving_and_folding(admin: Client, world: World) -> None:
    form = fields(submit(admin, "/review/rules/0/edit/", "rules-form", {"act": "add"}).content.decode(), "rules-form")
    form |= {"rule-0-label": ["violence/gorre"], "rule-0-queue": ["nudity"], "rule-0-new_label": ["on"]}
    folded = admin.post("/review/rules/0/edit/", form | {"act": "close-0"}).content.decode()
    assert fields(folded, "rules-form")["rule-0-new_label"] == ["True"]
    assert admin.post("/review/rules/0/edit/", fields(folded, "rules-form")).status_code == 302
