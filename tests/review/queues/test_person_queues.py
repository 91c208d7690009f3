"""The queues of one person, changed with the person."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import pytest

from accounts import people
from accounts.models import AuditEvent, User
from accounts.roles import Role
from accounts.versions import Conflict
from review.queues import person_queues
from tests.races.crowd import held_up
from tests.world import World, build, person


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_edit_each_other_wait_and_do_not_fail() -> None:
    world, zoe = build(), person("zoe", Role.ADMINISTRATOR)
    edit = partial(person_queues.change_person, queues=(), role=Role.ADMINISTRATOR, is_active=True)
    for n in range(5):
        name = f"Round {n}"
        works = [partial(edit, world.dave, by=zoe, name=name), partial(edit, zoe, by=world.dave, name=name)]
        assert held_up(partial(type(zoe).objects.select_for_update().get, pk=world.dave.pk), *works) == [None, None]


def rename(user: User, name: str, *, by: User, queues: Collection[int], version: str) -> None:
    person_queues.change_person(
        user, by=by, queues=queues, name=name, role=user.role, is_active=True, expected_version=version
    )


def test_the_version_that_is_expected_is_changed(world: World) -> None:
    version = person_queues.EDITED.version(world.alice)
    rename(world.alice, "Alicia", by=world.dave, queues=[world.nudity.pk], version=version)
    found = User.objects.get(pk=world.alice.pk)
    assert (found.name, [queue.slug for queue in found.queues.all()]) == ("Alicia", ["nudity"])


def test_a_person_whom_somebody_else_changed_is_not_changed(world: World) -> None:
    version = person_queues.EDITED.version(world.alice)
    people.change(world.alice, by=person("zoe", Role.ADMINISTRATOR), name="Ally", role=Role.MODERATOR, is_active=True)
    _is_refused(world, version, telling="name: Alice → Ally")
    assert User.objects.get(pk=world.alice.pk).name == "Ally"


def test_a_person_whose_queues_somebody_else_changed_is_not_changed(world: World) -> None:
    version = person_queues.EDITED.version(world.alice)
    person_queues.take_out_of(world.nudity, [world.alice], by=person("zoe", Role.ADMINISTRATOR))
    _is_refused(world, version, telling="Nudity")
    assert User.objects.get(pk=world.alice.pk).name == "Alice"


def _is_refused(world: World, version: str, *, telling: str) -> None:
    """The verb itself compares, under the lock: a page that looked before it may have looked too early."""
    before = list(world.alice.memberships.values()), AuditEvent.objects.count()
    with pytest.raises(Conflict, match=telling):
        rename(world.alice, "Alicia", by=world.dave, queues=[world.nudity.pk], version=version)
    assert (list(world.alice.memberships.values()), AuditEvent.objects.count()) == before
