"""The planted bugs can still be planted; and `MODEL_PLANTED=1` shows, in some minutes, that the suite's run of the
model finds each.
"""

from __future__ import annotations

import os
import traceback
from importlib import import_module

import pytest

from tests.model.machine import Machine
from tests.model.planted import BUGS, Bug, planted
from tests.model.run import run_model

NAMED = [pytest.param(bug, id=bug.name) for bug in BUGS]


@pytest.mark.parametrize("bug", NAMED)
def test_what_a_bug_changes_is_still_there_and_put_back_after(bug: Bug) -> None:
    before = {name: dict(vars(import_module(name))) for name in bug.patches}
    with planted(bug):
        assert all(vars(import_module(name)) != vars_before for name, vars_before in before.items())
    assert {name: dict(vars(import_module(name))) for name in bug.patches} == before


@pytest.mark.skipif("MODEL_PLANTED" not in os.environ, reason="takes minutes: MODEL_PLANTED=1 plants the bugs")
@pytest.mark.parametrize("bug", NAMED)
def test_the_model_finds_it(machine: type[Machine], bug: Bug) -> None:
    with planted(bug):
        failed = _what_fails(machine)
    assert set(failed) & set(bug.caught_by), failed


def _what_fails(machine: type[Machine]) -> list[str]:
    """The functions of the model in which the run ended, outermost first; none when it found nothing."""
    try:
        run_model(machine, shrinks=False)
    except Exception as found:
        frames = traceback.extract_tb(found.__traceback__)
        return [frame.name for frame in frames if "tests/model" in frame.filename]
    return []
