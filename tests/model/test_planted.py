"""The planted bugs can still be planted; and `MODEL_PLANTED=1` shows, in some minutes, that the model finds each: by
the suite's run, or by a LONG one.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.model.machine import Machine
from tests.model.planted import BUGS, Bug, planted
from tests.model.run import run_model

LONG = {"examples": 300, "steps": 60}
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
        failed = _what_fails(machine, **(LONG if bug.is_rare else {}))
    assert set(failed) & set(bug.caught_by), failed


def _what_fails(machine: type[Machine], **run: int) -> list[str]:
    """The functions of the model in which the run ended, outermost first; none when it found nothing."""
    try:
        run_model(machine, shrinks=False, **run)
    except Exception as found:
        return [
            frame.name for one in _all(found) for frame in traceback.extract_tb(one.__traceback__) if _is_ours(frame)
        ]
    return []


def _all(found: BaseException) -> Iterator[BaseException]:
    """With those that it stands for: Hypothesis gathers some, and says of others that they were not the same again."""
    yield found
    for one in (*getattr(found, "exceptions", ()), found.__cause__, found.__context__):
        if one is not None:
            yield from _all(one)


def _is_ours(frame: traceback.FrameSummary) -> bool:
    return "tests/model" in frame.filename
