"""Two people with one form open: for every form that edits a thing, whoever saves second undoes nothing.

The forms are found by opening every page of the table of access: a form that edits a thing carries its version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.flow.objects_of_pages import Kind, made
from tests.flow.test_access_matrix import TABLE
from tests.pages import fields
from tests.processes import ROOT
from tests.stage import signed_in
from tests.world import World

VERSIONS = ("version", "instead_of")  # of values, and of a text
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
EDITS = {  # and the field that both change
    "review:guideline_edit": "text",
    "review:manage_queue": "name",
    "review:manage_team": "name",
    "review:manage_person": "name",
    "review:manage_app": "name",
    "review:manage_key": "name",
    "review:manage_address": "name",
    "review:manage_endpoint_edit": "name",
    "review:label": "name_en",
    "review:own_label": "risk_label1",
    "review:word_list": "name",
}
TRIED_APART = {  # who saves second is merged, sees more than one field, or has counted before
    "review:manage_app_engines": "tests/review/views/manage/test_engines.py",
    "review:manage_retention_rule": "tests/review/views/manage/test_retention.py",
    "review:replay": "tests/review/views/policy/test_replays.py",
    "review:rules_edit": "tests/review/views/policy/test_draft.py",
}
QUERIES = {"review:label": "?edit=1"}  # which opens it in its row
HTMX = {"HX-Request": "true"}
SAVE = {"act": ["save"]}  # where a form has other buttons too


@dataclass(frozen=True)
class Opened:
    """A form as it stands in a browser."""

    action: str
    values: dict[str, list[str]]


def forms_with_version(html: str, path: str) -> list[Opened]:
    found = []
    for form in FORM.findall(html):
        if any(f'name="{name}"' in form for name in VERSIONS):
            head = form[: form.index(">")]
            action = re.search(r'action="([^"]*)"', head)
            named = form if " id=" in head else form.replace("<form", '<form id="of-the-page"', 1)
            form_id = re.search(r'\bid="([^"]+)"', named)
            assert form_id
            found.append(Opened((action[1] if action else "") or path, fields(named, form_id[1])))
    return found


def opened(client: Client, name: str, kind: Kind) -> list[Opened]:
    path = reverse(name, kwargs=kind.own)
    answer = client.get(path + QUERIES.get(name, ""), headers=HTMX if name in QUERIES else {}, follow=True)
    return forms_with_version(answer.content.decode(), path) if "html" in answer.get("Content-Type", "") else []


@pytest.fixture
def kinds(world: World) -> dict[str, Kind]:
    return made(world)


def test_every_page_whose_form_has_a_version_is_tried(world: World, kinds: dict[str, Kind]) -> None:
    client = signed_in(world.dave)
    found = {
        name for name, row in TABLE.items() if "dave" in row.get and row.of and opened(client, name, kinds[row.of])
    }
    assert found == {*EDITS, *TRIED_APART}
    assert all(Path(ROOT, name).exists() for name in TRIED_APART.values())


@pytest.mark.parametrize("name", EDITS)
def test_who_saves_second_undoes_nothing(world: World, kinds: dict[str, Kind], name: str) -> None:
    kind, changed = kinds[TABLE[name].of], EDITS[name]
    dave, other = signed_in(world.dave), signed_in(world.dave)
    (form, *_) = [one for one in opened(dave, name, kind) if changed in one.values]
    first = dave.post(form.action, form.values | SAVE | {changed: ["Typed by the first"]})
    assert first.status_code < 400, first.content
    second = other.post(form.action, form.values | SAVE | {changed: ["Typed by the second"]})
    assert second.status_code == 409
    told = second.content.decode()
    assert "Typed by the first" in told
    assert "Typed by the second" in told
    (present, *_) = [one for one in opened(dave, name, kind) if changed in one.values]
    assert present.values[changed] == ["Typed by the first"]


@pytest.mark.parametrize("name", EDITS)
def test_a_form_without_its_version_saves_nothing(world: World, kinds: dict[str, Kind], name: str) -> None:
    kind, changed = kinds[TABLE[name].of], EDITS[name]
    dave = signed_in(world.dave)
    (form, *_) = [one for one in opened(dave, name, kind) if changed in one.values]
    without: dict[str, Any] = {key: value for key, value in form.values.items() if key not in VERSIONS}
    assert dave.post(form.action, without | SAVE | {changed: ["Typed blindly"]}).status_code in (409, 422)
    (present, *_) = [one for one in opened(dave, name, kind) if changed in one.values]
    assert present.values[changed] == form.values[changed]
