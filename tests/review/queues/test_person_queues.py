"""The queues of one person, changed with the person."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.roles import Role
from review.queues import person_queues
from tests.races.crowd import held_up
from tests.world import build, person


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_edit_each_other_wait_and_do_not_fail() -> None:
    world, zoe = build(), person("zoe", Role.ADMINISTRATOR)
    edit = partial(person_queues.change_person, queues=(), role=Role.ADMINISTRATOR, is_active=True)
    for n in range(5):
        name = f"Round {n}"
        works = [partial(edit, world.dave, by=zoe, name=name), partial(edit, zoe, by=world.dave, name=name)]
        assert held_up(partial(type(zoe).objects.select_for_update().get, pk=world.dave.pk), *works) == [None, None]
