"""Whatever a label is called, it is stored as it was."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.intake.accept import accept
from moderation.models import LabelScore
from moderation.policy.stored_facts import path_of
from tests.factories import bodies
from tests.moderation.stored_facts import stored
from tests.world import World

NAMES = ['"quoted"', "back\\slash", "{a,b}", "NULL", "", "a/b", "~1", "色情", "Female Nudity", "comma, space ", "'"]


@pytest.mark.parametrize("name", NAMES)
def test_a_label_of_any_name(world: World, name: str) -> None:
    label: dict[str, Any] = {"riskLabel1": name, "riskLabel2": name, "riskLabel3": name.upper(), "probability": 0.12345}
    result: dict[str, Any] = {"allLabels": [label, {"riskLabel1": "porn"}], "riskLabel1": name}
    case = accept(parse_submission(bodies.envelope(**result)), app=world.web, by=world.key).case
    assert stored.check_all() == 1
    first, second = LabelScore.objects.filter(case=case).order_by("place")
    assert (first.score, first.probability, second.score, second.probability) == (123, 0.12345, None, None)
    sent = LabelPath(name.casefold(), name, name.upper())
    assert path_of(first.label if first.spelt is None else first.spelt) == sent
