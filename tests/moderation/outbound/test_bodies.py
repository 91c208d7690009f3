"""No answer costs the worker more than the limits say, whatever it claims about itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.outbound.limits import PICTURE
from tests.moderation.outbound.bodies import BODIES, MIB, cost_of

SHORTER = replace(
    PICTURE, first_byte_seconds=1, total_seconds=4
)  # the real ones are held by benchmarks/more/test_pictures.py
MOST_BYTES = 2 * PICTURE.max_bytes + 8 * MIB  # a body that is complete is copied once


@pytest.mark.parametrize("name", BODIES)
def test_an_answer_costs_no_more_than_its_limits(name: str) -> None:
    cost = cost_of(name, SHORTER)
    assert str(cost.ended) in str(BODIES[name][1]).split(" or ")
    assert cost.grown_bytes <= MOST_BYTES
    assert cost.seconds <= SHORTER.total_seconds + 30  # most of them would go on for ever
