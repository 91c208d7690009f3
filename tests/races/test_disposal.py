"""Administrators who change a mapping while another imports one."""

from __future__ import annotations

import io
from functools import partial

from moderation.disposal import changes, exchange, in_force
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from tests.races.conftest import Floor
from tests.races.crowd import at_once
from tests.world import World

LABELS, ROUNDS = 12, 6


def load(world: World, name: str) -> None:
    text = "label,riskLabel1\n" + "".join(f"porn/{n},{name}\n" for n in reversed(range(LABELS)))
    content = text.encode()
    exchange.import_csv(world.web, io.BytesIO(content), size=len(content), replace=True, by=world.dave)


def test_changes_and_imports_never_deadlock_and_each_counts_whole(floor: Floor) -> None:
    world = floor.world
    load(world, "first")
    rows = list(OwnLabel.objects.order_by("pk"))
    for number in range(ROUNDS):
        one = [partial(changes.change, row, own=Own(f"changed {number}"), by=world.dave) for row in rows[::3]]
        imports = [partial(load, world, f"import {number} {n}") for n in range(3)]
        assert at_once([*one, *imports]) == [None] * (len(one) + len(imports))
        stored = {row.key: in_force.own_of(row) for row in OwnLabel.objects.all()}
        assert in_force.of_app(world.web.pk) == stored
        assert len(stored) == LABELS
