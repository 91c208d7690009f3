"""A form on a page of our own: what was typed is kept, what a colleague changed is shown, and nothing is undone."""

from __future__ import annotations

from functools import partial

import pytest
from django import forms
from django.http import Http404, QueryDict
from django.test import RequestFactory

from accounts import people
from accounts.models import User
from accounts.versions import page_forms
from review.models import Team
from review.queues import teams
from review.views.manage.teams import TeamForm
from tests.world import World


class PersonForm(forms.Form):
    name = forms.CharField()
    role = forms.CharField()
    is_active = forms.BooleanField(required=False)


def form(sent: QueryDict | None, user: User) -> PersonForm:
    return PersonForm(sent, initial={"name": user.name, "role": user.role, "is_active": user.is_active})


def save(user: User, sent: PersonForm, expected_version: str, *, by: User) -> None:
    people.change(user, **sent.cleaned_data, by=by, expected_version=expected_version)


def send(world: World, user: User, version: str, **typed: str) -> page_forms.PageForm[PersonForm]:
    request = RequestFactory().post("/", {"version": version} | typed)
    return page_forms.send(request, people.EDITED, user, form=form, save=partial(save, user, by=world.dave))


def test_a_form_on_the_present_version_is_saved(world: World) -> None:
    opened = page_forms.open_on(people.EDITED, world.alice, form=form)
    page = send(world, world.alice, opened.version, name="Alicia", role="moderator", is_active="on")
    assert (page.is_saved, User.objects.get(pk=world.alice.pk).name) == (True, "Alicia")


def test_a_stale_form_keeps_what_was_typed_and_shows_what_was_changed(world: World) -> None:
    opened = page_forms.open_on(people.EDITED, world.alice, form=form)
    people.change(User.objects.get(pk=world.alice.pk), by=world.carol.email, name="Ally", role="lead", is_active=True)
    page = send(world, world.alice, opened.version, name="Alicia", role="moderator", is_active="on")
    assert (page.is_saved, page.status) == (False, 409)
    assert (page.form["name"].value(), page.form["role"].value()) == ("Alicia", "lead")
    assert any("Alice" in sentence and "Ally" in sentence for sentence in page.conflict)
    assert User.objects.get(pk=world.alice.pk).name == "Ally"

    again = send(world, User.objects.get(pk=world.alice.pk), page.version, name="Alicia", role="lead", is_active="on")
    assert again.is_saved
    assert User.objects.get(pk=world.alice.pk).role == "lead"


def test_a_thing_that_is_deleted_meanwhile_is_not_found(world: World) -> None:
    team = teams.create("Night", people=[world.bob], queues=[], by="tests")
    request = RequestFactory().post("/", {"version": teams.EDITED.version(team), "name": "Late"})
    Team.objects.all().delete()
    with pytest.raises(Http404):
        page_forms.send(request, teams.EDITED, team, form=TeamForm, save=lambda form, version: None)


@pytest.mark.parametrize("version", ["", "made up"])
def test_a_form_without_a_version_saves_nothing(world: World, version: str) -> None:
    page = send(world, world.alice, version, name="Alicia", role="moderator", is_active="on")
    assert (page.status, page.form["name"].value()) == (422, "Alicia")
    assert "Reload" in str(page.form.non_field_errors())
    assert User.objects.get(pk=world.alice.pk).name == "Alice"


def test_a_refusal_of_the_verb_stands_above_the_fields(world: World) -> None:
    opened = page_forms.open_on(people.EDITED, world.dave, form=form)
    page = send(world, world.dave, opened.version, name="Dave", role="moderator", is_active="on")
    assert (page.status, page.is_saved) == (422, False)
    assert "last active administrator" in str(page.form.non_field_errors())
