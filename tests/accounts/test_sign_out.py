"""Whatever ends a person's sessions ends all of them, forgets them, and gives back what they have leased."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client

from accounts import people, second_factor
from accounts.models import User
from review.models import ReviewTask
from tests.accounts.auth.test_guesses import sign_in
from tests.accounts.test_people import is_out
from tests.factories import tasks
from tests.stage import lease
from tests.world import PASSWORD, World

NEW = "eleven quiet rivers northward"


def another_role(user: User, by: User) -> None:
    people.change(user, by=by, name=user.name, role="lead", is_active=True)


def deactivated(user: User, by: User) -> None:
    people.change(user, by=by, name=user.name, role=user.role, is_active=False)


def new_password(user: User, by: User) -> None:
    people.set_password(user, NEW, by=by)


def signed_out(user: User, by: User) -> None:
    people.end_sessions(user, by=by)


def no_second_factor(user: User, by: User) -> None:
    second_factor.reset(user, by=by)


def password_at_the_command_line(user: User, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda **_: NEW)
    call_command("changepassword", user.email)


def working(world: World) -> Client:
    """Alice's browser, with two leased tasks."""
    for _ in range(2):
        tasks.waiting(world.nudity, app=world.web)
    stage = Client()
    sign_in(stage)
    assert len(lease(stage, queues=["nudity"])["tasks"]) == 2
    return stage


ENDS = (another_role, deactivated, new_password, signed_out, no_second_factor)


@pytest.mark.parametrize("end", ENDS)
def test_by_an_administrator(world: World, end: Callable[[User, User], None]) -> None:
    _ends(world, partial(end, world.alice, world.dave))


def test_by_the_command_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _ends(world, partial(password_at_the_command_line, world.alice, world.dave, monkeypatch))


def _ends(world: World, end: Callable[[], None]) -> None:
    stage = working(world)
    epoch = User.objects.get(pk=world.alice.pk).session_epoch
    end()
    assert is_out(stage)
    assert User.objects.get(pk=world.alice.pk).session_epoch == epoch + 1
    assert not UserSession.objects.filter(user=world.alice).exists()
    assert not ReviewTask.objects.filter(leased_by=world.alice).exists()


def test_ones_own_new_password_keeps_this_browser_and_its_leases(world: World) -> None:
    stage, elsewhere = working(world), Client()
    sign_in(elsewhere)
    stage.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert not is_out(stage)
    assert is_out(elsewhere)
    assert UserSession.objects.get().session_key == stage.session.session_key
    assert ReviewTask.objects.filter(leased_by=world.alice).count() == 2


def test_an_administrator_who_gives_up_the_role_gives_back_what_they_leased(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    people.change(world.carol, by=world.dave, name="Carol", role="administrator", is_active=True)
    carol = Client()
    carol.force_login(world.carol)
    assert lease(carol, queues=["nudity"])["tasks"]
    people.change(world.carol, by=world.carol, name="Carol", role="auditor", is_active=True)
    assert not ReviewTask.objects.filter(leased_by=world.carol).exists()
