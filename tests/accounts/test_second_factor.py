"""Who needs a second factor, and what happens to one that is lost."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from accounts import people, second_factor
from accounts.models import AuditEvent, SecondFactorRule, User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from accounts.versions import Conflict
from tests.accounts.test_people import is_out, signed_in
from tests.races.crowd import held_up
from tests.world import World, build, person


def today(days: int = 0) -> date:
    return timezone.now().date() + timedelta(days=days)


def with_app(user: User) -> str:
    """The secret of a new app with codes."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    second_factor.recount(user)
    return secret


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_rule_counts_from_its_day_for_everybody_with_the_role(world: World) -> None:
    second_factor.require({"moderator": today(), "lead": today(1)}, by=world.dave)
    assert fresh(world.alice).lacks_second_factor
    assert not fresh(world.carol).lacks_second_factor  # due tomorrow
    assert not fresh(world.erin).lacks_second_factor
    assert person("zoe").lacks_second_factor  # new people too
    with_app(world.alice)
    assert not fresh(world.alice).lacks_second_factor


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_is_set_at_the_moment_counts_for_whoever_joins() -> None:
    dave = build().dave
    add = partial(people.add, email="zoe@example.test", name="Zoe", role="moderator", password=None, by=dave)
    (zoe,) = held_up(partial(second_factor.require, {"moderator": today()}, by=dave), add)
    assert zoe.lacks_second_factor


def test_another_role_is_under_its_own_rule(world: World) -> None:
    second_factor.require({"lead": today()}, by=world.dave)
    people.change(world.alice, by=world.dave, name="Alice", role=Role.LEAD, is_active=True)
    assert fresh(world.alice).lacks_second_factor
    people.change(world.alice, by=world.dave, name="Alice", role=Role.MODERATOR, is_active=True)
    assert not fresh(world.alice).lacks_second_factor


def test_a_rule_is_taken_back(world: World) -> None:
    second_factor.require({"moderator": today()}, by=world.dave)
    second_factor.require({"moderator": None}, by=world.dave)
    assert not fresh(world.alice).lacks_second_factor
    told = AuditEvent.objects.filter(action="second-factor.required").last()
    assert told is not None
    assert told.details == {"before": {"moderator": today().isoformat()}, "after": {}}


def test_a_stale_page_does_not_undo_a_rule(world: World) -> None:
    opened = second_factor.EDITED.version(SecondFactorRule())
    second_factor.require({"lead": today()}, by=world.dave)
    with pytest.raises(Conflict):
        second_factor.require({"moderator": today()}, by=world.dave, expected_version=opened)
    assert second_factor.rules() == {"lead": today()}


def test_a_reset_removes_every_factor_and_ends_the_sessions(world: World) -> None:
    with_app(world.alice)
    stage = signed_in(world.alice)
    second_factor.reset(world.alice, by=world.dave)
    assert is_out(stage)
    assert not Authenticator.objects.filter(user=world.alice).exists()
    assert not fresh(world.alice).has_second_factor
    assert fresh(world.alice).lacks_second_factor  # the next sign-in leads to a new one
    event = AuditEvent.objects.get(action="user.second-factor-reset")
    assert (event.by, event.details) == (world.dave, {"kinds": ["totp"]})


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_reset_and_require(world: World, name: str) -> None:
    by = getattr(world, name)
    with pytest.raises(NotAllowed):
        second_factor.reset(world.bob, by=by)
    with pytest.raises(NotAllowed):
        second_factor.require({"moderator": None}, by=by)


def test_secrets_are_sealed(world: World) -> None:
    secret = with_app(world.alice)
    assert secret not in str(Authenticator.objects.get().data)
